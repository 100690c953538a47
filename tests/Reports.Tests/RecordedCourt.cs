using System.Globalization;
using System.Text.Json;
using AvGateway.Drivers.Runtime;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Power;

namespace AvGateway.Reports.Tests;

/// <summary>The service record of a court over October 2026, made from a seed: the National Day holiday, a make-up Saturday, faults of every kind, a killed gateway.</summary>
internal sealed class RecordedCourt
{
    public static readonly TimeSpan Zone = TimeSpan.FromHours(8);
    public static readonly FaultKinds Kinds = new(RuntimeFaults.All.Concat(PowerFaults.All));

    private static readonly string[] Devices = ["court-1/matrix", "court-1/recorder", "court-1/codec", "court-1/display", "court-2/matrix", "court-2/recorder", "court-2/display", "machine-room/ups"];

    private readonly Random _random;
    private readonly List<JournalEntry> _rows = [];
    private int _faults;

    private RecordedCourt(int seed) => _random = new(seed);

    public static IReadOnlyList<JournalEntry> October(int seed = 2026)
    {
        var court = new RecordedCourt(seed);
        court.Register();
        court.Lives();
        court.Days();
        court.Faults();
        court.Service();

        // By time, as they were written; equal times keep the order in which they came about.
        return [.. court._rows.Select((row, i) => (row, i)).OrderBy(r => r.row.At).ThenBy(r => r.i).Select(r => r.row)];
    }

    public static DateTimeOffset At(int month, int day, int hour = 0, int minute = 0, int second = 0) => new(2026, month, day, hour, minute, second, Zone);

    public static JournalEntry Row(DateTimeOffset at, string kind, string subject, object details, string by = "gateway") =>
        new(at.ToUniversalTime(), kind, subject, by, JsonSerializer.Serialize(details));

    private void Write(DateTimeOffset at, string kind, string subject, object details, string by = "gateway") => _rows.Add(Row(at, kind, subject, details, by));

    private void Register()
    {
        var at = At(9, 20, 8);
        object Limit(double minutes, string hours) => new { amount = TimeSpan.FromMinutes(minutes), hours };
        Write(at, "site.facts", "city", new
        {
            name = new { zh = "示例市中级人民法院", en = "Example City Intermediate Court" },
            zone = "Asia/Shanghai",
            dispatch = true,
            limits = new Dictionary<string, object>
            {
                ["P1"] = new { acknowledge = Limit(5, "phone"), answer = Limit(15, "always"), onSite = Limit(120, "always"), restore = Limit(30, "always") },
                ["P2"] = new { acknowledge = Limit(15, "phone"), answer = Limit(30, "always"), onSite = Limit(120, "always"), restore = Limit(240, "always") },
                ["P3"] = new { acknowledge = Limit(60, "phone"), answer = Limit(120, "always"), onSite = Limit(240, "office"), restore = Limit(480, "office") },
                ["P4"] = new { acknowledge = Limit(480, "office"), answer = Limit(480, "office") },
            },
            office = new[] { new { from = "09:00:00", to = "12:00:00" }, new { from = "13:00:00", to = "18:00:00" } },
            period = new { from = "2025-12-20", to = "2026-12-19" },
            promised = new[] { new { profile = "daily", perMonth = 16 }, new { profile = "monthly", perMonth = 1 } },
            rooms = new[] { "court-1", "court-2", "machine-room" },
        });
        Write(at, "site.room", "court-1", new { name = new { zh = "第一审判庭", en = "Courtroom 1" }, devices = new object[] { Device("matrix", "视频矩阵", "Matrix", "acme"), Device("recorder", "庭审录播", "Recorder", "acme"), Device("codec", "会议终端", "Codec", "borealis"), Device("display", "旁听席显示屏", "Gallery display", "acme", hasPower: true) } });
        Write(at, "site.room", "court-2", new { name = new { zh = "第二审判庭", en = "Courtroom 2" }, devices = new object[] { Device("matrix", "视频矩阵", "Matrix", "acme"), Device("recorder", "庭审录播", "Recorder", "acme"), Device("display", "显示屏", "Display", "acme", isOptional: true, hasPower: true) } });
        Write(at, "site.room", "machine-room", new { name = new { zh = "机房", en = "Machine room" }, devices = new object[] { Device("ups", "不间断电源", "UPS", "borealis") } });
        Write(at, "site.parties", "city", new { parties = new object[] { Party("acme", "宏图视讯", "Acme Video"), Party("borealis", "北辰通信", "Borealis"), Party("carrier-a", "甲运营商", "Carrier A", true) } });
        Write(at, "site.network", "city", new { branches = new object[] { Branch("line-1", "法庭专网专线", "Court line 1", "carrier-a"), Branch("switch-1", "一层交换机", "Switch floor 1", null), Branch("branch-1", "一层配电", "Power floor 1", null) } });
        Write(at, "site.calendar", "2026", new { off = (string[])["10-01", "10-02", "10-05", "10-06", "10-07"], worked = (string[])["10-10"] });
    }

    private static object Device(string id, string zh, string en, string vendor, bool isOptional = false, bool hasPower = false) => new { id, name = new { zh, en }, vendor, isOptional, hasPower };

    private static object Party(string id, string zh, string en, bool isCarrier = false) => new { id, name = new { zh, en }, isCarrier };

    private static object Branch(string id, string zh, string en, string? party) => new { id, name = new { zh, en }, party };

    private void Lives()
    {
        Live(At(9, 20, 8), null, true);

        // Killed in the night, and nobody knows what was until it came back.
        Live(At(10, 14, 3, 40), At(10, 14, 2, 9, 30), false);
        foreach (var device in Devices) Write(At(10, 20, 12), "device.offline", device, new { reason = "stopped", mode = "Unknown" });
        Write(At(10, 20, 12, 0, 1), "gateway.stopped", "gateway", new { });
        Live(At(10, 20, 12, 5), At(10, 20, 12), true);
    }

    private void Live(DateTimeOffset at, DateTimeOffset? before, bool orderly)
    {
        Write(at, "gateway.started", "gateway", new { aliveUntil = before?.ToUniversalTime(), orderly });
        foreach (var device in Devices)
        {
            Write(at.AddMilliseconds(40), "device.init", device, new { reason = "starting", mode = "Unknown" });
            Write(at.AddMilliseconds(400 + _random.Next(4000)), "device.online", device, new { reason = "synchronised", mode = "Idle" });
        }

        foreach (var device in (string[])["court-1/display", "court-2/display"]) Write(at.AddSeconds(5), "device.power", device, new { v = "on" });
    }

    private static bool IsWorked(DateTimeOffset date) => date.Day is > 7 && (date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) || date.Day == 10);

    private void Days()
    {
        Off(At(9, 30, 18, 30), 1);
        var run = 2;
        for (var date = At(10, 8); date.Month == 10; date = date.AddDays(1))
        {
            if (!IsWorked(date)) continue;
            On(date.AddHours(7.5), run++);
            Inspect(date, run);
            if (date.Day % 3 != 0) Hearing("court-1", date.AddHours(9).AddMinutes(_random.Next(20)), TimeSpan.FromMinutes(90 + _random.Next(60)));
            if (date.Day % 2 == 0) Hearing("court-2", date.AddHours(14).AddMinutes(_random.Next(20)), TimeSpan.FromMinutes(60 + _random.Next(90)));
            Off(date.AddHours(18.5), run++);
        }

        // A terminal that nobody could read for two hours.
        Write(At(10, 21, 10), "device.init", "court-1/codec", new { reason = "connecting", mode = "Unknown" });
        Write(At(10, 21, 12), "device.online", "court-1/codec", new { reason = "synchronised", mode = "Idle" });
    }

    // The two displays and the codec are switched; recorders, matrices and the UPS stay on.
    private static readonly string[] Switched = ["court-1/codec", "court-1/display", "court-2/display"];

    private void Off(DateTimeOffset at, int number)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"R{number:0000}");
        Write(at, "power.ordered", "site", new { run, act = "off", reason = (string?)null, steps = 9 }, "scheduler");
        if (number % 7 == 0) Write(at.AddSeconds(1), "power.deferred", "court-2", new { run, why = "in-session" });
        Write(at.AddSeconds(2), "power.set-aside", run, new { devices = Switched }, "scheduler");
        foreach (var device in Switched)
        {
            if (device.EndsWith("display", StringComparison.Ordinal)) Write(at.AddSeconds(20), "device.power", device, new { v = "off" });
            Write(at.AddSeconds(40 + _random.Next(30)), "device.offline", device, new { reason = "link-closed", mode = "Unknown" });
        }

        Write(at.AddMinutes(3), "power.ended", "site", new { run, state = "done", steps = 9, notSeen = 0 });
        Write(at.AddMinutes(3), "schedule.done", "$schedule/evening", new { date = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), part = "", act = "power-off" });
    }

    private void On(DateTimeOffset at, int number)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"R{number:0000}");
        var isLate = at.Day == 15;
        Write(at, "power.ordered", "site", new { run, act = "on", reason = (string?)null, steps = 9 }, "scheduler");
        Write(at.AddSeconds(2), "power.taken-back", run, new { devices = Switched }, "scheduler");
        foreach (var device in Switched)
        {
            // One morning the codec takes 25 minutes: ten of them are its own.
            var up = isLate && device == "court-1/codec" ? at.AddMinutes(25) : at.AddSeconds(60 + _random.Next(90));
            Write(up, "device.online", device, new { reason = "synchronised", mode = "Idle" });
            if (device.EndsWith("display", StringComparison.Ordinal)) Write(up.AddSeconds(10), "device.power", device, new { v = "on" });
        }

        Write(at.AddMinutes(4), "power.ended", "site", new { run, state = isLate ? "partial" : "done", steps = 9, notSeen = isLate ? 1 : 0 });
        Write(at.AddMinutes(4), isLate ? "schedule.failed" : "schedule.done", "$schedule/morning", new { date = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), part = "", act = "power-on" });
    }

    private void Hearing(string room, DateTimeOffset from, TimeSpan length)
    {
        Write(from.AddMinutes(-10), "hearing.stage", room, new { from = "closed", to = "preparing", stored = true });
        Write(from, "hearing.stage", room, new { from = "preparing", to = "opened", stored = true });
        Write(from + (length / 2), "hearing.stage", room, new { from = "opened", to = "adjourned", stored = true });
        Write(from + (length / 2) + TimeSpan.FromMinutes(15), "hearing.stage", room, new { from = "adjourned", to = "debate", stored = true });
        Write(from + length, "hearing.stage", room, new { from = "debate", to = "closed", stored = true });
    }

    private void Inspect(DateTimeOffset date, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"I-2026-{number:000000}");
        var isMonthly = date.Day == 26;
        var at = date.AddHours(8);
        if (date.Day == 19)
        {
            Write(at, "schedule.skipped", "$schedule/inspection", new { date = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), part = "", act = "inspect" }, "engineer");
            return;
        }

        Write(at, "inspection.started", id, new { profile = isMonthly ? "monthly" : "daily", scope = "site" }, "scheduler");
        Write(at.AddMinutes(isMonthly ? 22 : 2), "inspection.ended", id, new { state = "done", rows = 8, findings = _random.Next(3), skipped = 0, due = date.Day is > 19 and < 27 ? new[] { "court-1/display/filter" } : [] });
        Write(at.AddMinutes(2), "schedule.done", "$schedule/inspection", new { date = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), part = "", act = "inspect" });
        if (!isMonthly) return;
        foreach (var (row, result) in ((string, string)[])[("court-1/cleaning", "ok"), ("court-2/cleaning", "ok"), ("court-1/doors", "not-ok"), ("court-1/display/filter", "ok")])
            Write(at.AddHours(2), "inspection.signed", id, new { row, result, text = (string?)null }, "engineer");
        Write(at.AddHours(3), "inspection.signed", id, new { row = (string?)null, result = "ok", text = (string?)null }, "engineer");
    }

    private void Faults()
    {
        string[] subjects = ["court-1/matrix", "court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder", "court-2/display", "machine-room/ups"];
        PauseReason?[] pauses = [null, PauseReason.Hearing, PauseReason.Part, null, PauseReason.Carrier, PauseReason.Access, PauseReason.ForceMajeure];
        string[] codes = [.. Kinds.All.Select(k => k.Code).Order(StringComparer.Ordinal)];
        foreach (var (code, i) in codes.Select((c, i) => (c, i)))
        {
            var subject = code switch
            {
                FaultKinds.LineDown => "line-1",
                FaultKinds.SwitchDown => "switch-1",
                FaultKinds.PowerBranchDown => "branch-1",
                FaultKinds.HolidaysMissing => "calendar-2027",
                FaultKinds.Undelivered => FaultKinds.GatewaySubject,
                _ => subjects[i % subjects.Length],
            };
            var at = At(10, 8 + (i % 23), 9 + (i % 8), _random.Next(60), _random.Next(60));
            Fault(code, subject, (Severity)(1 + (i % 4)), at, pauses[i % pauses.Length], isOpen: i % 11 == 10);
        }

        // The codec of the first courtroom goes three times in one week.
        Fault(FaultKinds.Unreachable, "court-1/codec", Severity.P2, At(10, 27, 9, 31), null, false);
        Fault(FaultKinds.Unreachable, "court-1/codec", Severity.P1, At(10, 28, 14, 5), PauseReason.Hearing, false);
        Fault(FaultKinds.Unreachable, "court-1/codec", Severity.P3, At(10, 30, 17, 40), null, true);
    }

    private void Fault(string code, string subject, Severity severity, DateTimeOffset since, PauseReason? pause, bool isOpen)
    {
        var opened = since.AddSeconds(20);
        var minutes = 10 + _random.Next(300);
        var room = subject.Contains('/', StringComparison.Ordinal) ? subject.Split('/')[0] : null;
        var fault = new Fault(string.Create(CultureInfo.InvariantCulture, $"F-2026-{++_faults:000000}"), code, subject, since.ToUniversalTime(), opened.ToUniversalTime())
        {
            Severity = severity,
            Room = room,
            Terms = [new(severity, opened.ToUniversalTime())],
            Circuit = code == FaultKinds.LineDown ? "GZ-0571-2288" : null,
        };
        fault = Tell(fault, opened, FaultWords.Opened);
        if (code is FaultKinds.Unreachable or FaultKinds.Unusable) Write(since, "device.offline", subject, new { reason = "no-reply", mode = "Unknown" });
        var at = opened.AddMinutes(1 + _random.Next(30));
        fault = Tell(fault with { Step = FaultStep.Acknowledged, AcknowledgedAt = at.ToUniversalTime(), Owner = "engineer" }, at, FaultWords.Acknowledged, "engineer");
        at = at.AddMinutes(1 + _random.Next(30));
        fault = Tell(fault with { Step = FaultStep.Diagnosing, AnsweredAt = at.ToUniversalTime() }, at, FaultWords.Answered, "engineer");
        if (pause is { } reason)
        {
            at = at.AddMinutes(2);
            var stands = new FaultPause(reason, reason is PauseReason.Hearing ? "seen by the gateway: in session" : $"WO-{_faults:0000}", "engineer", at.ToUniversalTime());
            fault = Tell(fault with { Pauses = [stands] }, at, FaultWords.Paused, "engineer");
            if (isOpen) return;
            at = at.AddMinutes(30 + _random.Next(120));
            fault = Tell(fault with { Pauses = [stands with { Until = at.ToUniversalTime() }] }, at, FaultWords.Continued, "engineer");
        }

        if (severity <= Severity.P3)
        {
            at = at.AddMinutes(5);
            fault = Tell(fault with { ReleasedAt = at.ToUniversalTime() }, at, FaultWords.Released, "admin");
            at = at.AddMinutes(10 + _random.Next(100));
            fault = Tell(fault with { ArrivedAt = at.ToUniversalTime() }, at, FaultWords.Arrived, "engineer");
        }

        if (isOpen) return;
        at = at.AddMinutes(minutes);
        if (code is FaultKinds.Unreachable or FaultKinds.Unusable) Write(at, "device.online", subject, new { reason = "synchronised", mode = "Idle" });
        fault = Tell(fault with { Step = FaultStep.Restored, IsPresent = false, RecoveredAt = at.ToUniversalTime(), Times = 1 + _random.Next(2) }, at.AddMinutes(1), FaultWords.Recovered);
        Tell(fault with { Step = FaultStep.Closed, ClosedAt = at.AddHours(3).ToUniversalTime() }, at.AddHours(3), FaultWords.Closed, "engineer");
    }

    private Fault Tell(Fault fault, DateTimeOffset at, string what, string by = "gateway")
    {
        fault = fault.With(at.ToUniversalTime(), by, what);
        _rows.Add(FaultRow(fault, at, what, by));
        return fault;
    }

    public static JournalEntry FaultRow(Fault fault, DateTimeOffset at, string what, string by = "gateway") =>
        Row(at, $"fault.{what}", fault.Id, new { n = fault.TimeLine.Length, code = fault.Code, subject = fault.Subject, severity = fault.Severity.ToString(), text = (string?)null, fault = FaultJson.Record(fault) }, by);

    private void Service()
    {
        Write(At(10, 12, 9), "service.added", "S-2026-0001", new { kind = "absence", from = "2026-10-10", to = "2026-10-12", scope = "site", text = "驻场工程师缺勤" }, "admin");
        Write(At(10, 13, 9), "service.added", "S-2026-0002", new { kind = "problem", from = "2026-10-12", to = "2026-10-13", scope = "site", text = "连续两日未响应" }, "admin");
        Write(At(10, 16, 9), "service.added", "S-2026-0003", new { kind = "maintenance", from = "2026-10-17", to = "2026-10-17", fromTime = "09:00", toTime = "16:30", scope = "court-2", text = "矩阵固件升级" }, "engineer");
        Write(At(10, 16, 10), "service.approved", "S-2026-0003", new { }, "admin");
        Write(At(10, 19, 9), "service.added", "S-2026-0004", new { kind = "force-majeure", from = "2026-10-18", to = "2026-10-19", scope = "site", text = "暴雨红色预警" }, "engineer");
        Write(At(10, 22, 9), "service.added", "S-2026-0005", new { kind = "visit", from = "2026-10-22", to = "2026-10-22", scope = "machine-room", text = "季度现场服务" }, "engineer");
        Write(At(10, 17, 9, 10), "device.offline", "court-2/matrix", new { reason = "no-reply", mode = "Unknown" });
        Write(At(10, 17, 16), "device.online", "court-2/matrix", new { reason = "synchronised", mode = "Idle" });
    }
}

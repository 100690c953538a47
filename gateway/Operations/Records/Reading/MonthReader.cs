using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Service;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Reading;

/// <summary>What the record cannot tell, and what to do.</summary>
public sealed class NoRecordException(string message) : Exception(message);

/// <summary>How a month is to be read.</summary>
/// <param name="Through">Only rows up to this one: how the record stood when an earlier revision was made.</param>
/// <param name="Now">A month that is not over is read as far as the record goes.</param>
/// <param name="AliveUntil">Of a gateway that is stopped: how far it was seen alive.</param>
public sealed record MonthAsk(YearMonth Month, DateTimeOffset Now, long Through = long.MaxValue, DateTimeOffset? AliveUntil = null);

/// <summary>Reads a month out of the service record, family of rows by family.</summary>
public sealed class MonthReader(IJournalReader journal, MonthAsk ask)
{
    /// <summary>What the days after a month still say of it: a recovery is known a while after it was.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromDays(7);
    private static readonly TimeSpan Before = TimeSpan.FromDays(7);

    /// <summary>Details that were longer than a row may be begin so.</summary>
    private const string Shortened = """{"oversize":""";

    private readonly Dictionary<string, DeviceLine> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StepLine<Stage>> _stages = new(StringComparer.Ordinal);
    private readonly StepLine<bool> _alive = new(false);
    private readonly List<(DateTimeOffset At, long Place)> _lives = [];
    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _lateRecoveries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunFacts> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InspectionFacts> _inspections = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, DateOnly, string), DecisionFacts> _decisions = [];
    private readonly List<JournalRecord> _service = [];
    private readonly List<RevisionFacts> _revisions = [];
    private readonly List<LateRow> _late = [];
    private readonly SiteReading _site = new();
    private long _through;
    private int _unreadable;
    private DateTimeOffset _lastAt = DateTimeOffset.MinValue;

    /// <exception cref="NoRecordException">The record tells nothing of this month.</exception>
    public async Task<MonthFacts> ReadAsync(CancellationToken cancellation)
    {
        await EachAsync("report.", null, null, TakeReport, cancellation);
        await EachAsync("site.", null, null, r => _site.Take(r), cancellation);
        if (_site.Zone is not { } zoneName) throw new NoRecordException("the service record does not tell which site it is of: a gateway of this version must have run on it once");
        var whole = MonthPeriod.Of(ask.Month, new(TimeZoneInfo.FindSystemTimeZoneById(zoneName)));
        if (whole.Start >= ask.Now) throw new NoRecordException($"{ask.Month} has not begun");
        await EachAsync("gateway.", null, whole.End, TakeGateway, cancellation);
        var life = _lives.Where(l => l.At <= whole.Start).Select(l => l.At - TimeSpan.FromMinutes(1)).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        await EachAsync("device.", life, whole.End, TakeDevice, cancellation);
        await EachAsync("power.", null, whole.End, TakePower, cancellation);
        await EachAsync("hearing.", null, whole.End, TakeHearing, cancellation);
        await EachAsync("fault.", null, whole.End + Afterwards, r => TakeFault(r, whole), cancellation);
        await EachAsync("inspection.", whole.Start - Before, whole.End, TakeInspection, cancellation);
        await EachAsync("schedule.", whole.Start - Before, whole.End, TakeDecision, cancellation);
        await EachAsync("service.", null, null, _service.Add, cancellation);
        if (_lastAt < whole.Start) throw new NoRecordException($"the service record holds nothing of {ask.Month}: it ends before");
        return Facts(whole);
    }

    private MonthFacts Facts(MonthPeriod whole)
    {
        // A month that is not over goes as far as the record does: read again, it is the same.
        var end = ask.Now >= whole.End ? whole.End : _lastAt < whole.End ? _lastAt : whole.End;
        var period = whole with { End = end > whole.Start ? end : whole.Start + TimeSpan.FromTicks(1), IsProvisional = end < whole.End };
        _site.Register(LineOf);
        foreach (var line in _lines.Values)
            foreach (var (at, place) in _lives) line.State.Add(at, place, new(LedgerState.Unknown, LedgerCauses.NotSeen));
        if (_lives.Count == 0) _alive.Add(DateTimeOffset.MinValue, 0, true);
        if (ask.AliveUntil is { } until && until < whole.End) _alive.Add(until, long.MaxValue, false);
        var site = _site.At(period.End);
        return new(site, period)
        {
            Rooms = _site.RoomsOf(period, LineOf),
            Lines = _lines,
            Alive = _alive,
            Stages = _stages,
            Calendar = _site.Calendar,
            Faults = [.. _faults.Values.Select(f => AsAt(f, period)).Where(f => f.OpenedAt < period.End && !(f.ClosedAt < period.Start)).OrderBy(f => f.OpenedAt).ThenBy(f => f.Id, StringComparer.Ordinal)],
            Runs = [.. _runs.Values.Where(r => period.Has(r.OrderedAt)).OrderBy(r => r.OrderedAt).ThenBy(r => r.Id, StringComparer.Ordinal)],
            Inspections = [.. _inspections.Values.Where(i => period.Has(i.StartedAt)).OrderBy(i => i.StartedAt).ThenBy(i => i.Id, StringComparer.Ordinal)],
            Decisions = [.. _decisions.Values.Where(d => period.Month.Has(d.Date)).OrderBy(d => d.Date).ThenBy(d => d.Job, StringComparer.Ordinal).ThenBy(d => d.Part, StringComparer.Ordinal)],
            Service = ServiceBook.Of(_service).AsAt(period),
            Revisions = [.. _revisions],
            Late = [.. _late.OrderBy(l => l.Sequence)],
            Through = _through,
            Unreadable = _unreadable,
        };
    }

    private Fault AsAt(Fault fault, MonthPeriod period) => fault.RecoveredAt is null && _lateRecoveries.TryGetValue(fault.Id, out var recovered) && recovered < period.End
        ? fault with { RecoveredAt = recovered, IsPresent = false, Step = FaultStep.Restored }
        : fault;

    private async Task EachAsync(string family, DateTimeOffset? from, DateTimeOffset? until, Action<JournalRecord> take, CancellationToken cancellation)
    {
        await foreach (var row in journal.ReadAsync(new(family, From: from == DateTimeOffset.MinValue ? null : from, Until: until), cancellation))
        {
            // A report tells of its own revisions whenever they were made; of other months what was known then.
            var isOwn = row.Entry.Kind == RecordKinds.Reported && row.Entry.Subject == ask.Month.ToString();
            if (row.Sequence > ask.Through && !isOwn) continue;
            if (!isOwn) _through = Math.Max(_through, row.Sequence);
            if (row.Entry.At > _lastAt && family != "report.") _lastAt = row.Entry.At;
            if (row.Entry.Details.StartsWith(Shortened, StringComparison.Ordinal)) _unreadable++;
            NoteLate(row);
            take(row);
        }
    }

    // The reports of a month come before everything else, so that what is later than the last of them is known as such.
    private void NoteLate(JournalRecord row)
    {
        if (_revisions.LastOrDefault(r => r.Month == ask.Month && r.Through < ask.Through) is not { } last || row.Sequence <= last.Through || row.Entry.Kind == RecordKinds.Reported) return;
        if (_site.Zone is not { } zone) return;
        if (!IsAbout(row, MonthPeriod.Of(ask.Month, new(TimeZoneInfo.FindSystemTimeZoneById(zone))))) return;
        _late.Add(new(row.Sequence, row.Entry.At, row.Entry.Kind, row.Entry.Subject, row.Entry.Actor));
    }

    private static bool IsAbout(JournalRecord row, MonthPeriod month)
    {
        if (month.Has(row.Entry.At)) return true;
        var details = RowDetails.Of(row.Entry.Details);
        if (row.Entry.Kind == $"fault.{FaultWords.Recovered}") return FaultOf(details)?.RecoveredAt is { } at && month.Has(at);
        return row.Entry.Kind == RecordKinds.ServiceAdded && details.Date("from") <= month.Month.Last && details.Date("to") >= month.Month.First;
    }

    private DeviceLine LineOf(string device)
    {
        if (_lines.TryGetValue(device, out var line)) return line;
        line = new();
        _lines.Add(device, line);
        return line;
    }

    private void TakeReport(JournalRecord row)
    {
        if (row.Entry.Kind != RecordKinds.Reported || !YearMonth.TryParse(row.Entry.Subject, out var month)) return;
        var details = RowDetails.Of(row.Entry.Details);
        var ledger = details.Member("ledger") is { } told ? JsonSerializer.Deserialize<ServiceMonth>(told, SiteFactsJson.Form) : null;
        _revisions.Add(new(month, details.Count("revision"), row.Entry.At, row.Entry.Actor, details.Long("through"), details.Text("digest") ?? "", ledger));
    }

    private void TakeGateway(JournalRecord row)
    {
        var entry = row.Entry;
        if (entry.Kind == RecordKinds.Stopped) _alive.Add(entry.At, row.Sequence, false);
        if (entry.Kind != RecordKinds.Started) return;
        var details = RowDetails.Of(entry.Details);
        if (!details.Flag("orderly") && details.Time("aliveUntil") is { } until && until < entry.At) _alive.Add(until, row.Sequence, false);
        _alive.Add(entry.At, row.Sequence, true);
        _lives.Add((entry.At, row.Sequence));
    }

    private void TakeDevice(JournalRecord row)
    {
        var entry = row.Entry;
        if (entry.Kind == RecordKinds.DevicePower)
        {
            LineOf(entry.Subject).Power.Add(entry.At, row.Sequence, RowDetails.Of(entry.Details).Text("v") == Classes.PowerStates.On);
            return;
        }

        var reason = RowDetails.Of(entry.Details).Text("reason") ?? "";
        LedgerValue? value = entry.Kind switch
        {
            "device.online" => new(LedgerState.Up),
            "device.degraded" => new(LedgerState.Degraded, reason),
            "device.init" => new(LedgerState.Unknown, LedgerCauses.NotSeen),
            "device.maintenance" => new(LedgerState.Maintenance, reason),
            "device.parentdown" => new(LedgerState.Down, reason),
            "device.offline" => reason == Devices.StatusReasons.Stopped ? new(LedgerState.Unknown, LedgerCauses.GatewayAway) : new(LedgerState.Down, reason),
            "device.disabled" => reason == Devices.StatusReasons.Stopped ? new(LedgerState.Absent, "disabled") : new(LedgerState.Down, reason),
            _ => null,
        };
        if (value is { } known) LineOf(entry.Subject).State.Add(entry.At, row.Sequence, known);
    }

    private void TakePower(JournalRecord row)
    {
        var entry = row.Entry;
        var details = RowDetails.Of(entry.Details);
        switch (entry.Kind)
        {
            case RecordKinds.SetAside or RecordKinds.TakenBack:
                foreach (var device in details.Texts("devices")) LineOf(device).Aside.Add(entry.At, row.Sequence, new(entry.Kind == RecordKinds.SetAside, entry.Subject, entry.At));
                break;
            case "power.ordered" when details.Text("run") is { } run:
                _runs[run] = new(run, details.Text("act") ?? "", entry.Subject, entry.Actor, details.Text("reason"), entry.At) { Steps = details.Count("steps") };
                break;
            case "power.ended" when _runs.TryGetValue(details.Text("run") ?? "", out var ended):
                _runs[ended.Id] = ended with { EndedAt = entry.At, State = details.Text("state"), NotSeen = details.Count("notSeen") };
                break;
            case "power.deferred" when _runs.TryGetValue(details.Text("run") ?? "", out var deferred):
                _runs[deferred.Id] = deferred with { Deferrals = deferred.Deferrals + 1 };
                break;
        }
    }

    private void TakeHearing(JournalRecord row)
    {
        if (row.Entry.Kind != "hearing.stage" || RowDetails.Of(row.Entry.Details).Text("to") is not { } word) return;
        foreach (var stage in Enum.GetValues<Stage>())
        {
            if (stage.Word() != word) continue;
            if (!_stages.TryGetValue(row.Entry.Subject, out var line)) _stages.Add(row.Entry.Subject, line = new(Stage.Closed));
            line.Add(row.Entry.At, row.Sequence, stage);
        }
    }

    private void TakeFault(JournalRecord row, MonthPeriod month)
    {
        if (FaultOf(RowDetails.Of(row.Entry.Details)) is not { } fault) return;
        if (row.Entry.At >= month.End)
        {
            // What was learned after the month and was so in it.
            if (fault.RecoveredAt is { } recovered && recovered < month.End) _lateRecoveries.TryAdd(fault.Id, recovered);
        }
        else if (fault.ClosedAt < month.Start)
        {
            _faults.Remove(fault.Id);
        }
        else
        {
            _faults[fault.Id] = fault;
        }
    }

    private static Fault? FaultOf(RowDetails details) => details.Member("fault") is { ValueKind: JsonValueKind.Object } told ? FaultJson.ReadRecord(told) : null;

    private void TakeInspection(JournalRecord row)
    {
        var (entry, details) = (row.Entry, RowDetails.Of(row.Entry.Details));
        if (entry.Kind == "inspection.started") _inspections[entry.Subject] = new(entry.Subject, details.Text("profile") ?? "", details.Text("scope") ?? "", entry.Actor, entry.At);
        if (!_inspections.TryGetValue(entry.Subject, out var inspection)) return;
        if (entry.Kind == "inspection.ended")
            _inspections[entry.Subject] = inspection with { EndedAt = entry.At, State = details.Text("state"), Rows = details.Count("rows"), Findings = details.Count("findings"), Skipped = details.Count("skipped"), Due = details.Texts("due") };
        else if (entry.Kind == "inspection.signed")
        {
            _inspections[entry.Subject] = details.Text("row") is { } signed
                ? inspection with { Signed = inspection.Signed.Add(new(signed, details.Text("result") ?? "", entry.Actor, entry.At)) }
                : inspection with { SignedBy = entry.Actor, SignedAt = entry.At };
        }
    }

    private void TakeDecision(JournalRecord row)
    {
        var details = RowDetails.Of(row.Entry.Details);
        if (details.Date("date") is not { } date || details.Text("act") is not { } act) return;
        var job = row.Entry.Subject.StartsWith("$schedule/", StringComparison.Ordinal) ? row.Entry.Subject["$schedule/".Length..] : row.Entry.Subject;
        var part = details.Text("part") ?? "";
        _decisions[(job, date, part)] = new(job, date, part, act, row.Entry.Kind["schedule.".Length..]);
    }
}

/// <summary>What the record tells of the site over time.</summary>
internal sealed class SiteReading
{
    private readonly List<(DateTimeOffset At, long Place, string Kind, string Subject, string Details)> _rows = [];
    private readonly Dictionary<int, string> _years = [];

    public string? Zone { get; private set; }

    public void Take(JournalRecord row)
    {
        var entry = row.Entry;
        if (entry.Kind == RecordKinds.Facts && RowDetails.Of(entry.Details).Text("zone") is { } zone) Zone = zone;
        if (entry.Kind == RecordKinds.Calendar && int.TryParse(entry.Subject, CultureInfo.InvariantCulture, out var year)) _years[year] = entry.Details;
        _rows.Add((entry.At, row.Sequence, entry.Kind, entry.Subject, entry.Details));
    }

    /// <summary>The site as it was named last before a moment, or first after it.</summary>
    public SiteFacts At(DateTimeOffset moment)
    {
        var heads = _rows.Where(r => r.Kind == RecordKinds.Facts).ToList();
        var head = heads.LastOrDefault(r => r.At < moment) is { Kind: not null } last ? last : heads[0];
        var told = SiteFactsJson.Read<SiteFactsJson.Head>(head.Details);
        return SiteFactsJson.With(new(head.Subject, told.Name, told.Zone), told) with
        {
            Parties = [.. Latest<SiteFactsJson.PartyPart>(RecordKinds.Parties, moment).SelectMany(p => p.Parties)],
            Branches = [.. Latest<SiteFactsJson.BranchPart>(RecordKinds.Network, moment).SelectMany(b => b.Branches)],
        };
    }

    /// <summary>Tells each device when it was registered and when no more.</summary>
    public void Register(Func<string, DeviceLine> lineOf)
    {
        var known = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (at, place, kind, subject, details) in _rows)
        {
            if (kind != RecordKinds.Room) continue;
            var room = subject.Split('#')[0];
            var now = Devices(details).Select(d => $"{room}/{d.Id}").ToHashSet(StringComparer.Ordinal);
            var before = known.GetValueOrDefault(subject, []);
            foreach (var device in now.Except(before)) lineOf(device).Registered.Add(at, place, true);
            foreach (var device in before.Except(now)) lineOf(device).Registered.Add(at, place, false);
            known[subject] = now;
        }
    }

    /// <summary>Rooms in the site's order with every device that was registered in the period.</summary>
    public ImmutableArray<RoomFacts> RoomsOf(MonthPeriod period, Func<string, DeviceLine> lineOf)
    {
        var rooms = new Dictionary<string, (Wording Name, Dictionary<string, DeviceFacts> Devices)>(StringComparer.Ordinal);
        foreach (var (at, _, kind, subject, details) in _rows)
        {
            if (kind != RecordKinds.Room || at >= period.End || RowDetails.Of(details).Flag("gone")) continue;
            var part = SiteFactsJson.Read<SiteFactsJson.RoomPart>(details);
            var room = subject.Split('#')[0];
            if (!rooms.TryGetValue(room, out var known)) known = (part.Name, new(StringComparer.Ordinal));
            rooms[room] = (part.Name, known.Devices);
            foreach (var device in Devices(details)) known.Devices[device.Id] = device;
        }

        string[] order = [.. _rows.Where(r => r.Kind == RecordKinds.Facts && r.At < period.End).Select(r => SiteFactsJson.Read<SiteFactsJson.Head>(r.Details)).LastOrDefault()?.Rooms ?? []];
        return
        [
            .. rooms.Select(r => new RoomFacts(r.Key, r.Value.Name, [.. r.Value.Devices.Values.Where(d => WasThere(lineOf($"{r.Key}/{d.Id}"), period))]))
                .Where(r => !r.Devices.IsEmpty)
                .OrderBy(r => Array.IndexOf(order, r.Id) is >= 0 and var place ? place : int.MaxValue).ThenBy(r => r.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>The days off as the record has them; a year that it does not tell is as the program knows it.</summary>
    public SiteCalendar Calendar
    {
        get
        {
            if (_years.Count == 0) return BuiltInCalendar.Calendar;
            var days = ImmutableArray.CreateBuilder<OwnDay>();
            foreach (var (year, json) in _years)
            {
                var details = RowDetails.Of(json);
                var (off, worked) = (details.Texts("off").ToHashSet(StringComparer.Ordinal), details.Texts("worked").ToHashSet(StringComparer.Ordinal));
                for (var date = new DateOnly(year, 1, 1); date.Year == year; date = date.AddDays(1))
                {
                    var word = date.ToString("MM-dd", CultureInfo.InvariantCulture);
                    var isWeekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
                    days.Add(new(date, "", isWeekend ? !worked.Contains(word) : off.Contains(word)));
                }
            }

            return new(BuiltInCalendar.Lists, OwnDays.None with { Days = days.ToImmutable() });
        }
    }

    private static bool WasThere(DeviceLine line, MonthPeriod period) =>
        line.Registered.At(period.Start) || line.Registered.Steps.Any(s => s.Value && s.At < period.End && s.At >= period.Start);

    private static ImmutableArray<DeviceFacts> Devices(string details) =>
        RowDetails.Of(details) is { IsReadable: true } told && !told.Flag("gone") && told.Member("devices") is not null ? SiteFactsJson.Read<SiteFactsJson.RoomPart>(details).Devices : [];

    private IEnumerable<T> Latest<T>(string kind, DateTimeOffset moment)
    {
        var latest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in _rows.Where(r => r.Kind == kind && r.At < moment)) latest[row.Subject] = row.Details;
        return latest.Values.Where(d => !RowDetails.Of(d).Flag("gone")).Select(SiteFactsJson.Read<T>);
    }
}

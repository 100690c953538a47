using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Reading;
using AvGateway.Operations.Records.Service;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

/// <summary>Reckons a month's tables from what the record tells of it.</summary>
/// <param name="kinds">Names what is wrong; the record has codes.</param>
public sealed partial class MonthFigures(MonthFacts facts, FaultKinds kinds)
{
    private readonly AvailabilityLedger _ledger = new(facts);
    private readonly MonthPeriod _period = facts.Period;
    private ImmutableArray<ClockFacts> _clocks = [];

    public MonthReport Reckon()
    {
        var hours = new ServiceHours(_period.Clock, () => facts.Calendar, facts.Site.Office);
        var contract = new ContractClocks(facts.Site.Terms, hours);
        _clocks = [.. facts.Faults.SelectMany(f => contract.Of(f, _period.End).Select(c => ClockOf(f, c)))];
        var month = MonthOf();
        return new(facts, _ledger, _clocks, month,
        [
            Summary(month), Rooms(), Hearings(), Devices(), Intervals(),
            Sla(), SlaParties(), Clocks(), Pauses(), Faults(), FaultCounts(), Repeats(),
            Runs(), Planned(), Inspections(), Reminders(), Signed(), Hours(),
            .. Service(month),
        ]);
    }

    private ClockFacts ClockOf(Fault fault, ContractClock clock)
    {
        var end = clock.EndedAt ?? _period.End;
        var paused = TimeSpan.Zero;
        foreach (var pause in ContractClocks.PausesOf(fault, clock.Kind))
        {
            var (from, until) = (pause.From > clock.From ? pause.From : clock.From, pause.Until is { } known && known < end ? known : end);
            if (until > from) paused += until - from;
        }

        DateTimeOffset? decided = clock.State switch { ClockState.Met => clock.EndedAt, ClockState.Missed => clock.Due ?? clock.EndedAt, _ => null };
        return new(fault, clock, paused, decided);
    }

    private ServiceMonth MonthOf()
    {
        var decided = _clocks.Where(c => c.Decided is { } at && _period.Has(at)).ToList();
        return new(
            _period.Month.ToString(),
            facts.Site.Promised.IsEmpty ? null : facts.Site.Promised.Sum(p => p.PerMonth),
            facts.Inspections.Count(i => i.State == "done"),
            facts.Faults.Count(f => _period.Has(f.OpenedAt)),
            decided.Count(c => c.Clock.State is ClockState.Met),
            decided.Count(c => c.Clock.State is ClockState.Missed),
            facts.Faults.Count(f => f.ArrivedAt is { } at && _period.Has(at)) + facts.Service.Entries.Count(e => e.Kind is ServiceKind.Visit && _period.Month.Has(e.From)),
            facts.Service.Dates(_period.Month.First, _period.Month.Last, ServiceKind.Absence).Count,
            facts.Service.Dates(_period.Month.First, _period.Month.Last, ServiceKind.Problem).Count,
            _ledger.OfRooms.Share is { } share ? Cell.Floor(share) : null);
    }

    private Wording Title(string code) => kinds.Of(code) is var kind ? new(kind.Zh, kind.En) : new(code, code);

    private Wording NameOf(string room) => facts.Rooms.FirstOrDefault(r => r.Id == room)?.Name ?? new(room, room);

    private Wording SubjectOf(string subject)
    {
        if (subject.Split('/', 2) is [var room, var device] && facts.Rooms.FirstOrDefault(r => r.Id == room) is { } known)
        {
            var name = known.Devices.FirstOrDefault(d => d.Id == device)?.Name ?? new(device, device);
            return new($"{known.Name.Zh} {name.Zh}", $"{known.Name.En} {name.En}");
        }

        return facts.Site.Branches.FirstOrDefault(b => b.Id == subject)?.Name ?? NameOf(subject);
    }

    /// <summary>Who has to see to it: whom it was given to, who keeps the branch, who keeps the device.</summary>
    private PartyFacts? PartyOf(Fault fault)
    {
        var device = facts.Rooms.SelectMany(r => r.Devices, (r, d) => (Id: AvailabilityLedger.Name(r, d), d.Vendor)).FirstOrDefault(d => d.Id == fault.Subject).Vendor;
        var id = fault.Party ?? (Party(fault.Owner) is { } owner ? owner.Id : null) ?? facts.Site.Branches.FirstOrDefault(b => b.Id == fault.Subject)?.Party ?? device;
        return Party(id);
    }

    private PartyFacts? Party(string? id) => id is null ? null : facts.Site.Parties.FirstOrDefault(p => p.Id == id);

    private static TimeSpan? Mean(IEnumerable<TimeSpan> spans) => spans.ToList() is { Count: > 0 } all ? TimeSpan.FromTicks((long)all.Average(s => (double)s.Ticks)) : null;

    private static Cell Ratio(int part, int whole) => Cell.Percent(whole == 0 ? null : part * 100.0 / whole);

    private ReportTable Summary(ServiceMonth month)
    {
        var (rooms, devices) = (_ledger.OfRooms, _ledger.OfDevices);
        var sessions = facts.Rooms.Select(r => _ledger.InSession(r.Id, _ledger.Room(r.Id))).Aggregate(default(Availability), (sum, one) => sum + one);
        var repaired = facts.Faults.Where(f => f.RecoveredAt is { } at && _period.Has(at)).Select(f => f.RecoveredAt!.Value - f.Since);
        var down = facts.Rooms.SelectMany(r => _ledger.Room(r.Id)).Count(s => s.State is LedgerState.Down && _period.Has(s.From) && s.From > _period.Start);
        return new(
            "summary", new("概要", "Summary"), [ReportTable.Column("figure", "项目", "Figure"), ReportTable.Column("value", "数值", "Value"), ReportTable.Column("unit", "单位", "Unit")],
            [
                Line("rooms-share", "法庭可用率（按已知时间）", "Availability of the rooms, of known time", Cell.Percent(rooms.Share), "%", "%"),
                Line("rooms-least", "法庭可用率（未知时间按不可用计）", "Availability of the rooms, unknown time as down", Cell.Percent(rooms.LeastShare), "%", "%"),
                Line("devices-share", "设备可用率（按已知时间）", "Availability of the devices, of known time", Cell.Percent(devices.Share), "%", "%"),
                Line("session-share", "庭审期间可用率", "Availability while hearings were in session", Cell.Percent(sessions.Share), "%", "%"),
                Line("hearings", "开庭次数", "Hearings opened", Cell.Of(facts.Rooms.Sum(r => facts.HearingsOf(r.Id))), "次", ""),
                Line("session-hours", "庭审时长", "Time in session", Cell.Of(sessions.Total), "时:分:秒", "h:mm:ss"),
                Line("down-time", "法庭不可用时长", "Time that rooms were down", Cell.Of(rooms.Down), "时:分:秒", "h:mm:ss"),
                Line("unknown-time", "法庭状态未知时长", "Time of which nothing is known, rooms", Cell.Of(rooms.Unknown), "时:分:秒", "h:mm:ss"),
                Line("faults", "新发故障", "Faults opened", Cell.Of(month.Faults), "起", ""),
                Line("faults-open", "月末未恢复故障", "Faults not recovered at the end", Cell.Of(facts.Faults.Count(f => f.RecoveredAt is null && !f.IsClosed)), "起", ""),
                Line("clocks-met", "服务时限达标", "Contract clocks met", Cell.Of(month.Met), "项", ""),
                Line("clocks-missed", "服务时限超时", "Contract clocks missed", Cell.Of(month.Missed), "项", ""),
                Line("clocks-share", "服务时限达标率", "Contract clocks met, share", Ratio(month.Met, month.Met + month.Missed), "%", "%"),
                Line("mttr", "平均恢复时间（MTTR）", "Mean time to restore (MTTR)", Cell.Of(Mean(repaired)), "时:分:秒", "h:mm:ss"),
                Line("mtbf", "法庭平均无故障时间（MTBF）", "Mean time between failures of rooms (MTBF)", Cell.Of(down == 0 ? null : rooms.Usable / down), "时:分:秒", "h:mm:ss"),
                Line("runs", "电源任务", "Power runs", Cell.Of(facts.Runs.Length), "次", ""),
                Line("inspections", "完成的巡检", "Inspections done", Cell.Of(month.Inspections), "次", ""),
                Line("unreadable", "无法读取的记录行", "Rows of the record that could not be read", Cell.Of(facts.Unreadable), "行", ""),
            ]);

        static Row Line(string key, string zh, string en, Cell value, string unitZh, string unitEn) => new(key, [Cell.Of(zh, en), value, Cell.Of(unitZh, unitEn)]);
    }
}

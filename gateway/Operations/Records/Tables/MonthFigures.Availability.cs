using AvGateway.Operations.Records.Ledger;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

// Who was available when.
public sealed partial class MonthFigures
{
    private static readonly Column[] Sums =
    [
        ReportTable.Percent("share", "可用率", "Available"), ReportTable.Percent("least", "最低可用率", "At least"),
        ReportTable.Span("up", "可用", "Up"), ReportTable.Span("degraded", "其中降级", "Of it degraded"), ReportTable.Span("down", "不可用", "Down"), ReportTable.Span("unknown", "未知", "Unknown"),
        ReportTable.Span("planned", "计划关机", "Off as planned"), ReportTable.Span("maintenance", "批准检修", "Approved maintenance"), ReportTable.Span("absent", "未登记", "Not registered"),
    ];

    private static Cell[] Cells(Availability sums) =>
    [
        Cell.Percent(sums.Share), Cell.Percent(sums.LeastShare), Cell.Of(sums.Usable), Cell.Of(sums.Degraded), Cell.Of(sums.Down), Cell.Of(sums.Unknown),
        Cell.Of(sums.Planned), Cell.Of(sums.Maintenance), Cell.Of(sums.Absent),
    ];

    private ReportTable Rooms() => new(
        "rooms", new("各法庭可用情况", "Availability of the rooms"),
        [ReportTable.Column("room", "编号", "Room"), ReportTable.Column("name", "名称", "Name"), .. Sums, ReportTable.Column("outages", "不可用次数", "Outages")],
        [
            .. facts.Rooms.Select(r => RowOf(r.Id, r.Name, _ledger.Room(r.Id))),
            new("site", [Cell.Of("合计", "Site"), Cell.Of(facts.Site.Name), .. Cells(_ledger.OfRooms), Cell.Of(facts.Rooms.Sum(r => _ledger.Room(r.Id).Count(s => s.State is LedgerState.Down)))]),
        ],
        new(
            "法庭内任一必备设备不可用即计为法庭不可用；计划关机、批准检修不计入。可用率＝可用 ÷（可用＋不可用）；最低可用率将未知时间按不可用计，未知时间在任何一栏均不计为可用。",
            "A room is down while any device of it that is not optional is down; planned off and approved maintenance do not count. Available = up ÷ (up + down). \"At least\" takes unknown time for down; in no column does it count as up."));

    private static Row RowOf(string id, Wording name, IReadOnlyList<LedgerSpan> spans) =>
        new(id, [Cell.Of(id), Cell.Of(name), .. Cells(Availability.Of(spans)), Cell.Of(spans.Count(s => s.State is LedgerState.Down))]);

    private ReportTable Hearings() => new(
        "hearings", new("庭审期间可用情况", "Availability while hearings were in session"),
        [
            ReportTable.Column("room", "编号", "Room"), ReportTable.Column("name", "名称", "Name"), ReportTable.Column("hearings", "开庭次数", "Hearings"), ReportTable.Span("session", "庭审时长", "In session"),
            ReportTable.Percent("share", "可用率", "Available"), ReportTable.Percent("least", "最低可用率", "At least"), ReportTable.Span("down", "不可用", "Down"), ReportTable.Span("unknown", "未知", "Unknown"),
        ],
        [
            .. facts.Rooms.Where(r => facts.Stages.ContainsKey(r.Id)).Select(r =>
            {
                var sums = _ledger.InSession(r.Id, _ledger.Room(r.Id));
                return new Row(r.Id, [Cell.Of(r.Id), Cell.Of(r.Name), Cell.Of(facts.HearingsOf(r.Id)), Cell.Of(sums.Total), Cell.Percent(sums.Share), Cell.Percent(sums.LeastShare), Cell.Of(sums.Down), Cell.Of(sums.Unknown)]);
            }),
        ],
        new("只计庭审进行中的时间，休庭、合议不计。远程庭审占比等业务数据由业务系统导入，本网关不掌握。", "Only time in session counts, no recess and no deliberation. Business figures such as the share of remote hearings come from the court's own systems; the gateway does not know them."));

    private ReportTable Devices() => new(
        "devices", new("各设备可用情况", "Availability of the devices"),
        [
            ReportTable.Column("device", "设备", "Device"), ReportTable.Column("name", "名称", "Name"), ReportTable.Column("vendor", "厂家", "Vendor"), .. Sums,
            ReportTable.Column("outages", "不可用次数", "Outages"), ReportTable.Span("mttr", "平均恢复时间", "MTTR"), ReportTable.Span("mtbf", "平均无故障时间", "MTBF"), ReportTable.Percent("session", "庭审期间可用率", "In session"),
        ],
        [
            .. facts.Rooms.SelectMany(r => r.Devices, (r, d) =>
            {
                var id = AvailabilityLedger.Name(r, d);
                var spans = _ledger.Device(id);
                var outages = spans.Where(s => s.State is LedgerState.Down).ToList();
                var sums = Availability.Of(spans);
                var isMended = outages.Count > 0 && outages[^1].Until == _period.End ? outages.SkipLast(1) : outages;
                return new Row(id,
                [
                    Cell.Of(id), Cell.Of(SubjectOf(id)), Cell.Of(Party(d.Vendor)?.Name ?? new(d.Vendor ?? "", d.Vendor ?? "")), .. Cells(sums), Cell.Of(outages.Count),
                    Cell.Of(Mean(isMended.Select(o => o.Length))), Cell.Of(outages.Count == 0 ? null : sums.Usable / outages.Count), Cell.Percent(_ledger.InSession(r.Id, spans).Share),
                ]);
            }),
        ]);

    // Everything that is not simply up, so that a reader can add it up himself.
    private ReportTable Intervals() => new(
        "intervals", new("非正常时段明细", "Every stretch that was not simply up"),
        [
            ReportTable.Column("subject", "对象", "Subject"), ReportTable.Column("name", "名称", "Name"), ReportTable.Column("state", "状态", "State"), ReportTable.Column("from", "开始", "From"), ReportTable.Column("until", "结束", "Until"),
            ReportTable.Span("length", "时长", "Length"), ReportTable.Column("cause", "原因", "Cause"), ReportTable.Span("session", "其中庭审期间", "Of it in session"),
        ],
        [
            .. facts.Rooms.SelectMany(r => r.Devices, (r, d) => (Room: r.Id, Device: AvailabilityLedger.Name(r, d)))
                .SelectMany(p => _ledger.Device(p.Device).Where(s => s.State is not LedgerState.Up), (p, s) => new Row(
                    $"{p.Device} {s.From.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}",
                    [
                        Cell.Of(p.Device), Cell.Of(SubjectOf(p.Device)), Cell.Of(ReportWords.Of(s.State)), Cell.Of(s.From), Cell.Of(s.Until), Cell.Of(s.Length), Cell.Of(ReportWords.Cause(s.Value)),
                        Cell.Of(Partition.Within([s], _ledger.Sessions(p.Room)).Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Length)),
                    ])),
        ],
        new("本页只列一秒以上的不可用、未知与检修时段，计划关机等其余时段见随附数据文件。", "The page lists what was down, unknown or in maintenance for a second or more; the files have everything, planned stretches as well."))
    {
        OnPage = static row => row.Cells[5].Length >= TimeSpan.FromSeconds(1) && row.Cells[2].Words is { En: var state } && state != ReportWords.Of(LedgerState.Planned).En && state != ReportWords.Of(LedgerState.Absent).En,
    };

    private ReportTable Hours() => new(
        "hours", new("运行时数", "Running hours"),
        [ReportTable.Column("device", "设备", "Device"), ReportTable.Column("name", "名称", "Name"), ReportTable.Span("on", "本月开机", "On this month"), ReportTable.Column("by", "依据", "Told by")],
        [
            .. facts.Rooms.SelectMany(r => r.Devices, (r, d) =>
            {
                var id = AvailabilityLedger.Name(r, d);
                return new Row(id,
                [
                    Cell.Of(id), Cell.Of(SubjectOf(id)), Cell.Of(OnTime(id, d.HasPower)),
                    d.HasPower ? Cell.Of("设备报告的电源状态", "what it says of its power") : Cell.Of("在线时间", "time that it could be used"),
                ]);
            }),
        ],
        new("由可验证的开机时间累计；关机与未知时间不计。", "Summed from time that was seen on; off and unknown time does not count."));

    private TimeSpan OnTime(string device, bool hasPower)
    {
        var line = facts.LineOf(device);
        var seen = _ledger.Device(device).Where(s => s.State is LedgerState.Up or LedgerState.Degraded);
        if (!hasPower) return seen.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Length);
        return seen.SelectMany(s => Partition.Of(s.From, s.Until, line.Power.Moments, at => new(line.Power.At(at) is true ? LedgerState.Up : LedgerState.Planned)))
            .Where(s => s.State is LedgerState.Up).Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Length);
    }
}

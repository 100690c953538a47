using System.Globalization;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

// Faults and the contract's clocks.
public sealed partial class MonthFigures
{
    /// <summary>How many of the most frequent faults are named (R40).</summary>
    private const int MostRepeats = 10;

    private static readonly Column[] Counts =
    [
        ReportTable.Column("met", "达标", "Met"), ReportTable.Column("missed", "超时", "Missed"), ReportTable.Column("paused", "暂停中", "Paused"), ReportTable.Column("running", "计时中", "Running"),
        ReportTable.Percent("share", "达标率", "Met, share"), ReportTable.Span("mean", "平均用时", "Mean used"), ReportTable.Span("stood", "暂停合计", "Paused in all"),
    ];

    private Cell[] Cells(IReadOnlyCollection<ClockFacts> clocks)
    {
        // A clock counts in the month in which it was met or missed, so that it counts once.
        var decided = clocks.Where(c => c.Decided is { } at && _period.Has(at)).ToList();
        var met = decided.Count(c => c.Clock.State is ClockState.Met);
        return
        [
            Cell.Of(met), Cell.Of(decided.Count - met), Cell.Of(clocks.Count(c => c.Clock.State is ClockState.Paused)), Cell.Of(clocks.Count(c => c.Clock.State is ClockState.Running)),
            Ratio(met, decided.Count), Cell.Of(Mean(decided.Select(c => c.Clock.Used))), Cell.Of(decided.Aggregate(TimeSpan.Zero, (sum, c) => sum + c.Paused)),
        ];
    }

    private ReportTable Sla() => new(
        "sla", new("服务时限", "Contract clocks"),
        [ReportTable.Column("severity", "级别", "Severity"), ReportTable.Column("clock", "时限", "Clock"), .. Counts],
        [
            .. _clocks.GroupBy(c => (c.Fault.Severity, c.Clock.Kind)).OrderBy(g => g.Key.Severity).ThenBy(g => g.Key.Kind)
                .Select(g => new Row($"{g.Key.Severity}/{ContractClock.WordOf(g.Key.Kind)}", [Cell.Of(g.Key.Severity.ToString()), Cell.Of(ReportWords.Of(g.Key.Kind)), .. Cells([.. g])])),
        ],
        new(
            "按合同日历计时；每项时限计入其达标或超时所在的月份。基层法院的到场时限分别自故障发生与自批准派工起计。",
            "Counted on the contract's calendars, each clock in the month in which it was met or missed. At basic-level courts the visit is counted from the fault and from the release."));

    private ReportTable SlaParties() => new(
        "sla-parties", new("各厂家与运营商的服务时限", "Contract clocks by vendor and carrier"),
        [ReportTable.Column("party", "单位", "Party"), ReportTable.Column("kind", "类别", "Kind"), ReportTable.Column("clock", "时限", "Clock"), .. Counts],
        [
            .. _clocks.Select(c => (Clock: c, Party: PartyOf(c.Fault))).GroupBy(c => (Id: c.Party?.Id ?? "", c.Clock.Clock.Kind)).OrderBy(g => g.Key.Id, StringComparer.Ordinal).ThenBy(g => g.Key.Kind)
                .Select(g => new Row($"{g.Key.Id}/{ContractClock.WordOf(g.Key.Kind)}",
                [
                    Cell.Of(Party(g.Key.Id)?.Name ?? new("本单位运维", "the court's own service")),
                    Party(g.Key.Id) is not { } party ? Cell.Empty : party.IsCarrier ? Cell.Of("运营商", "carrier") : Cell.Of("厂家", "vendor"),
                    Cell.Of(ReportWords.Of(g.Key.Kind)), .. Cells([.. g.Select(c => c.Clock)]),
                ])),
        ]);

    private ReportTable Clocks() => new(
        "clocks", new("各故障的时限", "The clocks of each fault"),
        [
            ReportTable.Column("fault", "故障单", "Fault"), ReportTable.Column("severity", "级别", "Severity"), ReportTable.Column("clock", "时限", "Clock"), ReportTable.Column("hours", "计时方式", "Counted in"),
            ReportTable.Span("limit", "约定", "Limit"), ReportTable.Span("used", "已用", "Used"), ReportTable.Span("stood", "暂停", "Paused"), ReportTable.Column("state", "结果", "Result"), ReportTable.Span("over", "超出", "Over by"),
            ReportTable.Column("from", "起计", "From"), ReportTable.Column("due", "到期", "Due"), ReportTable.Column("ended", "完成", "Ended"),
        ],
        [
            .. _clocks.Select(c => new Row($"{c.Fault.Id}/{c.Clock.Word}",
            [
                Cell.Of(c.Fault.Id), Cell.Of(c.Fault.Severity.ToString()), Cell.Of(ReportWords.Of(c.Clock.Kind)), Cell.Of(ReportWords.Of(c.Clock.Limit.Hours)),
                Cell.Of(c.Clock.Limit.Amount), Cell.Of(c.Clock.Used), Cell.Of(c.Paused), Cell.Of(ReportWords.Of(c.Clock.State)), c.Clock.State is ClockState.Missed ? Cell.Of(c.Clock.Used - c.Clock.Limit.Amount) : Cell.Empty,
                Cell.Of(c.Clock.From), Cell.Of(c.Clock.Due), Cell.Of(c.Clock.EndedAt),
            ])),
        ]);

    private ReportTable Pauses() => new(
        "pauses", new("时限暂停", "Pauses of the clocks"),
        [
            ReportTable.Column("fault", "故障单", "Fault"), ReportTable.Column("reason", "原因", "Reason"), ReportTable.Column("proof", "凭据", "Proof"), ReportTable.Column("by", "登记人", "By"),
            ReportTable.Column("from", "开始", "From"), ReportTable.Column("until", "结束", "Until"), ReportTable.Span("length", "时长", "Length"),
        ],
        [
            .. facts.Faults.SelectMany(f => f.Pauses.Where(p => p.From < _period.End && !(p.Until <= _period.Start)), (f, p) => new Row(
                $"{f.Id} {p.From.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}",
                [Cell.Of(f.Id), Cell.Of(ReportWords.Of(p.Reason)), Cell.Of(p.Proof), Cell.Of(p.By), Cell.Of(p.From), Cell.Of(p.Until), Cell.Of((p.Until ?? _period.End) - p.From)])),
        ]);

    private ReportTable Faults() => new(
        "faults", new("故障清单", "Faults"),
        [
            ReportTable.Column("fault", "故障单", "Fault"), ReportTable.Column("severity", "级别", "Severity"), ReportTable.Column("what", "故障", "What"), ReportTable.Column("code", "代码", "Code"), ReportTable.Column("subject", "对象", "Subject"),
            ReportTable.Column("party", "责任单位", "Party"), ReportTable.Column("since", "发生", "Since"), ReportTable.Column("recovered", "恢复", "Recovered"), ReportTable.Span("length", "历时", "Lasted"),
            ReportTable.Column("step", "月末状态", "At the end"), ReportTable.Column("times", "次数", "Times"), ReportTable.Column("cause", "起因", "Caused by"), ReportTable.Column("repeats", "复发自", "Repeats"), ReportTable.Column("circuit", "电路编号", "Circuit"),
        ],
        [
            .. facts.Faults.Select(f => new Row(f.Id,
            [
                Cell.Of(f.Id), Cell.Of(f.Severity.ToString()), Cell.Of(Title(f.Code)), Cell.Of(f.Code), Cell.Of(SubjectOf(f.Subject)), Cell.Of(PartyOf(f)?.Name ?? new("", "")), Cell.Of(f.Since), Cell.Of(f.RecoveredAt),
                Cell.Of((f.RecoveredAt ?? _period.End) - f.Since), Cell.Of(ReportWords.Of(f.Step)), Cell.Of(f.Times), Cell.Of(f.CausedBy), Cell.Of(f.Reopens), Cell.Of(f.Circuit),
            ])),
        ]);

    private ReportTable FaultCounts()
    {
        var opened = facts.Faults.Where(f => _period.Has(f.OpenedAt)).ToList();
        return new(
            "fault-counts", new("故障统计", "Faults by kind, room and party"),
            [ReportTable.Column("by", "分类", "By"), ReportTable.Column("what", "项目", "What"), ReportTable.Column("count", "新发", "Opened"), ReportTable.Column("recovered", "已恢复", "Recovered"), ReportTable.Span("mttr", "平均恢复时间", "MTTR")],
            [
                .. Group("kind", new("故障类别", "kind"), f => f.Code, code => Title(code)),
                .. Group("room", new("法庭", "room"), f => f.Room ?? "", room => room.Length == 0 ? new("（不属于单一法庭）", "(no single room)") : NameOf(room)),
                .. Group("party", new("责任单位", "party"), f => PartyOf(f)?.Id ?? "", id => Party(id)?.Name ?? new("本单位运维", "the court's own service")),
                .. Group("severity", new("级别", "severity"), f => f.Severity.ToString(), s => new(s, s)),
            ]);

        IEnumerable<Row> Group(string by, Wording words, Func<Fault, string> keyOf, Func<string, Wording> nameOf) =>
            opened.GroupBy(keyOf).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => new Row($"{by}/{g.Key}",
            [
                Cell.Of(words), Cell.Of(nameOf(g.Key)), Cell.Of(g.Count()), Cell.Of(g.Count(f => f.RecoveredAt is not null)), Cell.Of(Mean(g.Where(f => f.RecoveredAt is not null).Select(f => f.RecoveredAt!.Value - f.Since))),
            ]));
    }

    private ReportTable Repeats() => new(
        "repeats", new("反复发生的故障", "Faults that came again"),
        [
            ReportTable.Column("rank", "排名", "Rank"), ReportTable.Column("subject", "对象", "Subject"), ReportTable.Column("what", "故障", "What"), ReportTable.Column("times", "发生次数", "Times"), ReportTable.Column("faults", "故障单数", "Faults"),
            ReportTable.Span("length", "累计历时", "Lasted in all"),
        ],
        [
            .. facts.Faults.Where(f => _period.Has(f.OpenedAt)).GroupBy(f => (f.Subject, f.Code)).Select(g => (g.Key, Times: g.Sum(f => f.Times), Faults: g.Count(), Length: g.Aggregate(TimeSpan.Zero, (sum, f) => sum + ((f.RecoveredAt ?? _period.End) - f.Since))))
                .Where(g => g.Times > 1).OrderByDescending(g => g.Times).ThenByDescending(g => g.Length).ThenBy(g => g.Key.Subject, StringComparer.Ordinal).Take(MostRepeats)
                .Select((g, i) => new Row($"{g.Key.Subject} {g.Key.Code}", [Cell.Of(i + 1), Cell.Of(SubjectOf(g.Key.Subject)), Cell.Of(Title(g.Key.Code)), Cell.Of(g.Times), Cell.Of(g.Faults), Cell.Of(g.Length)])),
        ]);

    private ReportTable Runs() => new(
        "power", new("电源任务", "Power runs"),
        [
            ReportTable.Column("run", "编号", "Run"), ReportTable.Column("act", "动作", "Act"), ReportTable.Column("scope", "范围", "Scope"), ReportTable.Column("by", "发起", "By"), ReportTable.Column("reason", "事由", "Reason"),
            ReportTable.Column("ordered", "发起时间", "Ordered"), ReportTable.Column("ended", "结束", "Ended"), ReportTable.Column("state", "结果", "Result"), ReportTable.Column("steps", "步骤", "Steps"), ReportTable.Column("not-seen", "未确认步骤", "Not seen"), ReportTable.Column("deferrals", "因庭审推迟", "Put off for hearings"),
        ],
        [
            .. facts.Runs.Select(r => new Row(r.Id,
            [
                Cell.Of(r.Id), Cell.Of(ReportWords.Act(r.Act)), r.Scope == "site" ? Cell.Of("整个站点", "whole site") : Cell.Of(r.Scope), Cell.Of(r.By), Cell.Of(r.Reason), Cell.Of(r.OrderedAt), Cell.Of(r.EndedAt),
                Cell.Of(ReportWords.State(r.State)), Cell.Of(r.Steps), Cell.Of(r.NotSeen), Cell.Of(r.Deferrals),
            ])),
        ]);

    private ReportTable Planned() => new(
        "schedules", new("计划任务执行情况", "Scheduled jobs: planned and done"),
        [ReportTable.Column("job", "任务", "Job"), ReportTable.Column("act", "动作", "Act"), ReportTable.Column("planned", "应执行", "Planned"), ReportTable.Column("done", "已完成", "Done"), ReportTable.Column("other", "未完成", "Not done"), ReportTable.Percent("share", "完成率", "Done, share"), ReportTable.Column("dates", "未完成日期", "Dates not done")],
        [
            .. facts.Decisions.GroupBy(d => (d.Job, d.Act)).OrderBy(g => g.Key.Job, StringComparer.Ordinal).Select(g =>
            {
                var open = g.Where(d => d.State != "done").ToList();
                return new Row(g.Key.Job,
                [
                    Cell.Of(g.Key.Job), Cell.Of(Schedule.Rules.Acts.Says(g.Key.Act)), Cell.Of(g.Count()), Cell.Of(g.Count() - open.Count), Cell.Of(open.Count), Ratio(g.Count() - open.Count, g.Count()),
                    Cell.Of(
                        string.Join("；", open.Take(12).Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Date:MM-dd} {ReportWords.State(d.State).Zh}"))),
                        string.Join("; ", open.Take(12).Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Date:MM-dd} {ReportWords.State(d.State).En}")))),
                ]);
            }),
        ]);

    private ReportTable Inspections() => new(
        "inspections", new("巡检", "Inspections"),
        [
            ReportTable.Column("inspection", "编号", "Inspection"), ReportTable.Column("profile", "方案", "Profile"), ReportTable.Column("scope", "范围", "Scope"), ReportTable.Column("by", "发起", "By"), ReportTable.Column("began", "开始", "Began"), ReportTable.Column("ended", "结束", "Ended"),
            ReportTable.Column("state", "结果", "Result"), ReportTable.Column("rows", "设备", "Devices"), ReportTable.Column("findings", "异常", "Findings"), ReportTable.Column("skipped", "未检查", "Not looked at"), ReportTable.Column("signed", "签署人", "Signed by"),
        ],
        [
            .. facts.Inspections.Select(i => new Row(i.Id,
            [
                Cell.Of(i.Id), Cell.Of(Profile(i.Profile)), i.Scope == "site" ? Cell.Of("整个站点", "whole site") : Cell.Of(i.Scope), Cell.Of(i.By), Cell.Of(i.StartedAt), Cell.Of(i.EndedAt), Cell.Of(ReportWords.State(i.State)),
                Cell.Of(i.Rows), Cell.Of(i.Findings), Cell.Of(i.Skipped), Cell.Of(i.SignedBy),
            ])),
        ]);

    private ReportTable Signed() => new(
        "maintenance", new("签署的维护工作", "Maintenance work that was signed"),
        [ReportTable.Column("inspection", "巡检", "Inspection"), ReportTable.Column("row", "项目", "Work"), ReportTable.Column("result", "结果", "Result"), ReportTable.Column("by", "签署人", "By"), ReportTable.Column("at", "时间", "When")],
        [
            .. facts.Inspections.SelectMany(i => i.Signed, (i, s) => new Row($"{i.Id}/{s.Row}", [Cell.Of(i.Id), Cell.Of(s.Row), s.Result == "ok" ? Cell.Of("完成", "in order") : Cell.Of("有异常", "not in order"), Cell.Of(s.By), Cell.Of(s.At)])),
        ]);

    // Reminded again by each inspection until somebody signs that it was done.
    private ReportTable Reminders() => new(
        "reminders", new("预防性维护提醒", "Reminders of preventive maintenance"),
        [ReportTable.Column("work", "项目", "Work"), ReportTable.Column("first", "首次提醒", "First reminded"), ReportTable.Column("times", "提醒次数", "Times"), ReportTable.Column("by", "完成签署人", "Done by"), ReportTable.Column("at", "完成时间", "Done")],
        [
            .. facts.Inspections.Where(i => i.EndedAt is not null).SelectMany(i => i.Due, (i, work) => (Work: work, i.EndedAt)).GroupBy(d => d.Work).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
            {
                var done = facts.Inspections.SelectMany(i => i.Signed).Where(s => s.Row == g.Key && s.Result == "ok").OrderBy(s => s.At).LastOrDefault();
                return new Row(g.Key, [Cell.Of(g.Key), Cell.Of(g.Min(d => d.EndedAt)), Cell.Of(g.Count()), Cell.Of(done?.By), Cell.Of(done?.At)]);
            }),
        ]);

    private static Wording Profile(string profile) => profile switch
    {
        "daily" => new("日巡检", "daily"),
        "weekly" => new("周巡检", "weekly"),
        "monthly" => new("月巡检", "monthly"),
        "quarterly" => new("季度巡检", "quarterly"),
        _ => new(profile, profile),
    };
}

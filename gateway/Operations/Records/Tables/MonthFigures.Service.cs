using AvGateway.Operations.Records.Service;

namespace AvGateway.Operations.Records.Tables;

// The ledger of the service period.
public sealed partial class MonthFigures
{
    private IEnumerable<ReportTable> Service(ServiceMonth month)
    {
        if (!facts.Site.Promised.IsEmpty) yield return Promised();
        if (facts.Site.Period is { } contract)
        {
            yield return Term(facts.Service.TermOf(contract, _period.Month.Last));
            yield return Months(month, contract);
        }

        yield return Entries();
    }

    private ReportTable Promised() => new(
        "promised", new("巡检：约定与完成", "Inspections: promised and done"),
        [ReportTable.Column("profile", "方案", "Profile"), ReportTable.Column("promised", "约定", "Promised"), ReportTable.Column("done", "完成", "Done"), ReportTable.Column("signed", "其中已签署", "Of them signed"), ReportTable.Column("missing", "欠缺", "Missing")],
        [
            .. facts.Site.Promised.Select(p =>
            {
                var done = facts.Inspections.Where(i => i.Profile == p.Profile && i.State == "done").ToList();
                return new Row(p.Profile, [Cell.Of(Profile(p.Profile)), Cell.Of(p.PerMonth), Cell.Of(done.Count), Cell.Of(done.Count(i => i.SignedBy is not null)), Cell.Of(Math.Max(0, p.PerMonth - done.Count))]);
            }),
        ]);

    private static ReportTable Term(ServiceTerm term) => new(
        "service-term", new("服务期", "Service period"),
        [ReportTable.Column("figure", "项目", "Figure"), ReportTable.Column("value", "数值", "Value")],
        [
            new("from", [Cell.Of("合同开始", "Contract begins"), Cell.Of(term.Contract.From)]),
            new("to", [Cell.Of("合同结束", "Contract ends"), Cell.Of(term.Contract.To)]),
            new("days", [Cell.Of("合同天数", "Days of the contract"), Cell.Of(term.Days)]),
            new("missed", [Cell.Of("缺勤与严重服务问题天数（重叠只计一次）", "Days of absence or serious problems, overlap once"), Cell.Of(term.MissedDays)]),
            new("proposed", [Cell.Of("建议顺延至", "Proposed end"), Cell.Of(term.ProposedEnd)]),
            new("effective", [Cell.Of("生效的结束日期", "End in effect"), Cell.Of(term.EffectiveEnd)]),
            new("waiting", [Cell.Of("待法院批准", "Waits for the court's approval"), term.Waiting is { } end ? Cell.Of(end) : Cell.Of("无", "nothing")]),
            new("remind", [Cell.Of("到期提醒（提前 60 日）", "Expiry reminder, 60 days before"), Cell.Of(term.RemindOn)]),
        ],
        new("缺勤与严重服务问题按日计，服务期相应顺延；未经法院批准不生效。", "Absence and serious problems extend the service period day by day; not in effect before the court approves."));

    // Earlier months as their reports left them; what was signed is what stood in that revision.
    private ReportTable Months(ServiceMonth month, ContractPeriod contract)
    {
        var filed = facts.Revisions.Where(r => r.Ledger is not null && r.Month != _period.Month && r.Month.First < _period.Month.First && r.Month.Last >= contract.From)
            .GroupBy(r => r.Month).OrderBy(g => g.Key.First).Select(g => g.Last().Ledger!);
        return new(
            "service-months", new("服务期台账", "Ledger of the service period"),
            [
                ReportTable.Column("month", "月份", "Month"), ReportTable.Column("promised", "约定巡检", "Inspections promised"), ReportTable.Column("done", "完成巡检", "Inspections done"), ReportTable.Column("faults", "故障", "Faults"),
                ReportTable.Column("met", "时限达标", "Clocks met"), ReportTable.Column("missed", "时限超时", "Clocks missed"), ReportTable.Column("visits", "到场次数", "Visits"), ReportTable.Column("absent", "缺勤天数", "Days absent"),
                ReportTable.Column("problem", "严重问题天数", "Days of problems"), ReportTable.Percent("share", "法庭可用率", "Rooms available"), ReportTable.Column("signed", "签署", "Signed"),
            ],
            [.. filed.Append(month).Select(MonthRow)]);
    }

    private Row MonthRow(ServiceMonth month)
    {
        var signature = facts.Service.Signatures.LastOrDefault(s => s.Month == month.Month);
        return new(month.Month,
        [
            Cell.Of(month.Month), month.Promised is { } promised ? Cell.Of(promised) : Cell.Empty, Cell.Of(month.Inspections), Cell.Of(month.Faults), Cell.Of(month.Met), Cell.Of(month.Missed), Cell.Of(month.Visits),
            Cell.Of(month.AbsentDays), Cell.Of(month.ProblemDays), Cell.Percent(month.Share),
            signature is null ? Cell.Empty : Cell.Of($"{signature.By}，第 {signature.Revision} 版", $"{signature.By}, revision {signature.Revision}"),
        ]);
    }

    private ReportTable Entries() => new(
        "service-entries", new("缺勤、问题、检修与现场服务", "Absences, problems, maintenance and visits"),
        [
            ReportTable.Column("entry", "编号", "Entry"), ReportTable.Column("kind", "类别", "Kind"), ReportTable.Column("from", "开始", "From"), ReportTable.Column("to", "结束", "To"), ReportTable.Column("scope", "范围", "Scope"), ReportTable.Column("text", "说明", "Remark"),
            ReportTable.Column("by", "登记人", "Entered by"), ReportTable.Column("approved", "批准人", "Approved by"), ReportTable.Column("proof", "不可抗力证明期限", "Proof due"), ReportTable.Column("flagged", "满三十日", "Thirtieth day"),
        ],
        [
            .. facts.Service.Entries.Where(e => e.From <= _period.Month.Last && e.To >= _period.Month.First).Select(e => new Row(e.Id,
            [
                Cell.Of(e.Id), Cell.Of(ReportWords.Of(e.Kind)), DayCell(e.From, e.FromTime), DayCell(e.To, e.ToTime), Cell.Of(e.Scope), Cell.Of(e.Text), Cell.Of(e.By),
                e.ApprovedBy is { } by ? Cell.Of(by) : e.Kind is ServiceKind.Maintenance ? Cell.Of("未批准", "not approved") : Cell.Empty,
                e.Kind is ServiceKind.ForceMajeure ? Cell.Of(e.ProofDue) : Cell.Empty, e.Kind is ServiceKind.ForceMajeure && e.To >= e.FlaggedOn ? Cell.Of(e.FlaggedOn) : Cell.Empty,
            ])),
        ]);

    private static Cell DayCell(DateOnly date, TimeOnly? time) => time is { } at ? Cell.Of($"{date:yyyy-MM-dd} {at:HH:mm}") : Cell.Of((DateOnly?)date);
}

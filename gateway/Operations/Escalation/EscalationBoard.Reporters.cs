using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation;

// What whoever reported a fault hears, and the reminders to ask afterwards.
public sealed partial class EscalationBoard
{
    private const string FollowUpSoon = "follow-up-soon";
    private const string FollowUpOverdue = "follow-up-overdue";

    // In the morning of the last day: half of an office day is left to make the call.
    private static readonly TimeSpan BeforeFollowUp = TimeSpan.FromHours(8);

    /// <summary>At acknowledgement, when somebody is sent, and at the end (R35): each once, whatever the ladder does.</summary>
    private void TellReporters(FaultBoard board, CaseRun run)
    {
        var fault = board.Find(run.Case.Fault)!;
        if (fault.Reporters.IsEmpty) return;
        var isSolved = fault.Step is FaultStep.Restored or FaultStep.Solved || fault.IsClosed;
        var isSent = fault.ArrivedAt is not null || (fault.Step is FaultStep.WithVendor or FaultStep.WithCarrier);

        // Who hears of the end at once need not hear of the way there.
        if (isSolved) TellReporters(run, fault, $"{ReporterSteps.Solved}-{fault.Times}");
        if (isSent) TellReporters(run, fault, ReporterSteps.Sent, isPassed: isSolved);
        if (fault.AcknowledgedAt is not null) TellReporters(run, fault, ReporterSteps.TakenUp, isPassed: isSolved || isSent);
    }

    // One who reports later is told from there on; a relapse that is solved again is told again.
    private void TellReporters(CaseRun run, Fault fault, string step, bool isPassed = false)
    {
        foreach (var contact in fault.Reporters.Select(r => r.Contact).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var mark = $"{step}/{contact}";
            if (run.Case.Marks.Contains(mark)) continue;
            run.Put(run.Case with { Marks = run.Case.Marks.Add(mark) });
            var way = rules.Parties.Contact(contact)?.On(rules.DateOf(time.GetUtcNow())) ?? [];
            if (!way.IsEmpty && !isPassed) Queue(run, new(step, NoticeKind.Reporter, contact, way[0].Channel));
        }
    }

    private static bool IsToBeFollowedUp(CaseRun run, Fault fault) => fault.AwaitsFollowUp && !run.Case.Marks.Contains(FollowUpOverdue);

    private void RemindOfFollowUp(FaultBoard board, CaseRun run, Fault fault)
    {
        var now = time.GetUtcNow();
        var by = fault.FollowUpBy!.Value;
        Mark(by - BeforeFollowUp, FollowUpSoon, rungs: 1);
        Mark(by, FollowUpOverdue, rungs: 2);
        (run.NextMark, run.Seen) = (now < by - BeforeFollowUp ? by - BeforeFollowUp : now < by ? by : DateTimeOffset.MaxValue, board.Find(fault.Id));

        void Mark(DateTimeOffset at, string mark, int rungs)
        {
            if (now < at || run.Case.Marks.Contains(mark)) return;
            run.Put(run.Case with { Marks = run.Case.Marks.Add(mark) });
            Say(board, board.Find(fault.Id)!, FaultWords.FollowUpDue, mark == FollowUpOverdue
                ? new Wording($"已超期，应于 {by.UtcDateTime:yyyy-MM-dd HH:mm} UTC 前完成", $"overdue since {by.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
                : new($"应于 {by.UtcDateTime:yyyy-MM-dd HH:mm} UTC 前完成", $"by {by.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
            foreach (var rung in run.Case.Ladder?.Rungs.Take(rungs) ?? [])
            {
                // A vendor does not ask the court how its own work went.
                if (!rung.To.Contains("party")) Reach(board, run, board.Find(fault.Id)!, rung, mark, NoticeKind.FollowUp);
            }
        }
    }
}

/// <summary>What a reporter is told of: the step of the message.</summary>
internal static class ReporterSteps
{
    public const string TakenUp = "reporter-taken-up";
    public const string Sent = "reporter-sent";
    public const string Solved = "reporter-solved";
}

using AvGateway.Operations.Commands;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Faults;

/// <summary>What somebody says is wrong, taken down by a user.</summary>
/// <param name="Subject">A room, or <c>room/device</c>.</param>
/// <param name="What">In the reporter's words; stays in the court.</param>
public sealed record FaultReport(string Subject, string What, FaultReporter Reporter)
{
    /// <summary>A hearing could not be held there.</summary>
    public bool IsUnusable { get; init; }
}

// What people see and the gateway does not: intake, the reporter's word, and the call afterwards.
public sealed partial class FaultBoard
{
    /// <summary>Whoever reports the same again while it is open joins the fault; more would be a crowd.</summary>
    public const int MostReporters = 20;

    /// <summary>Takes a report down. One about what has an open fault joins that: one subject, one fault.</summary>
    public FaultAnswer Raise(FaultReport report, out IReadOnlyList<FaultChange> changes)
    {
        _changes.Clear();
        var answer = Raise(report);
        changes = [.. _changes];
        return answer;
    }

    private FaultAnswer Raise(FaultReport report)
    {
        var now = time.GetUtcNow();
        var line = $"{report.Reporter.Name}: {report.What}";
        if (OpenOf(report) is { } open)
        {
            if (open.Reporters.Length >= MostReporters || open.TimeLine.Length >= MostLines) return Refused(AnswerCodes.FaultStep, $"{open.Id} is open for this and has enough reports: add a note");
            var joined = Put(open with { Reporters = open.Reporters.Add(report.Reporter) }, now, FaultWords.Reported, line, report.Reporter.By);

            // Said to be mended, and it is not: told like any other relapse.
            if (rules.Kinds.Of(open.Code).IsReported) Tell(new(open.Subject, open.Code), true, Wording.Own(report.What));
            return new(joined, null);
        }

        if (_faults.Count >= MostFaults) return Refused(AnswerCodes.Busy, "there are too many faults to take one more");
        var key = new SymptomKey(report.Subject, report.IsUnusable ? FaultKinds.ReportedUnusable : FaultKinds.ReportedTrouble);
        Tell(key, true, Wording.Own(report.What));
        var id = Open(SymptomOf(key), report.Reporter);
        return new(Put(_faults[id], now, FaultWords.Reported, line, report.Reporter.By), null);
    }

    // Of a device any fault that it has, since they are hardly two; of a room only what people reported.
    private Fault? OpenOf(FaultReport report) => _faults.Values
        .Where(f => !f.IsClosed && f.Subject == report.Subject && (f.Subject.Contains('/', StringComparison.Ordinal) || rules.Kinds.Of(f.Code).IsReported))
        .OrderBy(f => rules.Kinds.Of(f.Code).IsReported ? 0 : 1).ThenBy(f => f.Severity).FirstOrDefault();

    // No sensor tells that it is mended: the words of whoever did it stand for that, until the reporter agrees.
    private FaultAnswer ResolveReported(Fault fault, FaultAct act, DateTimeOffset now)
    {
        if (act.Text is null) return Refused(AnswerCodes.BadArgument, $"\"text\" is missing: the gateway does not see {fault.Id}, so say what was done and tried");
        Tell(new(fault.Subject, fault.Code), false);
        var restored = Acknowledged(fault, now) with { IsPresent = false, RecoveredAt = now, Step = FaultCycle.Next(fault.Step, FaultMove.Recovered) ?? fault.Step };
        return Moved(restored, FaultMove.Solve, FaultWords.Solved, act, now);
    }

    private static bool LacksWord(Fault fault, FaultAct act) =>
        !fault.Reporters.IsEmpty && act.Word is null && !fault.Reporters.Any(r => r.Name == act.By);

    /// <summary>Whom a fault hit is asked afterwards: always where somebody reported it, and where it had stopped a room's work.</summary>
    private bool NeedsFollowUp(Fault fault) =>
        !rules.Kinds.Of(fault.Code).IsOfSite && (!fault.Reporters.IsEmpty || (fault.Room is not null && fault.Severity <= Severity.P2));

    private FaultAnswer FollowUp(Fault fault, FaultAct act, DateTimeOffset now)
    {
        if (FaultCycle.Next(fault.Step, FaultMove.FollowUp) is not { } next)
            return Refused(AnswerCodes.FaultStep, fault.IsClosed ? $"{fault.Id} was followed up already" : $"{fault.Id} is not closed: afterwards somebody asks how it went");
        var said = $"{(act.IsWell is true ? "well" : "not well")}: {act.Text}";
        if (act.IsWell is true) return new(Put(fault with { Step = next }, now, FaultWords.FollowedUp, said, act.By), null);

        // Not well is the same as taken up again: both in one act, or neither.
        var again = Reopen(fault, act, now);
        if (again.Refusal is null) Put(_faults[fault.Id] with { Step = next }, now, FaultWords.FollowedUp, said, act.By);
        return again;
    }
}

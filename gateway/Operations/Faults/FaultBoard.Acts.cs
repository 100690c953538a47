using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults.Clocks;

namespace AvGateway.Operations.Faults;

/// <summary>What people do about a fault (CONTRACT §3).</summary>
public enum FaultVerb { Acknowledge, Accept, Answer, Note, Assign, Resolve, Close, Reopen, Arrive, Release, Pause, Continue, FollowUp }

/// <summary>Somebody's act on a fault, its arguments checked for form.</summary>
/// <param name="To">With <see cref="FaultVerb.Assign"/>: a user, <c>vendor:ID</c>, <c>carrier:ID</c>, or <c>part</c>, <c>hearing</c>, <c>dispatch</c> for what is waited for.</param>
public sealed record FaultAct(FaultVerb Verb, string By, string? Text = null, string? To = null)
{
    /// <summary>With <see cref="FaultVerb.Pause"/>: why the clocks stand still, and what proves it.</summary>
    public PauseReason? Reason { get; init; }
    public string? Proof { get; init; }

    /// <summary>With <see cref="FaultVerb.Close"/>: what whoever reported it said.</summary>
    public string? Word { get; init; }

    /// <summary>With <see cref="FaultVerb.FollowUp"/>: whether it is well.</summary>
    public bool? IsWell { get; init; }

    /// <summary>With <see cref="FaultVerb.Note"/>: the word of its line, where another part of the gateway says what somebody did.</summary>
    public string LineWord { get; init; } = FaultWords.Noted;

    /// <summary>With <see cref="FaultVerb.Note"/>: the vendor or carrier that has the fault from now on, since a report was let go to it.</summary>
    public string? HandTo { get; init; }
}

/// <summary>What came of an act: the fault as it is now, or why nothing was done.</summary>
public readonly record struct FaultAnswer(Fault? Fault, Refusal? Refusal);

public sealed partial class FaultBoard
{
    /// <summary>A person's texts per fault; the time line is stored whole and goes out whole.</summary>
    public const int MostLines = 200;

    /// <summary>Carries out an act; what changed is returned by <paramref name="changes"/>, to be stored and told like that of a look.</summary>
    public FaultAnswer Act(string id, FaultAct act, out IReadOnlyList<FaultChange> changes)
    {
        _changes.Clear();
        var answer = Act(id, act);
        changes = [.. _changes];
        return answer;
    }

    private FaultAnswer Act(string id, FaultAct act)
    {
        if (Find(id) is not { } fault) return Refused(AnswerCodes.Unknown, $"there is no open fault {id}");
        if (fault.IsClosed && act.Verb is not (FaultVerb.Reopen or FaultVerb.FollowUp)) return Refused(AnswerCodes.FaultStep, $"{id} is closed; reopen it");
        if (fault.TimeLine.Length >= MostLines && act.HandTo is null) return Refused(AnswerCodes.FaultStep, $"{id} has {MostLines} lines; resolve or close it and go on in a new one");
        var now = time.GetUtcNow();
        return act.Verb switch
        {
            FaultVerb.Acknowledge when fault.Step is FaultStep.Open => Moved(fault with { AcknowledgedAt = now }, FaultMove.Acknowledge, FaultWords.Acknowledged, act, now),
            FaultVerb.Acknowledge => Refused(AnswerCodes.FaultStep, $"{id} was acknowledged already"),
            FaultVerb.Accept => Moved(Acknowledged(fault, now) with { Owner = act.By }, FaultMove.Diagnose, FaultWords.Accepted, act, now),
            FaultVerb.Answer => new(Put(fault with { AnsweredAt = fault.AnsweredAt ?? now }, now, FaultWords.Answered, act.Text, act.By), null),
            FaultVerb.Note => new(Put(fault with { Party = act.HandTo ?? fault.Party }, now, act.LineWord, act.Text, act.By), null),
            FaultVerb.Assign => Assign(fault, act, now),
            FaultVerb.Resolve => Resolve(fault, act, now),
            FaultVerb.Close => CloseByWord(fault, act, now),
            FaultVerb.Arrive => Arrive(fault, act, now),
            FaultVerb.Release => Release(fault, act, now),
            FaultVerb.Pause => Pause(fault, act, now),
            FaultVerb.Continue => Continue(fault, act, now),
            FaultVerb.FollowUp => FollowUp(fault, act, now),
            _ => Reopen(fault, act, now),
        };
    }

    private FaultAnswer Assign(Fault fault, FaultAct act, DateTimeOffset now)
    {
        var (move, party) = act.To?.Split(':', 2) switch
        {
            ["vendor", var vendor] => (FaultMove.ToVendor, vendor),
            ["carrier", var carrier] => (FaultMove.ToCarrier, carrier),
            ["part"] => (FaultMove.AwaitPart, null),
            ["hearing"] => (FaultMove.AwaitHearing, null),
            ["dispatch"] => (FaultMove.AwaitDispatch, null),
            _ => (FaultMove.Diagnose, (string?)null),
        };

        // Waiting for a part does not take the fault away from the vendor that has to bring it.
        var owner = move is FaultMove.Diagnose ? act.To : party ?? fault.Owner;
        var changed = Acknowledged(fault, now) with { Owner = owner, Party = move is FaultMove.Diagnose ? null : party ?? fault.Party };
        return Moved(changed, move, FaultWords.Assigned, act with { Text = act.Text is null ? act.To : $"{act.To}: {act.Text}" }, now);
    }

    private FaultAnswer Resolve(Fault fault, FaultAct act, DateTimeOffset now) => fault.Step is FaultStep.Restored
        ? Moved(fault, FaultMove.Solve, FaultWords.Solved, act, now)
        : rules.Kinds.Of(fault.Code).IsReported && fault.Step is not FaultStep.Solved ? ResolveReported(fault, act, now)
        : Refused(AnswerCodes.FaultStep, fault.Step is FaultStep.Solved ? $"{fault.Id} is solved already" : $"{fault.Id} is still seen: it can be resolved once its recovery was measured");

    private FaultAnswer CloseByWord(Fault fault, FaultAct act, DateTimeOffset now)
    {
        if (FaultCycle.Next(fault.Step, FaultMove.Close) is null)
            return Refused(AnswerCodes.FaultStep, rules.Kinds.Of(fault.Code).IsReported ? $"{fault.Id} is not solved: it can be closed once it was resolved" : $"{fault.Id} is still seen: it can be closed once its recovery was measured");
        if (LacksWord(fault, act))
            return Refused(AnswerCodes.FaultStep, $"{fault.Id} was reported: it needs the word of whoever did, \"word\", or it closes itself at {rules.ClosesBy(fault.RecoveredAt ?? now).UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        Close(fault, act.By, now, act.Word is null ? act.Text : act.Text is null ? $"reporter: {act.Word}" : $"{act.Text}; reporter: {act.Word}");
        return new(Find(fault.Id), null);
    }

    // A closed fault stays as it was closed: the new one is linked with it both ways.
    private FaultAnswer Reopen(Fault fault, FaultAct act, DateTimeOffset now)
    {
        if (!fault.IsClosed) return Refused(AnswerCodes.FaultStep, $"{fault.Id} is not closed");
        if (fault.ReopenedAs is { } already) return Refused(AnswerCodes.FaultStep, $"{fault.Id} goes on as {already}");
        var symptom = SymptomOf(new(fault.Subject, fault.Code));
        if (symptom.Fault is { } open) return Refused(AnswerCodes.FaultStep, $"{open} is open for the same");
        var again = new Fault(NewId(now), fault.Code, fault.Subject, now, now)
        {
            Severity = SeverityOf(fault),
            Room = fault.Room,
            Affected = fault.Affected,
            Detail = fault.Detail,
            Reopens = fault.Id,
            Reporters = fault.Reporters,
            Circuit = fault.Circuit,
        };
        if (rules.Kinds.Of(fault.Code).IsReported) symptom.Tell(true, fault.Detail);
        again = again with { IsPresent = symptom.IsPresent };
        again = again with { Terms = [new(again.Severity, now)] };
        symptom.Fault = again.Id;
        Put(fault with { ReopenedAs = again.Id }, now, FaultWords.Reopened, FaultTexts.As(again.Id), act.By);
        return new(Put(again, now, FaultWords.Opened, FaultTexts.Reopens(fault.Id, act.Text), act.By), null);
    }

    private FaultAnswer Moved(Fault fault, FaultMove move, string word, FaultAct act, DateTimeOffset now)
    {
        if (FaultCycle.Next(fault.Step, move) is not { } next) return Refused(AnswerCodes.FaultStep, $"{fault.Id} is {fault.Step}: this is not possible now");
        return new(Put(fault with { Step = next }, now, word, act.Text, act.By), null);
    }

    private static Fault Acknowledged(Fault fault, DateTimeOffset now) => fault with { AcknowledgedAt = fault.AcknowledgedAt ?? now };

    private static FaultAnswer Refused(AnswerCode code, string title) => new(null, new(code, title));
}

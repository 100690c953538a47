using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Faults;

// What people do that bears on the contract's clocks, and what the gateway itself adds to a fault.
public sealed partial class FaultBoard
{
    /// <summary>One more line of the gateway's own.</summary>
    public FaultChange Say(Fault fault, string word, string? text)
    {
        Put(fault, time.GetUtcNow(), word, text);
        return _changes[^1];
    }

    public FaultChange Say(Fault fault, string word, Wording says)
    {
        Put(fault, time.GetUtcNow(), word, says);
        return _changes[^1];
    }

    /// <summary>Takes an acknowledgement back that nothing followed; its clock runs on as if it had never been.</summary>
    public FaultChange? TakeBack(Fault fault, Wording says) => FaultCycle.Next(fault.Step, FaultMove.TakeBack) is { } next
        ? Say(fault with { Step = next, AcknowledgedAt = null }, FaultWords.TakenBack, says)
        : null;

    private FaultAnswer Arrive(Fault fault, FaultAct act, DateTimeOffset now)
    {
        if (fault.ArrivedAt is not null) return Refused(AnswerCodes.FaultStep, $"somebody is on site for {fault.Id} already");
        if (rules.NeedsDispatch && fault.ReleasedAt is null) return Refused(AnswerCodes.FaultStep, $"a visit for {fault.Id} was not released yet");
        return new(Put(Acknowledged(fault, now) with { ArrivedAt = now }, now, FaultWords.Arrived, act.Text, act.By), null);
    }

    private FaultAnswer Release(Fault fault, FaultAct act, DateTimeOffset now)
    {
        if (!rules.NeedsDispatch) return Refused(AnswerCodes.FaultStep, "visits to this court need no release");
        if (fault.ReleasedAt is not null) return Refused(AnswerCodes.FaultStep, $"a visit for {fault.Id} was released already");
        var released = fault with { ReleasedAt = now };
        return fault.Step is FaultStep.AwaitingDispatch ? Moved(released, FaultMove.Diagnose, FaultWords.Released, act, now)
            : new(Put(released, now, FaultWords.Released, act.Text, act.By), null);
    }

    private FaultAnswer Pause(Fault fault, FaultAct act, DateTimeOffset now)
    {
        var reason = act.Reason!.Value;
        if (fault.Pause is { } lasting) return Refused(AnswerCodes.FaultStep, $"the clocks of {fault.Id} stand still already: {PauseWords.Of(lasting.Reason)}");
        if (fault.RecoveredAt is not null) return Refused(AnswerCodes.FaultStep, $"{fault.Id} is restored: its clocks have ended");
        if (reason is PauseReason.Hearing && rules.Rooms.Of(fault.Room) is not Occupancy.InSession)
            return Refused(AnswerCodes.FaultStep, "no hearing is in session there now: the gateway would have seen it");
        var proof = act.Proof ?? FaultTexts.SeenInSession.En;
        var pause = new FaultPause(reason, proof, act.By, now);
        return new(Put(fault with { Pauses = fault.Pauses.Add(pause) }, now, FaultWords.Paused, FaultTexts.Paused(reason, act.Proof), act.By), null);
    }

    private FaultAnswer Continue(Fault fault, FaultAct act, DateTimeOffset now) => fault.Pause is null
        ? Refused(AnswerCodes.FaultStep, $"the clocks of {fault.Id} run")
        : new(Put(Continued(fault, now), now, FaultWords.Continued, act.Text, act.By), null);

    // Its proof was the gateway's own eye, and so is its end.
    private Fault EndHearingPause(Fault fault, DateTimeOffset now)
    {
        if (fault.Pause is not { Reason: PauseReason.Hearing } || rules.Rooms.Of(fault.Room) is Occupancy.InSession) return fault;
        return Put(Continued(fault, now), now, FaultWords.Continued, new Wording("庭审已结束", "the hearing is over"));
    }

    private static Fault Continued(Fault fault, DateTimeOffset now) =>
        fault with { Pauses = [.. fault.Pauses.Select(p => p.Until is null ? p with { Until = now } : p)] };
}

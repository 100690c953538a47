using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Operations.Rooms;

/// <summary>A wish to let one command pass the guard, or the agreement of a second person to such a wish.</summary>
/// <param name="Act">Who asks, and where.</param>
public sealed record OverrideAsk(ActAsk Act, DeviceId Device, string Verb);

/// <summary>
/// Lets one command of one caller pass the hearing guard: by a role that may, with a reason, and where the court wants it with a second person,
/// who agrees under the own name from the own session. What is given is in the service record before the command can go.
/// </summary>
public sealed class OverrideDesk(HearingGuard guard, CommandGate gate, ActDesk acts, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string By, DeviceId Device, string Verb), Waiting> _waiting = new();

    /// <param name="command">Id of the command that will come; no other is covered.</param>
    public void Ask(OverrideAsk ask, string command, string reason, IAnswers answers) => acts.Ask(
        ask.Act,
        user => gate.JudgeCaller(user.Name, ask.Device.Room),
        turn => GrantAsync(ask, new(command, turn.By.Name, ask.Device, ask.Verb, CourtActors.Of(turn.By), reason, null), turn),
        answers);

    /// <param name="by">Who waits for the agreement.</param>
    public void Agree(OverrideAsk ask, string by, IAnswers answers) => acts.Ask(
        ask.Act,
        user => gate.JudgeCaller(user.Name, ask.Device.Room),
        turn => AgreeAsync(ask, by, turn),
        answers);

    private async Task<ActEnd> GrantAsync(OverrideAsk ask, OverrideRequest request, ActTurn turn)
    {
        var refusal = await guard.GrantAsync(request, CancellationToken.None);
        if (refusal is not OverrideRefusal.SecondPersonMissing) return EndOf(refusal);

        // One wish of one caller for one act waits at a time: the newer is the one that is meant.
        var waiting = new Waiting(request);
        var key = (turn.By.Name, ask.Device, ask.Verb);
        if (_waiting.TryGetValue(key, out var older)) older.End(new(new(AnswerCodes.Superseded)));
        _waiting[key] = waiting;
        turn.Tell($"a second person must agree within {turn.Left.TotalSeconds:0} s");
        try { return await waiting.Ended.WaitAsync(turn.Left, time); }
        catch (TimeoutException) { return EndOf(OverrideRefusal.SecondPersonMissing); }
        finally { _waiting.TryRemove(new(key, waiting)); }
    }

    private async Task<ActEnd> AgreeAsync(OverrideAsk ask, string by, ActTurn turn)
    {
        if (!_waiting.TryGetValue((by, ask.Device, ask.Verb), out var waiting) || !waiting.TryEnter())
        {
            return new(new(AnswerCodes.Unknown, $"{SafeText.Shown(by)} does not wait for anybody to agree to {ask.Verb} of {ask.Device}"));
        }

        try
        {
            // One who may not agree leaves the wish waiting for one who may.
            var end = EndOf(await guard.GrantAsync(waiting.Request with { Second = CourtActors.Of(turn.By) }, CancellationToken.None));
            if (end.Outcome.Code == AnswerCodes.Verified) waiting.End(end);
            return end;
        }
        finally
        {
            waiting.Leave();
        }
    }

    private static ActEnd EndOf(OverrideRefusal refusal) => refusal switch
    {
        OverrideRefusal.None => ActEnd.Done("granted for one command, for one minute; it is in the service record"),
        OverrideRefusal.RoleMayNot => Refused(AnswerCodes.NoOverride, refusal),
        OverrideRefusal.ReasonMissing => Refused(AnswerCodes.BadArgument, refusal),
        OverrideRefusal.SecondPersonMissing or OverrideRefusal.SecondPersonSame => Refused(AnswerCodes.SecondPerson, refusal),
        OverrideRefusal.TooMany => Refused(AnswerCodes.Busy, refusal),
        OverrideRefusal.NotAudited => Refused(AnswerCodes.NoStore, refusal),
        _ => Refused(AnswerCodes.Unknown, refusal),
    };

    private static ActEnd Refused(AnswerCode code, OverrideRefusal refusal) => new(new(code, refusal.Says().En));

    /// <summary>A wish that lacks its second person.</summary>
    private sealed class Waiting(OverrideRequest request)
    {
        private readonly TaskCompletionSource<ActEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _isTaken;

        public OverrideRequest Request { get; } = request;
        public Task<ActEnd> Ended => _ended.Task;

        public bool TryEnter() => !_ended.Task.IsCompleted && Interlocked.CompareExchange(ref _isTaken, 1, 0) == 0;
        public void Leave() => Volatile.Write(ref _isTaken, 0);
        public void End(ActEnd end) => _ended.TrySetResult(end);
    }
}

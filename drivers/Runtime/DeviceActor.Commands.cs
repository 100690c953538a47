using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

public sealed partial class DeviceActor<TReply>
{
    /// <summary>Commands that may wait for one device; more are answered Busy.</summary>
    public const int MostWaiting = 64;

    private static readonly TimeSpan LookSoon = TimeSpan.FromMilliseconds(50);

    private readonly List<PendingCommand> _waiting = [];
    private readonly Dictionary<CommandRequest, PendingCommand> _commands = new(ReferenceEqualityComparer.Instance);
    private readonly List<Expectation> _expected = [];
    private int _queueDepth;

    public override int QueueDepth => Volatile.Read(ref _queueDepth);

    // A suspect link keeps what waits: it is either proven in a moment or lost, and only then is it known what to answer.
    private bool IsUsable => _session is { WasInStep: true } && _giveUp is null && !_isForeign
        && (_status.State is DeviceState.Online || _status.Reason == StatusReasons.LinkSuspect);

    public override Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn)
    {
        if (Interlocked.Increment(ref _queueDepth) > MostWaiting)
        {
            Interlocked.Decrement(ref _queueDepth);
            return Task.FromResult(new CommandResult(CommandOutcome.Busy, $"{MostWaiting} commands wait for this device", Retryable: true));
        }

        var verb = _manifest.Verbs.FirstOrDefault(v => v.Name == command.Verb);
        var pending = new PendingCommand(command, verb, progress);
        if (withdrawn.CanBeCanceled) pending.Withdrawal = withdrawn.UnsafeRegister(_ => _mailbox.Post(new(MessageKind.Withdrawn, pending)), null);
        _mailbox.Post(new(MessageKind.Command, pending));
        return pending.Caller.Task;
    }

    private void Accept(PendingCommand pending)
    {
        _commands.Add(pending.Request, pending);
        _waiting.Add(pending);
        if (pending.Request.Deadline.HasPassed(_time)) End(pending, Late());
        else if (pending.Verb is null) End(pending, CommandResult.Rejected($"{_manifest.Name} has no verb \"{pending.Request.Verb}\""));
        else if (!IsUsable) End(pending, CommandResult.Unreachable(_status.Reason));
        // Whoever asks, by whatever way: what the declaration rules out reaches no driver, so that none can send it.
        else if (pending.Verb.Excludes(pending.Request.Args) is { } excluded) End(pending, CommandResult.Rejected(excluded));
        if (pending.IsEnded) return;

        if (pending.Slot is not null && _waiting.Find(w => w != pending && w.Slot == pending.Slot) is { } older)
        {
            End(older, CommandResult.SupersededBy(pending.Request));
        }

        _alarm.Start(pending, pending.Request.Deadline.Remaining(_time));
    }

    private void HandOver()
    {
        var next = _waiting[0];
        LeaveQueue(next);

        // Before the driver hears of it, so that no mode machine waits for the answer to a frame that never goes.
        if (!IsBarred(next)) _driver.OnCommand(next.Request);
    }

    /// <summary>Asks the guard and ends the command when it says no.</summary>
    private bool IsBarred(PendingCommand command)
    {
        if (command.IsBarred) return true;
        if (_around.Guard?.Refusal(this, command.Request) is not { } refusal) return false;
        command.IsBarred = true;
        End(command, refusal);
        return true;
    }

    private void FirstSent(PendingCommand command)
    {
        command.Progress?.Sent(command.Request);
        if (command.Expected is { } expected) _alarm.Start(expected, expected.Within);
    }

    /// <summary>The command's own deadline has come.</summary>
    private void RanOut(PendingCommand command)
    {
        if (command.IsEnded) return;
        var reported = command.Expected is { } expected && _readings.TryGet(expected.Property, out var reading) ? reading : (Reading?)null;
        End(command, command switch
        {
            { Attempts: 0 } => Late(),
            { IsAcknowledged: true } => CommandResult.NotSeen("acknowledged, but the effect was not seen in time") with { Reported = reported },
            _ => new(CommandOutcome.NoReply, "no answer in time", Retryable: true, Reported: reported),
        });
    }

    private void Withdraw(PendingCommand command)
    {
        if (!command.IsEnded && command.Attempts == 0) End(command, new(CommandOutcome.Cancelled, "taken back by the caller"));
    }

    private void NotSeenYet(Expectation expected)
    {
        if (!expected.HasLooked)
        {
            // An early look may come before a device that was changed at its front panel has done what it acknowledged: it is no verdict.
            if (!expected.LooksSoon) expected.HasLooked = true;
            expected.LooksSoon = false;
            _alarm.Start(expected, expected.Within);
            _source = ReadingSource.ReadBack;
            expected.LookAgain();
            _source = ReadingSource.Push;
            return;
        }

        var command = expected.Command;
        _driver.OnNotSeen(command.Request, expected.Property);
        var reported = _readings.TryGet(expected.Property, out var reading) ? reading : (Reading?)null;
        var shows = reported is { } seen ? $"; the device shows {expected.Property} as {seen.Value}" : "";
        End(command, CommandResult.NotSeen($"the effect was not seen{shows}") with { Reported = reported });
    }

    private void Observed(string property, Value value)
    {
        for (var i = _expected.Count - 1; i >= 0; i--)
        {
            var expected = _expected[i];
            if (expected.Property != property || expected.Command.Attempts == 0 || !expected.Wished.Contains(value)) continue;
            _readings.TryGet(property, out var reading);
            End(expected.Command, CommandResult.Verified with { Reported = reading });
        }
    }

    private void End(PendingCommand command, CommandResult result)
    {
        if (command.IsEnded) return;
        command.IsEnded = true;
        _commands.Remove(command.Request);
        LeaveQueue(command);
        _alarm.Stop(command);
        command.Withdrawal.Dispose();
        if (command.Expected is { } expected) Drop(expected);
        command.Caller.SetResult(result with { Attempts = command.Attempts });
    }

    private void EndAll(CommandResult result)
    {
        _again = null;
        foreach (var command in _commands.Values.ToArray()) End(command, result);
    }

    private void LeaveQueue(PendingCommand command)
    {
        if (_waiting.Remove(command)) Interlocked.Decrement(ref _queueDepth);
    }

    private void Drop(Expectation expected)
    {
        _alarm.Stop(expected);
        _expected.Remove(expected);
        if (!_targets.ContainsKey(expected.Property)) return;
        _targets = _targets.Remove(expected.Property);
        _around.Observer.TargetChanged(this, expected.Property, null);
    }

    private static CommandResult Late() => new(CommandOutcome.Expired, "its time ran out before it was sent");
}

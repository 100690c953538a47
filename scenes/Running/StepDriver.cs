using AvGateway.Devices;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Running;

/// <summary>Completes whenever something in the room changed. One waiter wakes all.</summary>
public sealed class RoomSignal
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => _next.Task;

    public void Pulse() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}

/// <summary>Brings one point to one value and believes only what the device shows.</summary>
internal sealed class StepDriver(IDeviceDirectory devices, RoomSight sight, IHearingGuard guard, RoomSignal signal, TimeProvider time)
{
    private const int Attempts = 2;

    // The first attempt must leave time for a second one after a device has come back.
    private const double FirstShare = 0.6;

    public const string NoDevice = "no-device";
    public const string NoVerb = "no-verb";
    public const string Unreachable = "unreachable";
    public const string NotShown = "not-shown";

    private int _number;

    public async Task<StepReport> DriveAsync(SceneStep step, string run, string caller, CancellationToken stop)
    {
        if (devices.Find(step.Point.Device) is not { } device) return new(step, StepState.Failed, NoDevice);
        var deadline = Deadline.In(step.Rank.Within(), time);
        var failure = NotShown;
        var sent = false;
        for (var attempt = 1; attempt <= Attempts && !deadline.HasPassed(time); attempt++)
        {
            if (!await UsableAsync(device, deadline, stop)) return new(step, StepState.Failed, Unreachable, sent);

            // A device that came back may be there already, or have been moved by hand.
            var before = sight.Of(step.Point);
            if (before.Shows(step.Wished)) return new(step, StepState.Seen, WasSent: sent);
            if (PointVerbs.For(device.Manifest, step.Point.Property, step.Wished, before.Value) is not { } wish) return new(step,
                StepState.Failed, NoVerb);

            var share = attempt < Attempts ? deadline.Remaining(time) * FirstShare : deadline.Remaining(time);
            var command = new CommandRequest($"{run}/{++_number}", wish.Verb.Name, wish.Args, Deadline.In(share, time), caller);
            var verdict = guard.Judge(device, command);
            if (!verdict.IsAllowed) return new(step, StepState.Failed, verdict.Code, sent);

            sent = true;
            var result = await AskAsync(device, command, step, stop);
            if (Judge(step, before, result) is { } report) return report;
            failure = Say(result);
            if (!wish.Verb.Idempotent || !MayHelp(result)) break;
        }

        return new(step, StepState.Failed, failure, sent);
    }

    private async Task<CommandResult> AskAsync(IDevice device, CommandRequest command, SceneStep step, CancellationToken stop)
    {
        sight.Wished(step.Point, step.Wished);
        try
        {
            // What was sent is followed to its end by the device; a run that was taken over does not wait for it and leaves the point in
            // doubt.
            return await device.AskAsync(command, null, stop).WaitAsync(stop);
        }
        finally
        {
            sight.Lost(step.Point);
        }
    }

    private StepReport? Judge(SceneStep step, Sight before, CommandResult result)
    {
        var shown = sight.Shown(step.Point);
        if (result.Outcome is CommandOutcome.Verified && shown.Shows(step.Wished))
        {
            sight.Seen(step.Point);
            return new(step, StepState.Seen, WasSent: true);
        }

        if (result.Outcome is CommandOutcome.AcknowledgedOnly) return new(step, StepState.Assumed, WasSent: true);

        // The answer was lost and yet the value changed to what was wished: it took effect. A value that was so before proves nothing.
        if (!shown.Shows(step.Wished) || !before.Known || before.Value == step.Wished || !WasSent(result)) return null;
        sight.Seen(step.Point);
        return new(step, StepState.Seen, WasSent: true);
    }

    private async Task<bool> UsableAsync(IDevice device, Deadline deadline, CancellationToken stop)
    {
        while (!device.Status.IsUsable)
        {
            var changed = signal.Next;
            if (device.Status.IsUsable) return true;
            var left = deadline.Remaining(time);
            if (left == TimeSpan.Zero) return false;
            try
            {
                await changed.WaitAsync(left, time, stop);
            }
            catch (TimeoutException)
            {
                return device.Status.IsUsable;
            }
        }

        return true;
    }

    private static bool WasSent(CommandResult result) =>
        result.Outcome is CommandOutcome.NoReply or CommandOutcome.NotSeen or CommandOutcome.Unreachable;

    private static bool MayHelp(CommandResult result) =>
        result.Outcome is CommandOutcome.NoReply or CommandOutcome.NotSeen or CommandOutcome.Unreachable or CommandOutcome.Verified or CommandOutcome.Busy or CommandOutcome.Superseded;

    private static string Say(CommandResult result)
    {
        var word = result.Outcome switch
        {
            CommandOutcome.Verified => "changed-again",
            CommandOutcome.NoReply => "no-reply",
            CommandOutcome.NotSeen => NotShown,
            CommandOutcome.Unreachable => Unreachable,
            CommandOutcome.Refused => "refused",
            CommandOutcome.Rejected => "rejected",
            CommandOutcome.Busy => "busy",
            CommandOutcome.Superseded => "superseded",
            CommandOutcome.Expired => "expired",
            CommandOutcome.Cancelled => "withdrawn",
            _ => "crashed",
        };
        return result.Reason is { } reason ? $"{word}: {reason}" : word;
    }
}

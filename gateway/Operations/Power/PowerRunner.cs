using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Operations.Durable;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Power;

/// <summary>What a runner stands on.</summary>
/// <param name="ParkAsync">Notes that a recorder goes off on purpose; false when it was not seen idle.</param>
public sealed record RunnerParts(PowerTable Table, IDeviceDirectory Devices, Func<DeviceId, CancellationToken, Task<bool>> ParkAsync, PowerOptions Options, TimeProvider Time, ILogger Log);

/// <summary>
/// The hands of one run: stores each boundary before it acts on it, sends what is due, and tells the run what became of it. A store that is away
/// stops the sending: nothing is switched that could not be recorded.
/// </summary>
public sealed partial class PowerRunner(PowerRun run, RunnerParts parts)
{
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StoreAgain = TimeSpan.FromSeconds(1);
    private static readonly CommandResult NotIdle = CommandResult.Guarded("AVG-GUARD-RECORDER-UNKNOWN", "the recorder was not seen idle", retryable: true);

    // Bounded by the steps: each has at most one frame on its way, and each frame tells three things.
    private readonly ConcurrentQueue<Action> _happened = new();
    private volatile TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>After each round that changed something, once it is stored.</summary>
    public event Action<PowerPicture>? Changed;

    public event Action<PowerFault>? Faulted;

    public PowerPicture Picture { get; private set; } = run.Picture;

    /// <summary>Something changed at a device or in a room: look now.</summary>
    public void Pulse() => Interlocked.Exchange(ref _pulse, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <param name="rooms">Null: all.</param>
    public void Cancel(IReadOnlySet<string>? rooms, Wording reason) => Tell(() => run.Cancel(rooms, reason));

    /// <summary>Completes when nothing of these rooms is on its way any more: what comes after may then believe what it sees.</summary>
    public async Task QuietAsync(IReadOnlySet<string> rooms, CancellationToken cancellation)
    {
        var patience = Deadline.In(QuietWithin, parts.Time);
        while (!patience.HasPassed(parts.Time))
        {
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Tell(() => told.TrySetResult());
            await Task.WhenAny(told.Task, Task.Delay(LookAgain, parts.Time, cancellation));
            var picture = Picture;
            var isBusy = picture.Steps.Zip(picture.Progress).Any(p => p.Second.State is StepState.Wished or StepState.Sent && p.First.Rooms.Any(rooms.Contains));
            if (picture.Record.Phase is not RunPhase.Running || (rooms.All(picture.Record.CancelledRooms.Contains) && !isBusy)) return;
            await Task.Delay(LookAgain, parts.Time, cancellation);
        }
    }

    /// <summary>Plays the run to its end, or until the gateway stops: then the next start goes on with it.</summary>
    public async Task<PowerPicture> PlayAsync(CancellationToken stop)
    {
        var due = new List<int>();
        var unsaved = new SortedSet<int>();
        while (true)
        {
            var pulse = _pulse.Task;
            while (_happened.TryDequeue(out var happened)) happened();
            var wait = run.Advance(due);
            foreach (var awaited in run.TakeAwaited()) parts.Devices.Find(awaited)?.TryNow();
            unsaved.UnionWith(run.TakeDirty());
            var hasChanged = unsaved.Count > 0 || run.IsRecordDirty;
            if (hasChanged && !await StoreAsync(unsaved, stop))
            {
                await WaitAsync(pulse, StoreAgain, stop);
                continue;
            }

            foreach (var fault in run.TakeFaults()) Faulted?.Invoke(fault);
            if (hasChanged) Changed?.Invoke(Picture = run.Picture);
            foreach (var step in due) _ = SendAsync(step, stop);
            if (run.HasEnded) return run.Picture;
            var hasSent = due.Count > 0;
            due.Clear();
            if (!hasSent || _happened.IsEmpty) await WaitAsync(pulse, wait, stop);
        }
    }

    private async Task<bool> StoreAsync(SortedSet<int> unsaved, CancellationToken stop)
    {
        try
        {
            await parts.Table.PutAsync(run, unsaved, run.IsRecordDirty, stop).AsTask().WaitAsync(StoreWithin, parts.Time, stop);
            unsaved.Clear();
            run.RecordStored();
            return true;
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            NotStored(parts.Log, run.Record.Id, unwell.Message);
            return false;
        }
    }

    private async Task SendAsync(int index, CancellationToken stop)
    {
        var step = run[index];
        var tries = run.ProgressOf(index).Tries;
        CommandResult result;
        try
        {
            result = await ParkedAsync(step, stop) ? await AskAsync(index, step, tries) : NotIdle;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception bug)
        {
            // A top loop: a device that breaks its promise not to throw ends one step and no run.
            StepCrashed(parts.Log, bug, step.Id, run.Record.Id);
            result = new(CommandOutcome.Crashed, "an error of the gateway");
        }

        Tell(() => run.Ended(index, result));
    }

    private async Task<bool> ParkedAsync(PowerStep step, CancellationToken stop)
    {
        foreach (var recorder in step.Recorders)
            if (!await parts.ParkAsync(recorder, stop)) return false;
        return true;
    }

    private Task<CommandResult> AskAsync(int index, PowerStep step, int tries)
    {
        if (parts.Devices.Find(step.Device) is not { } device) return Task.FromResult(CommandResult.Rejected("there is no such device any more"));
        var args = step.Outlet is { } outlet ? Arguments.Of((Classes.OutletWords.OutletArgument, outlet)) : Arguments.None;
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{run.Record.Id}/{index}.{tries}");
        var command = new CommandRequest(id, PowerRun.VerbName(step), args, Deadline.In(step.Within, parts.Time), run.Record.Order.By);
        return device.AskAsync(command, new Progress(this, index), CancellationToken.None);
    }

    private void Tell(Action happened)
    {
        _happened.Enqueue(happened);
        Pulse();
    }

    private async Task WaitAsync(Task pulse, TimeSpan wait, CancellationToken stop)
    {
        try { await pulse.WaitAsync(wait, parts.Time, stop); }
        catch (TimeoutException)
        {
            // Nothing called: look all the same.
        }
    }

    private sealed class Progress(PowerRunner runner, int step) : ICommandProgress
    {
        public void Sent(CommandRequest command) => runner.Tell(() => runner.TellSent(step));
        public void Acknowledged(CommandRequest command) => runner.Tell(() => runner.TellAcknowledged(step));
    }

    private void TellSent(int step) => run.Sent(step);

    private void TellAcknowledged(int step) => run.Acknowledged(step);

    [LoggerMessage(EventId = 2640, Level = LogLevel.Warning, Message = "Power run {Run} waits: its next step cannot be stored ({Why}), and nothing is switched that is not recorded")]
    private static partial void NotStored(ILogger log, string run, string why);

    [LoggerMessage(EventId = 2641, Level = LogLevel.Error, Message = "Step {Step} of power run {Run} ended by an error of ours")]
    private static partial void StepCrashed(ILogger log, Exception bug, string step, string run);
}

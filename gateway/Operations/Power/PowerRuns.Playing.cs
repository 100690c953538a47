using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Operations.Rooms;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Power;

/// <summary>Runs on their way: played to their end, told of what changes in the house, and telling what becomes of them.</summary>
public sealed partial class PowerRuns
{
    private Task<PowerPicture> Play(PowerRun run)
    {
        var runner = new PowerRunner(run, new(_table, _parts.Devices, ParkAsync, _parts.Options, _parts.Time, _parts.Log));
        var before = run.Picture;
        runner.Changed += picture =>
        {
            TellRooms(picture, before.Record.Rooms);
            lock (_gate) _all[picture.Record.Id] = picture;
            for (var i = 0; i < picture.Steps.Length; i++)
                if (picture.Progress[i].State is StepState.Verified && before.Progress[i].State is not StepState.Verified) Mended?.Invoke(picture.Steps[i].Device);
            before = picture;
            Changed?.Invoke(picture);
        };
        runner.Faulted += fault =>
        {
            Write("power.fault", fault.Subject, Gateway, new { run = fault.Run, code = fault.Code, detail = fault.Detail.En });
            Faulted?.Invoke(fault);
        };
        Changed?.Invoke(runner.Picture);
        lock (_gate)
        {
            _all[run.Record.Id] = runner.Picture;
            var ended = PlayAsync(run.Record.Id, runner);
            _running[run.Record.Id] = (runner, ended);
            return ended;
        }
    }

    private async Task<PowerPicture> PlayAsync(string id, PowerRunner runner)
    {
        // Whoever ordered it has its answer first.
        await Task.Yield();
        try
        {
            var end = await runner.PlayAsync(_stopping.Token);
            var bad = end.Progress.Count(p => p.State is not (StepState.Verified or StepState.Unverified));
            Write("power.ended", end.Record.Order.Scope, Gateway, new { run = id, state = RunJson.Word(end.Record.Phase), steps = end.Steps.Length, notSeen = bad });
            return end;
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // A top loop: whatever breaks a run, its rooms can be asked again, and the stored steps tell how far it came.
            RunCrashed(_parts.Log, bug, id);
            throw;
        }
        finally
        {
            lock (_gate) _running.Remove(id);
        }
    }

    private void TellRooms(PowerPicture picture, ImmutableSortedDictionary<string, RoomProgress> before)
    {
        foreach (var (room, now) in picture.Record.Rooms)
        {
            if (before.TryGetValue(room, out var was) && was.Phase == now.Phase && was.Why == now.Why) continue;
            if (now.Phase is RoomPhase.Deferred) Write("power.deferred", room, Gateway, new { run = picture.Record.Id, why = now.Why });
            else if (was?.Phase is RoomPhase.Deferred) Write("power.going-on", room, Gateway, new { run = picture.Record.Id, state = RunJson.Word(now.Phase) });
        }
    }

    private void PulseAll()
    {
        // Every reading of every device comes by here, and most nights nothing runs. A run that begins at this moment looks at everything first.
        if (_running.Count == 0) return;
        lock (_gate)
        {
            foreach (var (runner, _) in _running.Values) runner.Pulse();
        }
    }

    public void StatusChanged(IDevice device, DeviceStatus status) => PulseAll();
    public void ReadingChanged(IDevice device, string property, in Reading reading) => PulseAll();
    public void TargetChanged(IDevice device, string property, Target? target) { }
    public void FaultChanged(IDevice device, string code, bool raised, string? detail) { }
    public void ExtentChanged(IDevice device) { }
    public void Happened(IDevice device, DeviceEvent happened) { }

    [LoggerMessage(EventId = 2642, Level = LogLevel.Error, Message = "Power run {Run} broke by an error of ours; its stored steps tell how far it came")]
    private static partial void RunCrashed(ILogger log, Exception bug, string run);
}

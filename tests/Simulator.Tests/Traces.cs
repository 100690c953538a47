using AvGateway.Simulator.Devices;

namespace AvGateway.Simulator.Tests;

/// <summary>Waits for a line of a device's trace, without asking again and again.</summary>
public static class Traces
{
    public static async Task WaitFor(SimulatedDevice device, Predicate<TraceFrame> wanted)
    {
        // Not inside the device, whose lock is held while it traces.
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        device.Trace.Added += Look;
        foreach (var frame in device.Trace.Since(0)) Look(frame);
        await told.Task.InTime();
        device.Trace.Added -= Look;

        void Look(TraceFrame frame)
        {
            if (wanted(frame)) told.TrySetResult();
        }
    }
}

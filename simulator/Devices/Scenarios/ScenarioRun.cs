namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>Plays a whole scenario by one clock or another.</summary>
public static class ScenarioRun
{
    /// <summary>
    /// On a clock of its own, in memory: as fast as it is computed, and the same for the same file. Throws <see cref="CannotSimulateException"/>
    /// when a device cannot be had.
    /// </summary>
    /// <param name="tell">Hears each act and each expectation's end in a line.</param>
    /// <param name="trace">Hears every frame of every device, when it is wanted.</param>
    public static async Task<ScenarioResult> PlayVirtualAsync(
        Scenario scenario, Action<string> tell, Action<SimulatedDevice, TraceFrame>? trace, CancellationToken cancellation)
    {
        var clock = new VirtualTime(scenario.Starts.ToUniversalTime());
        var devices = new List<SimulatedDevice>();
        try
        {
            foreach (var setting in scenario.Devices)
            {
                var device = SimulatorCatalog.BuiltIn.Create(setting, clock);
                devices.Add(device);
                if (trace is not null) device.Trace.Added += frame => trace(device, frame);
            }

            var player = new ScenarioPlayer(scenario, Complete(scenario, new LocalStage(devices)), tell);
            var now = TimeSpan.Zero;
            while (player.Next is { } next)
            {
                cancellation.ThrowIfCancellationRequested();
                if (next > now) clock.Pass(next - now);
                now = now > next ? now : next;
                await player.RunAsync(now, cancellation);
            }

            return player.Outcome;
        }
        finally
        {
            foreach (var device in devices) device.Dispose();
        }
    }

    /// <summary>By this clock, on devices that are there already.</summary>
    /// <inheritdoc cref="PlayVirtualAsync"/>
    public static async Task<ScenarioResult> PlayRealAsync(
        Scenario scenario, IScenarioStage stage, TimeProvider time, Action<string> tell, CancellationToken cancellation)
    {
        var player = new ScenarioPlayer(scenario, Complete(scenario, stage), tell);
        var began = time.GetTimestamp();
        while (player.Next is { } next)
        {
            var left = next - time.GetElapsedTime(began);
            if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellation);
            await player.RunAsync(time.GetElapsedTime(began), cancellation);
        }

        return player.Outcome;
    }

    private static IScenarioStage Complete(Scenario scenario, IScenarioStage stage) =>
        scenario.Steps.FirstOrDefault(step => !stage.Has(step.Device)) is { } missing
            ? throw new CannotSimulateException($"{missing.Place}: there is no device '{missing.Device}'.")
            : stage;
}

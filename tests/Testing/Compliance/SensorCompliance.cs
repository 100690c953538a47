using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>Something that the simulated device measures: the switch that changes it, and what is shown then.</summary>
public sealed record Measured(string Property, string Switch, System.Text.Json.Nodes.JsonNode? Value, Value Seen);

/// <summary>What every sensor must get right: it shows what is measured, and nothing is ever written to it (N14).</summary>
public abstract class SensorCompliance<TReply>
{
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RealDeadline = TimeSpan.FromSeconds(60);

    protected abstract DriverManifest<TReply> Manifest { get; }

    /// <summary>Changes, each another value than after a start.</summary>
    protected abstract IReadOnlyList<Measured> Changes { get; }

    protected virtual DeviceSetting Setting => new("bench", "it", Manifest.Name);

    protected virtual BenchSetup Setup => new();

    /// <summary>The links of the product.</summary>
    protected abstract ILinkFactory RealLinks(ILoggerFactory log);

    /// <summary>The frame that the device received asks and changes nothing.</summary>
    protected abstract bool IsRead(ReadOnlySpan<byte> frame);

    [Fact]
    public async Task It_is_in_step_soon_and_shows_only_what_is_declared()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(1, bench.Opens);
        Assert.Contains(bench.Status.Mode, Manifest.Modes);
        Assert.All(bench.Snapshot.Readings, shown =>
        {
            Assert.Equal(Quality.Good, shown.Value.Quality);
            var spec = Assert.Single(Manifest.Properties, p => p.Matches(shown.Key, out int _));
            if (shown.Value.Value.Kind is not ValueKind.None) Assert.Equal(spec.Kind, shown.Value.Value.Kind);
            if (spec.OneOf is { } words) Assert.Contains(shown.Value.Value.Text, words);
        });
        Assert.All(Changes, change => Assert.Contains(change.Property, bench.Snapshot.Readings.Keys));
    }

    [Fact]
    public async Task There_is_nothing_to_command_and_a_long_day_writes_nothing()
    {
        Assert.Empty(Manifest.Verbs);
        Assert.All(Manifest.Properties, property => Assert.Null(property.Set));
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        foreach (var change in Changes)
        {
            device.Set(change.Switch, change.Value?.DeepClone());
            await bench.PassAsync(60);
            Assert.Equal(CommandOutcome.Rejected, (await bench.Ask($"set/{change.Property}", ("v", change.Seen))).Outcome);
        }

        await bench.LoseLinkAsync();
        await InStepAsync(bench);
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        var heard = device.Device.Trace.Since(0).Where(frame => frame.Direction == TraceDirection.Received).ToArray();
        Assert.NotEmpty(heard);
        Assert.All(heard, frame => Assert.True(IsRead(WireNotation.Read(frame.Text)), frame.Text));
    }

    [Fact]
    public async Task What_changes_is_shown_within_two_polls()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        foreach (var change in Changes)
        {
            Assert.NotEqual(change.Seen, bench.Snapshot[change.Property]);
            device.Set(change.Switch, change.Value?.DeepClone());
            await bench.PassUntilAsync(Manifest.Poll * 2 + TimeSpan.FromSeconds(1), () => bench.Snapshot[change.Property] == change.Seen, change.Property);
        }
    }

    [Fact]
    public async Task A_silent_device_makes_every_value_stale_and_is_read_again_when_it_speaks()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("mute", true);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(30), () => bench.Status.State is DeviceState.Offline, "offline");
        Assert.All(bench.Snapshot.Readings.Values, reading => Assert.NotEqual(Quality.Good, reading.Quality));

        device.Set("mute", false);
        await InStepAsync(bench);
        Assert.All(Changes, change => Assert.Equal(Quality.Good, bench.Snapshot.Readings[change.Property].Quality));
    }

    [Fact]
    public async Task A_half_open_link_is_noticed_within_fifteen_seconds()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("half-open", true);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(15), () => bench.Status.State is not DeviceState.Online, "noticing");

        device.Set("half-open", false);
        await InStepAsync(bench);
    }

    [Fact]
    public async Task A_power_cut_is_survived()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press("power-off");
        await bench.PassAsync(30);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        device.Press("power-on");
        await InStepAsync(bench);
    }

    [Fact]
    public async Task Late_answers_are_not_taken_for_those_to_later_questions()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        var before = bench.Snapshot.Readings.ToDictionary(r => r.Key, r => r.Value.Value);

        device.Set("delay", "4500ms");
        await bench.PassAsync(40);
        device.Set("delay", "0s");
        await bench.PassAsync(10);
        await InStepAsync(bench);

        Assert.Equal(before, bench.Snapshot.Readings.ToDictionary(r => r.Key, r => r.Value.Value));
        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task Answers_cut_and_joined_are_understood(int seed)
    {
        await using var bench = Bench(out var device);
        if (seed == 0) device.SingleBytes = true;
        device.Set("seed", seed);
        device.Set("slice", seed > 0);

        await InStepAsync(bench);
        var change = Changes[0];
        device.Set(change.Switch, change.Value?.DeepClone());
        await bench.PassUntilAsync(Recovery, () => bench.Snapshot[change.Property] == change.Seen, change.Property);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Line_noise_shows_nothing_that_was_not_measured(int seed)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        var measured = bench.Snapshot.Readings.ToDictionary(r => r.Key, r => r.Value.Value);
        device.Set("seed", seed);
        bench.Seen.Clear();

        device.Set("garbage", true);
        await bench.PassAsync(60);
        device.Set("garbage", false);
        await InStepAsync(bench);

        Assert.All(bench.Seen.Readings, r => Assert.Equal(measured[r.Property], r.Reading.Value));
        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Fact]
    public async Task A_quiet_day_costs_no_second_link_and_no_word_in_the_log()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        bench.Seen.Clear();

        await bench.PassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(1, bench.Opens);
        Assert.Empty(bench.Seen.Statuses);
        Assert.Empty(bench.Log.Lines);
    }

    [Fact]
    public async Task Over_a_real_link_it_is_read_and_a_lost_link_comes_back()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var court = await SimulatedCourt.StartAsync([Setting], TimeProvider.System);
        var (simulated, link) = (court.Devices[0].Device, court.Devices[0].Link);
        simulated.SetSwitch("slice", true);
        var seen = new BenchObserver();
        using var log = new BenchLog();
        await using var device = RealDevice(link.Uri, seen, log);
        device.Start();
        await UntilAsync(seen, () => device.Status.State is DeviceState.Online, cancellation);

        var change = Changes[0];
        simulated.SetSwitch(change.Switch, change.Value?.DeepClone());
        await UntilAsync(seen, () => device.TryGetReading(change.Property, out var reading) && reading.Value == change.Seen, cancellation);
        simulated.SetSwitch("drop", true);
        await UntilAsync(seen, () => device.Status.State is not DeviceState.Online, cancellation);
        simulated.SetSwitch("drop", false);
        await UntilAsync(seen, () => device.Status.State is DeviceState.Online, cancellation);
        log.Check();
    }

    protected DeviceBench<TReply> Bench(out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var bench = new DeviceBench<TReply>(Manifest, Setup with { Peer = clock => peer = new(Setting, clock) }, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }

    protected static async Task InStepAsync(DeviceBench<TReply> bench)
    {
        if (bench.Status.Reason == StatusReasons.Starting) await bench.StartAsync();
        await bench.PassUntilAsync(Recovery, () => bench.Status.State is DeviceState.Online, "in step");
    }

    private DeviceActor<TReply> RealDevice(string uri, BenchObserver seen, BenchLog log)
    {
        Assert.True(LinkAddress.TryParse(uri, out var address, out _));
        var options = Manifest.OptionsWith(Setup.Options);
        var plan = new DevicePlan(new("room", Manifest.Name), Manifest, address, options)
        {
            Secret = Setup.Secret is null ? null : new(Setup.Secret),
            Poll = TimeSpan.FromMilliseconds(500),
        };
        var around = new DeviceSurroundings(TimeProvider.System, RealLinks(log), seen, new SequenceSource(1), new HostGate(), log)
        {
            Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)),
        };
        return new(plan, Manifest, around);
    }

    private static async Task UntilAsync(BenchObserver seen, Func<bool> condition, CancellationToken cancellation)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        seen.Changed = () =>
        {
            if (condition()) met.TrySetResult();
        };
        seen.Changed();
        await met.Task.WaitAsync(RealDeadline, cancellation);
        seen.Changed = null;
    }
}

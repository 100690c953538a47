using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Simulator.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every driver must get right, whatever its device is, tried against the simulated device on a virtual clock.</summary>
/// <remarks>A driver's class brings two wishes with different effects, both different from the state after a start.</remarks>
public abstract partial class DeviceCompliance<TReply>
{
    /// <summary>Longer than any reconnect with its back-off and any boot of a simulated device.</summary>
    protected static readonly TimeSpan Recovery = TimeSpan.FromMinutes(3);

    protected abstract DriverManifest<TReply> Manifest { get; }

    /// <summary>Done from the state after a start.</summary>
    protected abstract Wish First { get; }

    /// <summary>Can be done after the first, and takes its effect away or leaves it alone.</summary>
    protected abstract Wish Second { get; }

    protected virtual DeviceSetting Setting => new("bench", "it", Manifest.Name);

    protected virtual BenchSetup Setup => new();

    /// <summary>How long the device may take to show what was done by hand.</summary>
    protected virtual TimeSpan ShownWithin => TimeSpan.FromSeconds(1);

    /// <summary>False for a device class in which the device itself does not distinguish refusing from ignoring.</summary>
    protected virtual bool CanRefuse => true;

    [Fact]
    public async Task It_is_in_step_soon_after_the_link_opens()
    {
        await using var bench = Bench(out _);

        await InStepAsync(bench);

        Assert.Equal(1, bench.Opens);
        Assert.All(bench.Snapshot.Readings.Values, reading => Assert.Equal(Quality.Good, reading.Quality));
        Assert.Contains(First.Property, bench.Snapshot.Readings.Keys);
        Assert.NotEqual(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task Everything_shown_is_declared()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.All(bench.Snapshot.Readings, shown =>
        {
            var spec = Assert.Single(Manifest.Properties, p => p.Matches(shown.Key, out int _));
            if (shown.Value.Value.Kind is ValueKind.None) return;
            Assert.Equal(spec.Kind, shown.Value.Value.Kind);
            if (spec.OneOf is { } words) Assert.Contains(shown.Value.Value.Text, words);
        });
        Assert.Contains(bench.Status.Mode, Manifest.Modes);
    }

    [Fact]
    public async Task A_wish_ends_when_the_device_shows_it()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        foreach (var wish in (Wish[])[First, Second])
        {
            var result = await DoAsync(bench, wish);

            Assert.Equal(CommandOutcome.Verified, result.Outcome);
            Assert.Equal(wish.Seen, bench.Snapshot[wish.Property]);
            Assert.True(result.Attempts > 0);
        }
    }

    [Fact]
    public async Task The_same_wish_again_is_verified_again()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        var again = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Verified, again.Outcome);
    }

    [Fact]
    public async Task An_acknowledgement_without_effect_is_not_success()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("frozen", true);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.NotEqual(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_devices_own_words()
    {
        if (!CanRefuse) Assert.Skip("this device does not refuse");
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("refuse", true);

        var refused = await DoAsync(bench, First);
        device.Set("refuse", false);
        var done = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, refused.Outcome);
        Assert.False(string.IsNullOrWhiteSpace(refused.Reason));
        Assert.Equal(CommandOutcome.Verified, done.Outcome);
    }

    [Fact]
    public async Task A_silent_device_answers_nothing_and_is_used_again_when_it_speaks()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("mute", true);

        var result = await DoAsync(bench, First);
        await bench.PassAsync(30);

        Assert.Contains(result.Outcome, (CommandOutcome[])[CommandOutcome.NoReply, CommandOutcome.Unreachable]);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.NotEqual(Quality.Good, Reading(bench, First).Quality);

        device.Set("mute", false);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
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
    public async Task A_late_answer_is_not_taken_for_the_answer_to_the_next_question()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("delay", "4500ms");

        var late = Ask(bench, First);
        await bench.PassAsync(20);
        device.Set("delay", "0s");
        await bench.PassUntilAsync(Recovery, () => late.IsCompleted, "an end");
        await InStepAsync(bench);
        var next = await DoAsync(bench, Second);

        Assert.Equal(CommandOutcome.Verified, next.Outcome);
        Assert.Equal(Second.Seen, bench.Snapshot[Second.Property]);
        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Fact]
    public async Task A_change_made_by_hand_is_shown()
    {
        if (First.Panel is null) Assert.Skip("no hand can do this at the device");
        var panel = First.Panel.Value;
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press(panel.Verb, (JsonObject)panel.Arguments.DeepClone());
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[First.Property] == First.Seen, "showing");

        Assert.Equal(Quality.Good, Reading(bench, First).Quality);
    }

    [Fact]
    public async Task Of_two_wishes_at_once_the_last_one_stands()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var first = Ask(bench, First);
        var second = Ask(bench, Second);
        await bench.PassUntilAsync(Recovery, () => first.IsCompleted && second.IsCompleted, "both ends");

        Assert.Contains((await first).Outcome, (CommandOutcome[])[CommandOutcome.Verified, CommandOutcome.Superseded]);
        Assert.Equal(CommandOutcome.Verified, (await second).Outcome);
        Assert.Equal(Second.Seen, bench.Snapshot[Second.Property]);
        await bench.PassAsync(10);
        Assert.Equal(Second.Seen, bench.Snapshot[Second.Property]);
    }

    /// <summary>The simulated device at the far end of the bench's link.</summary>
    protected virtual SimulatedPeer Peer(VirtualClock clock) => new(Setting, clock);

    protected DeviceBench<TReply> Bench(out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var bench = new DeviceBench<TReply>(Manifest, Setup with { Peer = clock => peer = Peer(clock) }, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }

    /// <summary>Starts the device if it was not started, and waits until it can be used.</summary>
    protected static async Task InStepAsync(DeviceBench<TReply> bench)
    {
        if (bench.Status.Reason == StatusReasons.Starting) await bench.StartAsync();
        await bench.PassUntilAsync(Recovery, () => bench.Status.State is DeviceState.Online, "in step");
    }

    protected static Task<CommandResult> Ask(DeviceBench<TReply> bench, Wish wish) => bench.Ask(wish.Verb, wish.Arguments);

    protected static Task<CommandResult> DoAsync(DeviceBench<TReply> bench, Wish wish) => bench.DoAsync(wish.Verb, wish.Arguments);

    protected static Reading Reading(DeviceBench<TReply> bench, Wish wish) => bench.Snapshot.Readings[wish.Property];
}

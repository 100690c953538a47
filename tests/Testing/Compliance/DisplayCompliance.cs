using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every display must get right: it is on when it says that it is on, and never switched against its own nature.</summary>
/// <remarks>The simulated display starts with its picture on, comes back with its mains, and has the switches <c>warm-up</c>, <c>cool-down</c>,
/// <c>ignores-on</c> and <c>ignores-off</c> and the keys <c>remote-on</c> and <c>remote-standby</c>.</remarks>
public abstract class DisplayCompliance<TReply> : DeviceCompliance<TReply>
{
    /// <summary>Longer than warm-up and cool-down of the simulated display together.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    /// <summary>Three inputs that the display has, by name; it starts with another one than the last two.</summary>
    protected abstract (string Start, string First, string Second) Inputs { get; }

    /// <summary>How a hand chooses an input at the simulated display.</summary>
    protected abstract (string Verb, JsonObject Arguments) Panel(string input);

    /// <summary>False for a display that says on or off and nothing in between.</summary>
    protected virtual bool TellsWarming => true;

    protected override Wish First => Select(Inputs.First);

    protected override Wish Second => Select(Inputs.Second);

    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(11);

    [Fact]
    public async Task Off_and_on_again_end_when_the_display_says_so()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var off = await bench.DoAsync(PowerWords.OffVerb);
        Assert.Equal(CommandOutcome.Verified, off.Outcome);
        Assert.Contains(Power(bench), (string[])[PowerStates.Cooling, PowerStates.Off]);
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.Off, "off");

        var on = await bench.DoAsync(PowerWords.OnVerb);
        Assert.Equal(CommandOutcome.Verified, on.Outcome);
        Assert.Equal(PowerStates.On, Power(bench));
        Assert.DoesNotContain(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_display_that_acknowledges_off_and_stays_on_is_never_shown_as_off()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("ignores-off", true);

        var result = await bench.DoAsync(PowerWords.OffVerb);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(PowerStates.On, Power(bench));
        Assert.Contains(DisplayWords.NotFollowing.Code, bench.Snapshot.Faults);
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Property == PowerWords.PowerState && r.Reading.Value != PowerStates.On);

        device.Set("ignores-off", false);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.DoesNotContain(DisplayWords.NotFollowing.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_display_that_acknowledges_on_and_stays_off_is_a_fault_until_it_follows()
    {
        await using var bench = Bench(out var device);
        await OffAsync(bench);
        device.Set("ignores-on", true);

        Assert.Equal(CommandOutcome.NotSeen, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);
        Assert.Equal(PowerStates.Off, Power(bench));
        Assert.Contains(DisplayWords.NotFollowing.Code, bench.Snapshot.Faults);

        device.Set("ignores-on", false);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);
        Assert.DoesNotContain(DisplayWords.NotFollowing.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task Somebody_else_switching_it_is_shown_and_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press("remote-standby");
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.Off, "off");
        Assert.Contains(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
        bench.Seen.Clear();

        device.Press("remote-on");
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.On, "on");
        Assert.Contains(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
    }

    [Fact]
    public async Task An_input_is_not_asked_of_a_display_that_is_off()
    {
        await using var bench = Bench(out _);
        await OffAsync(bench);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
        Assert.True(result.Retryable);
    }

    [Fact]
    public async Task An_input_of_a_display_that_is_off_is_not_shown_as_if_it_were_on()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        Assert.Equal(Inputs.Start, bench.Snapshot[DisplayWords.SelectedInput].Text);

        await OffAsync(bench);

        Assert.NotEqual(Quality.Good, Reading(bench, First).Quality);
    }

    [Fact]
    public async Task An_input_wished_during_the_warm_up_is_shown_when_the_display_is_on()
    {
        if (!TellsWarming) Assert.Skip("this display does not tell that it warms up");
        await using var bench = Bench(out _);
        await OffAsync(bench);

        var on = bench.Ask(PowerWords.OnVerb);
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.Warming, "warming");
        var input = Ask(bench, First);
        await bench.PassAsync(1);
        Assert.False(input.IsCompleted);
        await bench.PassUntilAsync(Settled, () => on.IsCompleted && input.IsCompleted, "both ends");

        Assert.Equal(CommandOutcome.Verified, (await on).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await input).Outcome);
        Assert.Equal(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task Off_during_the_warm_up_and_on_during_the_cooling_wait_for_their_moment()
    {
        if (!TellsWarming) Assert.Skip("this display does not tell that it warms up");
        await using var bench = Bench(out var device);
        await OffAsync(bench);

        var on = bench.Ask(PowerWords.OnVerb);
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.Warming, "warming");
        var off = bench.Ask(PowerWords.OffVerb);
        await bench.PassAsync(1);
        Assert.True(on.IsCompleted);
        Assert.Equal(CommandOutcome.Superseded, (await on).Outcome);
        Assert.False(off.IsCompleted);
        await bench.PassUntilAsync(Settled, () => off.IsCompleted, "an end of off");
        Assert.Equal(CommandOutcome.Verified, (await off).Outcome);
        Assert.Equal(PowerStates.Cooling, Power(bench));

        var again = bench.Ask(PowerWords.OnVerb);
        await bench.PassUntilAsync(Settled, () => again.IsCompleted, "an end of on");
        Assert.Equal(CommandOutcome.Verified, (await again).Outcome);
        Assert.Equal(PowerStates.On, Power(bench));
        Assert.Equal("on", (string)device.Device.State()["power"]!);
    }

    [Fact]
    public async Task A_wish_that_waits_for_its_moment_ends_with_its_own_deadline_and_is_never_sent_late()
    {
        if (!TellsWarming) Assert.Skip("this display does not tell that it cools");
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("cool-down", "90s");
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OffVerb)).Outcome);

        var on = bench.Ask(TimeSpan.FromSeconds(10), PowerWords.OnVerb);
        await bench.PassAsync(11);
        Assert.True(on.IsCompleted);
        Assert.Equal(CommandOutcome.Expired, (await on).Outcome);
        await bench.PassAsync(120);

        Assert.Equal(PowerStates.Off, Power(bench));
        Assert.DoesNotContain(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
    }

    [Fact]
    public async Task A_link_lost_on_the_way_to_off_finds_the_display_where_it_is()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await bench.DoAsync(PowerWords.OffVerb);

        await bench.LoseLinkAsync();
        Assert.NotEqual(Quality.Good, bench.Snapshot.Readings[PowerWords.PowerState].Quality);
        await InStepAsync(bench);
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.Off, "off");
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);
    }

    [Fact]
    public async Task An_input_that_no_display_has_never_reaches_the_wire()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync(DisplayWords.InputVerb, (DisplayWords.NameArgument, "no such input"));

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
    }

    protected static string Power(DeviceBench<TReply> bench) => bench.Snapshot[PowerWords.PowerState].Text;

    protected static async Task OffAsync(DeviceBench<TReply> bench)
    {
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OffVerb)).Outcome);
        await bench.PassUntilAsync(Settled, () => Power(bench) == PowerStates.Off, "off");
        bench.Seen.Clear();
    }

    private Wish Select(string input) =>
        new(DisplayWords.InputVerb, [(DisplayWords.NameArgument, input)], DisplayWords.SelectedInput, input, Panel(input));
}

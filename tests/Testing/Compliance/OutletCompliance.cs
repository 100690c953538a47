using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every PDU, sequencer and relay box must get right: an outlet is what was read back, never what was sent.</summary>
/// <remarks>
/// The simulated device has the switches <c>ignores-off</c> and <c>relay-delay</c>, and a front panel <c>switch</c> {outlet, on} unless
/// <see cref="Switch"/> says otherwise. Where the driver keeps outlets off for a while, the setup switches that off.
/// </remarks>
public abstract class OutletCompliance<TReply> : DeviceCompliance<TReply>
{
    /// <summary>An outlet to play with, and the two behind it; where numbers have gaps, <see cref="Others"/> names the others.</summary>
    protected virtual int Outlet => 1;

    protected virtual IReadOnlyList<int> Others => [Outlet + 1, Outlet + 2];

    /// <summary>A number that the device does not have.</summary>
    protected virtual int Missing => 99;

    /// <summary>What the outlets are after a start of the simulated device.</summary>
    protected virtual bool StartsOn => true;

    protected override Wish First => Switch(Outlet, !StartsOn);

    protected override Wish Second => Switch(Outlet, StartsOn);

    // Most of these devices tell nothing unasked: a change by hand is seen at a poll.
    protected override TimeSpan ShownWithin => Manifest.Poll + TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Every_outlet_is_shown_as_on_or_off()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.True(bench.Snapshot.Extents[OutletWords.OutletExtent] > 0);
        Assert.All((int[])[Outlet, .. Others], outlet => Assert.Equal(Word(StartsOn), bench.Snapshot[OutletWords.Outlet(outlet)].Text));
    }

    [Fact]
    public async Task Switching_one_outlet_leaves_the_others_alone()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        bench.Seen.Clear();

        await DoAsync(bench, First);
        await bench.PassAsync(30);

        var states = Manifest.Properties.Single(p => p.Name.StartsWith("outlet-{", StringComparison.Ordinal));
        Assert.Equal([First.Property], bench.Seen.Readings.Select(r => r.Property).Where(p => states.Matches(p, out int _)).Distinct());
    }

    [Fact]
    public async Task Wishes_about_different_outlets_at_once_are_all_done()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var asked = new[] { Outlet }.Concat(Others).Select(outlet => Ask(bench, Switch(outlet, !StartsOn))).ToArray();
        await bench.PassUntilAsync(Recovery, () => asked.All(a => a.IsCompleted), "all ends");

        Assert.All(asked, a => Assert.Equal(CommandOutcome.Verified, a.Result.Outcome));
    }

    [Fact]
    public async Task An_outlet_that_is_not_there_never_reaches_the_wire()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await DoAsync(bench, Switch(Missing, !StartsOn));

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
    }

    [Fact]
    public async Task An_outlet_that_ignores_OFF_is_told_and_goes_on_being_shown_as_on()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        if (!StartsOn) Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Switch(Outlet, true))).Outcome);
        device.Set("ignores-off", true);

        var result = await DoAsync(bench, Switch(Outlet, false));

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(PowerStates.On, bench.Snapshot[OutletWords.Outlet(Outlet)].Text);
        Assert.Equal(PowerStates.On, result.Reported!.Value.Value.Text);
        Assert.Contains(OutletWords.NotFollowing.Code, bench.Snapshot.Faults);

        device.Set("ignores-off", false);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Switch(Outlet, false))).Outcome);
        Assert.DoesNotContain(OutletWords.NotFollowing.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_slow_relay_is_waited_for()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("relay-delay", "2s");

        var asked = Ask(bench, First);
        await bench.PassAsync(1.9);
        Assert.False(asked.IsCompleted);
        Assert.NotEqual(First.Seen, bench.Snapshot[First.Property]);
        await bench.PassUntilAsync(Recovery, () => asked.IsCompleted, "an end");

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
        Assert.Equal(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task A_wish_taken_back_under_a_slow_relay_is_not_believed_from_the_state_before_it()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("relay-delay", "1500ms");

        var first = Ask(bench, First);
        await bench.PassAsync(0.6);
        var second = Ask(bench, Second);
        await bench.PassUntilAsync(Recovery, () => first.IsCompleted && second.IsCompleted, "both ends");
        Assert.Equal(CommandOutcome.Verified, (await second).Outcome);
        bench.Seen.Clear();
        await bench.PassAsync(20);

        Assert.Equal(Second.Seen, bench.Snapshot[Second.Property]);
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Property == Second.Property);
    }

    [Fact]
    public async Task An_outlet_that_changes_by_itself_is_shown_and_told()
    {
        if (First.Panel is not { } panel) return;
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, Second);
        await bench.PassAsync(10);
        bench.Seen.Clear();

        device.Press(panel.Verb, (JsonObject)panel.Arguments.DeepClone());
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[First.Property] == First.Seen, "showing");

        var told = Assert.Single(bench.Seen.Events, e => e.Type == OutletWords.ChangedByOthers);
        Assert.Equal((Outlet, First.Seen.Text), ((int)told.Details["outlet"].Integer, told.Details["state"].Text));
    }

    protected static string Word(bool on) => on ? PowerStates.On : PowerStates.Off;

    protected virtual Wish Switch(int outlet, bool on) =>
        new(on ? OutletWords.OnVerb : OutletWords.OffVerb, [(OutletWords.OutletArgument, outlet)], OutletWords.Outlet(outlet), Word(on),
            ("switch", new JsonObject { ["outlet"] = outlet, ["on"] = on }));
}

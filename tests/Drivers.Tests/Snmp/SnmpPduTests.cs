using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Snmp;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Snmp;

/// <summary>One family of PDU each; what is peculiar to all of them.</summary>
public abstract class SnmpPduCompliance(string family) : OutletCompliance<SnmpReply>
{
    protected override DriverManifest<SnmpReply> Manifest => SnmpPduDriver.Manifest;

    // On the bench the driver's own message reaches the agent, and what stands in it for the community is "public".
    protected override DeviceSetting Setting => base.Setting with { Options = new() { ["family"] = family, ["writeCommunity"] = "public" } };

    protected override BenchSetup Setup => new() { Link = "snmp://127.0.0.1:161", Options = Arguments.Of(("min-off", 0)) };

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task The_number_that_means_off_here_reaches_the_relay_as_off()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Switch(3, on: false))).Outcome);

        var relays = (JsonArray)device.Device.State()["outlets"]!;
        Assert.Equal([true, true, false, true, true, true, true, true], relays.Select(relay => (bool)relay!));
    }

    [Fact]
    public async Task A_card_that_restarts_in_the_middle_of_a_run_ends_nothing_as_done_that_was_not_seen()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("boot-time", "20s");
        device.Set("restart-after", 2);

        var asked = Enumerable.Range(1, 4).Select(outlet => Ask(bench, Switch(outlet, on: false))).ToArray();
        await bench.PassUntilAsync(Recovery, () => asked.All(a => a.IsCompleted), "all ends");
        await InStepAsync(bench);

        Assert.All(asked.Skip(1), a => Assert.NotEqual(CommandOutcome.Verified, a.Result.Outcome));
        var relays = (JsonArray)device.Device.State()["outlets"]!;
        for (var outlet = 1; outlet <= 4; outlet++)
            Assert.Equal((bool)relays[outlet - 1]! ? PowerStates.On : PowerStates.Off, bench.Snapshot[OutletWords.Outlet(outlet)].Text);
    }
}

public sealed class SnmpPdu2Tests() : SnmpPduCompliance("rpdu2")
{
    [Fact]
    public async Task A_unit_that_says_off_while_current_flows_is_not_believed()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("lies", true);

        var result = await DoAsync(bench, Switch(1, on: false));
        await bench.PassAsync(30);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Contains(OutletWords.OffAndDrawing.Code, bench.Snapshot.Faults);
        Assert.Equal(PowerStates.Unknown, bench.Snapshot["outlet-1"].Text);
        Assert.Equal(0.8, bench.Snapshot["outlet-current-1"].Number);

        device.Press("switch", new() { ["outlet"] = 1, ["on"] = false });
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => bench.Snapshot["outlet-1"].Text == PowerStates.Off && !bench.Snapshot.Faults.Contains(OutletWords.OffAndDrawing.Code), "the outlet off and its fault gone");
    }

    [Fact]
    public async Task Loads_of_three_phases_are_shown_and_an_overload_is_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(3, bench.Snapshot.Extents[OutletWords.PhaseExtent]);
        Assert.Equal([2.4, 2.4, 1.6], Enumerable.Range(1, 3).Select(n => bench.Snapshot[OutletWords.PhaseCurrent(n)].Number));
        Assert.Equal(6.4, bench.Snapshot[OutletWords.TotalCurrent].Number, 3);
        device.Set("phase-load", "overload");
        await bench.PassAsync(11);
        Assert.Equal(PhaseLoadStates.Overload, bench.Snapshot[OutletWords.PhaseLoad(2)].Text);
        Assert.Contains(OutletWords.Overload.Code, bench.Snapshot.Faults);

        device.Set("phase-load", "as-measured");
        await bench.PassAsync(11);
        Assert.DoesNotContain(OutletWords.Overload.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task An_outlet_that_comes_back_by_itself_is_shown_and_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("comes-back", "40s");

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Switch(1, on: false))).Outcome);
        await bench.PassAsync(50);

        Assert.Equal(PowerStates.On, bench.Snapshot["outlet-1"].Text);
        Assert.Contains(bench.Seen.Events, e => e.Type == OutletWords.ChangedByOthers && e.Details["state"].Text == PowerStates.On);
    }

    [Fact]
    public async Task What_was_switched_off_rests_before_it_is_switched_on_again()
    {
        SimulatedPeer? device = null;
        await using var bench = new DeviceBench<SnmpReply>(
            Manifest, Setup with { Options = Arguments.None, Peer = clock => device = new(Setting, clock) }, TestContext.Current.CancellationToken);
        await InStepAsync(bench);
        await DoAsync(bench, Switch(1, on: false));

        var asked = Ask(bench, Switch(1, on: true));
        await bench.PassAsync(8);
        Assert.False((bool)device!.Device.State()["outlets"]![0]!);
        Assert.False(asked.IsCompleted);
        await bench.PassAsync(5);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
        Assert.True((bool)device.Device.State()["outlets"]![0]!);
    }

    [Fact]
    public async Task A_wish_that_rests_is_replaced_by_a_newer_one_and_never_sent()
    {
        SimulatedPeer? device = null;
        await using var bench = new DeviceBench<SnmpReply>(
            Manifest, Setup with { Options = Arguments.None, Peer = clock => device = new(Setting, clock) }, TestContext.Current.CancellationToken);
        await InStepAsync(bench);
        await DoAsync(bench, Switch(1, on: false));

        var on = Ask(bench, Switch(1, on: true));
        await bench.PassAsync(2);
        var off = await DoAsync(bench, Switch(1, on: false));
        await bench.PassAsync(30);

        Assert.Equal(CommandOutcome.Superseded, (await on).Outcome);
        Assert.Equal(CommandOutcome.Verified, off.Outcome);
        Assert.Equal(PowerStates.Off, bench.Snapshot["outlet-1"].Text);
        Assert.Equal(2, (int)device!.Device.State()["orders"]!);
    }

    [Fact]
    public async Task A_wrong_community_is_silence_and_says_so_by_the_state()
    {
        await using var bench = Bench(out var device);
        device.Set("rejects-login", true);
        await bench.StartAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((DeviceState.Offline, StatusReasons.NoReply), (bench.Status.State, bench.Status.Reason));
        device.Set("rejects-login", false);
        await InStepAsync(bench);
    }

    [Fact]
    public async Task Answers_that_come_twice_do_no_harm()
    {
        await using var bench = Bench(out var device);
        device.Set("duplicates", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }
}

public sealed class SnmpPdu1Tests() : SnmpPduCompliance("rpdu");

public sealed class MasterSwitchTests() : SnmpPduCompliance("masterswitch");

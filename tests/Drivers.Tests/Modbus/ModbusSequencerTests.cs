using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Modbus;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Modbus;

public sealed class ModbusSequencerTests : OutletCompliance<ModbusReply>
{
    private const string Channels = "1-4,6,8";

    protected override DriverManifest<ModbusReply> Manifest => ModbusSequencerDriver.Manifest;

    protected override DeviceSetting Setting => base.Setting with { Options = new() { ["channels"] = Channels } };

    protected override BenchSetup Setup => new()
    {
        Link = "modbus+tcp://127.0.0.1:502/1",
        Options = Arguments.Of(("channels", Channels), ("min-off", 0), ("status", "inputs")),
    };

    protected override bool StartsOn => false;

    protected override IReadOnlyList<int> Others => [3, 8];

    // In the gap.
    protected override int Missing => 5;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task Numbers_in_the_gaps_are_not_shown()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(["outlet-1", "outlet-2", "outlet-3", "outlet-4", "outlet-6", "outlet-8"], bench.Snapshot.Readings.Keys);
    }

    [Fact]
    public async Task A_unit_whose_coil_says_on_and_whose_contact_does_not_is_not_believed_where_the_contacts_are_read()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("lies", true);

        Assert.Equal(CommandOutcome.NotSeen, (await DoAsync(bench, Switch(1, on: true))).Outcome);
        Assert.Equal(PowerStates.Off, bench.Snapshot["outlet-1"].Text);
    }

    [Fact]
    public async Task An_answer_under_the_number_of_another_unit_is_none()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("wrong-unit", true);

        var result = await DoAsync(bench, First);

        Assert.Contains(result.Outcome, (CommandOutcome[])[CommandOutcome.NoReply, CommandOutcome.Unreachable]);
        device.Set("wrong-unit", false);
        await InStepAsync(bench);
        Assert.Equal(Quality.Good, Reading(bench, First).Quality);
    }

    [Fact]
    public async Task A_unit_that_dies_in_the_middle_of_a_run_shows_nothing_as_done_that_was_not_seen()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("dies-after", 2);

        var asked = ((int[])[1, 2, 3]).Select(outlet => Ask(bench, Switch(outlet, on: true))).ToArray();
        await bench.PassUntilAsync(Recovery, () => asked.All(a => a.IsCompleted), "all ends");
        Assert.All(asked.Skip(1), a => Assert.NotEqual(CommandOutcome.Verified, a.Result.Outcome));
        Assert.NotEqual(DeviceState.Online, bench.Status.State);

        device.Press("power-on");
        await InStepAsync(bench);
        Assert.All((int[])[1, 2, 3], outlet => Assert.Equal(PowerStates.Off, bench.Snapshot[OutletWords.Outlet(outlet)].Text));
    }

    [Fact]
    public Task Over_a_real_serial_line_wishes_are_verified_and_a_lost_line_comes_back() => InARoomAsync(Setting with { Link = Simulator.Devices.Wires.LinkKind.Serial });

    [Fact]
    public async Task A_list_of_channels_that_is_none_is_told_and_nothing_is_asked()
    {
        await using var bench = new DeviceBench<ModbusReply>(
            Manifest, Setup with { Options = Arguments.Of(("channels", "one,two")) }, TestContext.Current.CancellationToken);
        bench.Log.Worst = LogLevel.Error;
        await bench.StartAsync();

        await bench.ExpectNothingSentAsync();
        Assert.Contains("power.wrong-map", bench.Snapshot.Faults);
    }
}

using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.ExtronSis;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.ExtronSis;

/// <summary>What holds over TCP and over RS-232 alike.</summary>
public abstract class ExtronSisCompliance : MatrixCompliance<SisReply>
{
    protected override DriverManifest<SisReply> Manifest => ExtronSisDriver.Manifest;

    protected override int FirstPort => 1;

    protected override DeviceSetting Setting => base.Setting with { Options = new() { ["inputs"] = 6, ["outputs"] = 4 } };

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task A_busy_device_is_asked_again_after_a_second_each()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("busy", 3);

        var asked = Ask(bench, First);
        await bench.PassAsync(2.5);
        Assert.False(asked.IsCompleted);
        await bench.PassAsync(4);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task A_device_that_stays_busy_refuses_in_the_end()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("busy", 1000);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.True(result.Retryable);
        Assert.StartsWith("E22", result.Reason, StringComparison.Ordinal);
        device.Set("busy", 0);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Ties_made_together_by_hand_are_all_read_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press("route-many", new() { ["input"] = 5, ["first"] = 1, ["last"] = 4 });
        await bench.PassUntilAsync(
            TimeSpan.FromSeconds(20),
            () => Enumerable.Range(1, 4).All(output => bench.Snapshot[$"output-{output}"] == 5 && bench.Snapshot[$"output-audio-{output}"] == 5),
            "picture and sound of all four outputs from input 5");
    }

    [Fact]
    public async Task A_greeting_in_the_middle_is_a_restart_after_which_everything_is_read_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("brown-out", true);
        await bench.SettleAsync();
        Assert.Equal(DeviceState.Degraded, bench.Status.State);
        await InStepAsync(bench);

        device.Press("route", new JsonObject { ["input"] = 3, ["output"] = 1 });
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot["output-1"] == 3, "a report: the verbose mode was set again");
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_layer_is_tied_apart_from_the_others()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync("route", ("input", 6), ("output", 2), ("layer", "audio"));

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(6, bench.Snapshot["output-audio-2"].Integer);
        Assert.Equal(2, bench.Snapshot["output-2"].Integer);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync("route", ("input", 6), ("output", 2), ("layer", "rgb"))).Outcome);
    }

    [Fact]
    public async Task Input_zero_unties_an_output()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("route", ("input", 0), ("output", 1))).Outcome);
        Assert.Equal(0, bench.Snapshot["output-1"].Integer);
    }

    [Fact]
    public async Task The_temperature_is_told_in_degrees_celsius_where_its_place_is_configured()
    {
        // Place of the temperature in the status list of the simulated model.
        await using var bench = new DeviceBench<SisReply>(Manifest, Setup with
        {
            Options = Arguments.Of(("temperature-field", 5)),
            Peer = clock => new SimulatedPeer(Setting with { Switches = new Dictionary<string, JsonNode?> { ["temperature"] = 41.5 } }, clock),
        }, TestContext.Current.CancellationToken);

        await InStepAsync(bench);

        Assert.Equal(41.5, bench.Snapshot["temperature"].Number, 0.1);
    }

    [Fact]
    public async Task A_quiet_session_is_not_closed_by_the_device()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        await bench.PassAsync(TimeSpan.FromMinutes(20));

        Assert.Equal(1, bench.Opens);
    }
}

/// <summary>Over TCP: greeting, date, password, telnet.</summary>
public sealed class ExtronSisTcpTests : ExtronSisCompliance
{
    [Fact]
    public async Task A_password_is_given_once_and_commands_follow()
    {
        await using var bench = Bench("court", "court", out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Theory, InlineData("wrong"), InlineData(null)]
    public async Task A_wrong_or_missing_password_is_a_fault_and_not_tried_again_and_again(string? given)
    {
        await using var bench = Bench("court", given, out _);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((DeviceState.Offline, StatusReasons.AccessDenied), (bench.Status.State, bench.Status.Reason));
        Assert.Contains("matrix.access-denied", bench.Snapshot.Faults);
        Assert.InRange(bench.Opens, 2, 6);
    }

    [Fact]
    public async Task Telnet_options_are_turned_down_and_do_not_disturb()
    {
        await using var bench = Bench(out var device);
        device.Set("telnet-negotiation", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Each_telnet_wish_is_turned_down_in_its_own_words()
    {
        await using var bench = new DeviceBench<SisReply>(Manifest, null, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.SaysAsync(@"\xff\xfd\x18\xff\xfb\x01\xff\xfe\x03");

        await bench.ExpectSentAsync(@"\xff\xfc\x18\xff\xfe\x01");
        await bench.ExpectNothingSentAsync();
    }

    [Fact]
    public async Task A_device_with_all_its_connections_in_use_is_left_alone_for_half_a_minute()
    {
        await using var bench = Bench(out var device);
        device.Set("max-connections", 0);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(StatusReasons.Occupied, bench.Status.Reason);
        Assert.InRange(bench.Opens, 2, 5);
    }

    [Fact]
    public void A_password_never_stands_in_a_trace()
    {
        var codec = new SisCodec();
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        codec.Write(SisCodec.Secret + "court", output);

        Assert.True(codec.Hides(SisCodec.Secret + "court"));
        Assert.Equal("court\r", System.Text.Encoding.ASCII.GetString(output.WrittenSpan));
    }

    private DeviceBench<SisReply> Bench(string password, string? given, out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var setup = new BenchSetup { Secret = given, Peer = clock => peer = new(Setting with { Password = password }, clock) };
        var bench = new DeviceBench<SisReply>(Manifest, setup, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }
}

/// <summary>Over RS-232, on a pseudo-terminal where the link is real.</summary>
public sealed class ExtronSisSerialTests : ExtronSisCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Simulator.Devices.Wires.LinkKind.Serial };

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0?baud=9600" };
}

using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.KramerP3000;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.KramerP3000;

/// <summary>What holds over TCP and over RS-232, for VID and for ROUTE alike.</summary>
public abstract class KramerP3000Compliance : MatrixCompliance<KramerReply>
{
    protected override DriverManifest<KramerReply> Manifest => KramerP3000Driver.Manifest;

    protected override int FirstPort => 1;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task A_busy_device_is_asked_again_after_a_second_each()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("busy", 3);

        var asked = Ask(bench, First);
        await bench.PassAsync(0.9);
        Assert.False(asked.IsCompleted);
        await bench.PassAsync(6);

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
        Assert.StartsWith("ERR006", result.Reason, StringComparison.Ordinal);
        device.Set("busy", 0);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_device_that_is_busy_while_it_starts_comes_into_step_on_the_same_link()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("start-time", "40s");

        device.Set("brown-out", true);
        await bench.SettleAsync();
        Assert.Equal(DeviceState.Degraded, bench.Status.State);
        await InStepAsync(bench);

        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task Routes_forgotten_in_a_restart_are_read_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("forgets-routing", true);

        device.Set("brown-out", true);
        await bench.SettleAsync();
        await InStepAsync(bench);

        Assert.Equal(1, bench.Snapshot["output-1"].Integer);
        Assert.Equal(1, bench.Opens);
    }

    [Theory]
    [InlineData("confirmation", "always"), InlineData("confirmation", "never")]
    [InlineData("handshake", "bare"), InlineData("handshake", "lower-case")]
    [InlineData("line-end", "cr"), InlineData("line-end", "lf")]
    [InlineData("error-format", "bare"), InlineData("error-format", "spaced")]
    [InlineData("welcome", "connect"), InlineData("welcome", "first-reply"), InlineData("welcome", "never")]
    [InlineData("tells-asker", "true"), InlineData("tells-asker", "false")]
    public async Task It_works_with_every_firmware(string name, string value)
    {
        await using var bench = Bench(out var device);
        device.Set(name, bool.TryParse(value, out var flag) ? flag : value);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        device.Set("next-error", 3);
        Assert.Equal(CommandOutcome.Refused, (await DoAsync(bench, Second)).Outcome);
        device.Press("route", new() { ["input"] = 4, ["output"] = 2 });
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot["output-2"] == 4, "showing");
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_device_that_echoes_twice_and_does_nothing_is_not_believed()
    {
        await using var bench = Bench(out var device);
        device.Set("tells-asker", true);
        device.Set("confirmation", "never");
        await InStepAsync(bench);
        device.Set("frozen", true);
        bench.Seen.Clear();

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Property == First.Property && r.Reading.Value == First.Seen);
    }

    [Fact]
    public async Task A_hand_that_is_faster_is_shown_and_the_wish_is_not_done()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("race-input", 2);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[First.Property] == 2, "showing what the hand did");
    }

    [Fact]
    public async Task Input_zero_unties_an_output()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("route", ("input", 0), ("output", 1))).Outcome);
        Assert.Equal(0, bench.Snapshot["output-1"].Integer);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_layer_is_switched_apart_from_the_other()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync("route", ("input", 4), ("output", 2), ("layer", "audio"));

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal((2, 4), (bench.Snapshot["output-2"].Integer, bench.Snapshot["output-audio-2"].Integer));
    }

    [Fact]
    public async Task A_password_is_given_when_it_is_asked_for_and_again_after_a_restart()
    {
        await using var bench = Bench("court", "court", out var device);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);

        device.Set("brown-out", true);
        await bench.SettleAsync();
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        Assert.Equal(1, bench.Opens);
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

    private DeviceBench<KramerReply> Bench(string password, string? given, out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var setup = Setup with { Secret = given, Peer = clock => peer = new(Setting with { Password = password }, clock) };
        var bench = new DeviceBench<KramerReply>(Manifest, setup, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }
}

/// <summary>An older switcher over TCP: VID, AUD and AV, off is 0.</summary>
public sealed class KramerP3000TcpTests : KramerP3000Compliance
{
    protected override DeviceSetting Setting => base.Setting with { Options = new() { ["profile"] = "old", ["inputs"] = 6, ["outputs"] = 4 } };

    [Fact]
    public async Task A_device_with_all_its_connections_in_use_is_tried_again()
    {
        await using var bench = Bench(out var device);
        device.Set("max-sessions", 0);
        await bench.StartAsync();
        await bench.PassAsync(30);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);

        device.Set("max-sessions", 4);
        await InStepAsync(bench);
    }
}

/// <summary>A seamless switcher over RS-232, on a pseudo-terminal where the link is real: ROUTE, off is one more than the inputs, VMUTE 0 blanks.</summary>
public sealed class KramerP3000SerialTests : KramerP3000Compliance
{
    protected override DeviceSetting Setting => base.Setting with
    {
        Link = Simulator.Devices.Wires.LinkKind.Serial,
        Options = new() { ["profile"] = "vsm", ["inputs"] = 6, ["outputs"] = 4, ["vmute"] = "status" },
    };

    protected override BenchSetup Setup => new()
    {
        Link = "serial:/dev/ttyS0?baud=9600",
        Options = Arguments.Of(("routing", "route"), ("off-code", "inputs+1"), ("vmute", "0-blanks")),
    };

    [Fact]
    public async Task An_output_is_blanked_and_shown_again()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        Assert.False(bench.Snapshot["output-blanked-2"].Flag);

        foreach (var blanked in (bool[])[true, false])
        {
            Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("blank", ("output", 2), ("blanked", blanked))).Outcome);
            Assert.Equal(blanked, bench.Snapshot["output-blanked-2"].Flag);
        }
    }

    [Fact]
    public async Task A_wrong_speed_is_silence_and_over_when_it_is_set_right()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("wrong-baud", true);
        await bench.PassAsync(60);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        device.Set("wrong-baud", false);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Fact]
    public async Task What_hands_do_to_several_outputs_at_once_is_shown()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press("route", new JsonObject { ["input"] = 5, ["output"] = 3, ["layer"] = "audio" });
        device.Press("mute", new JsonObject { ["output"] = 3, ["on"] = true, ["layer"] = "video" });
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot["output-audio-3"] == 5 && bench.Snapshot["output-blanked-3"] == true, "showing");

        Assert.Equal(3, bench.Snapshot["output-3"].Integer);
    }
}

using System.Buffers;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Visca;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;
using Wires = AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Drivers.Tests.Visca;

/// <summary>By TCP, by RS-232 and by UDP, which differ in what tells an answer from another and in how a link ends.</summary>
public abstract class ViscaCompliance : CameraCompliance<ViscaReply>
{
    protected override DriverManifest<ViscaReply> Manifest => ViscaDriver.Manifest;

    protected override (string Verb, JsonObject Arguments) Push => ("push", []);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);
}

public sealed class ViscaTcpTests : ViscaCompliance
{
    [Theory]
    [InlineData("one-socket")]
    [InlineData("wrong-socket")]
    [InlineData("no-ack")]
    public async Task What_cameras_do_with_their_sockets_changes_nothing(string quirk)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set(quirk, true);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await MoveAsync(bench, 30)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        Assert.False(Moves(device));
        Assert.Equal(At(device, "pan"), bench.Snapshot[CameraWords.Pan].Integer);
    }

    [Fact]
    public async Task A_completion_that_never_comes_is_made_up_for_by_a_position_that_was_seen_before_and_by_nothing_else()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("never-completes", true);

        var unseen = await DoAsync(bench, Second);
        var seen = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, unseen.Outcome);
        Assert.Equal(CommandOutcome.Verified, seen.Outcome);
        Assert.DoesNotContain(CameraWords.NotFollowing.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_camera_that_says_done_and_has_not_moved_is_not_believed()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await DoAsync(bench, Second);
        device.Set("says-done", true);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(Second.Seen, bench.Snapshot[CameraWords.Preset]);
        Assert.Contains(CameraWords.NotFollowing.Code, bench.Snapshot.Faults);
        device.Set("says-done", false);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_preset_that_somebody_has_stored_anew_is_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await DoAsync(bench, Second);

        device.Press("store", new() { ["preset"] = 1, ["pan"] = 900 });

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Contains(bench.Seen.Events, e => e.Type == CameraWords.PresetChanged && e.Details["n"] == 2);
    }

    [Fact]
    public async Task A_camera_that_is_busy_for_ever_refuses_in_its_own_words()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("buffer-full", true);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.StartsWith("03", result.Reason, StringComparison.Ordinal);
        Assert.True(result.Retryable);
        Assert.True(result.Attempts > 3);
    }

    [Fact]
    public async Task A_preset_that_is_wished_while_the_head_finds_its_end_stops_waits_for_it()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await bench.DoAsync(PowerWords.OffVerb);
        await bench.PassAsync(20);
        device.Press("remote-on");
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[PowerWords.PowerState] == PowerStates.Warming, "warming");

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Contains(bench.Seen.Events, e => e.Type == CameraWords.PowerUnasked);
    }

    [Fact]
    public async Task Two_power_commands_have_their_rest_between_them()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        var began = bench.Clock.GetUtcNow();

        await bench.DoAsync(PowerWords.OffVerb);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);

        Assert.InRange(bench.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task An_internal_fault_is_told_until_it_is_gone()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("power-fault", true);
        await bench.PassAsync(10);
        Assert.Contains(CameraWords.DeviceFailure.Code, bench.Snapshot.Faults);
        device.Set("power-fault", false);
        await bench.PassAsync(10);

        Assert.Empty(bench.Snapshot.Faults);
    }

    [Theory]
    [InlineData("half-packets")]
    [InlineData("lost-bytes")]
    [InlineData("lost-replies")]
    public async Task What_a_bad_line_eats_is_asked_again(string what)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set(what, 1);

        await bench.PassAsync(15);

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(1, bench.Opens);
        Assert.Equal(First.Seen, bench.Snapshot[CameraWords.Preset]);
    }

    [Fact]
    public async Task A_camera_with_another_number_is_not_taken_for_ours()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("other-address", 2);
        await bench.PassAsync(60);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        device.Set("other-address", null);
        await InStepAsync(bench);
    }

    [Theory]
    [InlineData("90FF")]
    [InlineData("09040")]
    [InlineData("0904zz")]
    [InlineData("0104470102030405060708090A0B0C0D0E0F")]
    public void What_is_no_packet_is_not_written(string request) =>
        Assert.Throws<ArgumentException>(() => new ViscaCodec(1, isHeaded: false).Write(request, new ArrayBufferWriter<byte>()));

    [Theory]
    [InlineData("0F0F0F000F0F1F00", false)]
    [InlineData("0F0E080000040500", true)]
    public void Positions_are_signed_nibbles(string data, bool isOne)
    {
        var reply = new ViscaReply(ViscaReplyKind.Answer, 1, 0, data);

        Assert.Equal(isOne, reply.TryPosition(out var pan, out var tilt));
        if (isOne) Assert.Equal((-384, 1104), (pan, tilt));
    }
}

public sealed class ViscaSerialTests : ViscaCompliance
{
    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0" };

    protected override DeviceSetting Setting => base.Setting with { Link = Wires.LinkKind.Serial };
}

public sealed class ViscaUdpTests : ViscaCompliance
{
    protected override BenchSetup Setup => new() { Link = "udp://127.0.0.1:52381" };

    protected override DeviceSetting Setting => base.Setting with { Link = Wires.LinkKind.Udp };

    [Theory, InlineData(1), InlineData(2)]
    public async Task A_lost_reply_costs_no_second_movement(int lost)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("lost-replies", lost);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(1, (int)device.Device.State()["moves"]!);
    }

    [Fact]
    public async Task A_camera_that_counts_otherwise_is_counted_with_anew()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("number-jump", true);
        await bench.PassAsync(15);

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }
}

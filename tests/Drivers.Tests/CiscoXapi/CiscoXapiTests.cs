using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.CiscoXapi;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.CiscoXapi;

/// <summary>What the codec must get right over every framing.</summary>
public abstract class CiscoXapiCompliance : CodecCompliance<XapiReply>
{
    protected override DriverManifest<XapiReply> Manifest => CiscoXapiDriver.Manifest;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task Identity_and_health_are_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal("Cisco Codec Pro", bench.Snapshot["model"].Text);
        Assert.StartsWith("FTT", bench.Snapshot["serial"].Text, StringComparison.Ordinal);
        Assert.Contains("RoomOS", bench.Snapshot["firmware"].Text, StringComparison.Ordinal);
        device.Set("temperature", 61.5);
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => bench.Snapshot["temperature"].Number is > 61 and < 62, "the temperature");
    }

    [Fact]
    public async Task Lost_registrations_are_found_and_made_again_and_until_then_polls_tell()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("forgets-feedback", true);
        device.Press("volume", new() { ["level"] = 71 });
        await bench.PassUntilAsync(TimeSpan.FromSeconds(40), () => bench.Snapshot["volume"] == 71, "a poll's reading");

        device.Set("forgets-feedback", false);
        await bench.PassAsync(95);
        device.Press("volume", new() { ["level"] = 72 });

        await bench.PassUntilAsync(TimeSpan.FromSeconds(1), () => bench.Snapshot["volume"] == 72, "feedback");
    }

    [Fact]
    public async Task The_codec_lists_us_as_connected_for_as_long_as_we_are()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        var beats = device.Device.Trace.Since(0).Count(frame => frame.Text.Contains("HeartBeat", StringComparison.Ordinal) && frame.Direction is TraceDirection.Received);
        Assert.InRange(beats, 9, 10);
    }

    [Fact]
    public async Task An_event_told_twice_happens_once()
    {
        await using var bench = Bench(out var device);
        device.Set("duplicate-events", true);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        await DoAsync(bench, Second);
        await bench.PassAsync(2);

        Assert.Single(bench.Seen.Events, e => e.Type == CodecWords.CallEnded);
    }

    [Fact]
    public async Task Feedback_before_the_answer_is_as_good_as_after_it()
    {
        await using var bench = Bench(out var device);
        device.Set("events-before-reply", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("set/volume", ("v", 12))).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("mute")).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Fact]
    public async Task A_restart_is_acknowledged_and_the_session_is_made_anew()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync("restart");
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, result.Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_codec_that_starts_again_by_itself_is_logged_into_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press("upgrade");
        await bench.PassAsync(30);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_failed_registration_is_a_fault()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("sip-registration", "Failed");
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => bench.Snapshot.Faults.Contains("codec.not-registered"), "the fault");
        device.Set("sip-registration", "Registered");
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => bench.Snapshot.Faults.Count == 0, "its end");
    }

    [Fact]
    public async Task What_the_codecs_own_diagnostics_report_is_a_fault_until_it_is_over()
    {
        await using var bench = Bench(out var device);
        device.Set("overheat-time", "1h");
        await InStepAsync(bench);
        Assert.Empty(bench.Snapshot.Faults);

        device.Set("temperature", 90.5);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(1), () => bench.Snapshot.Faults.Contains("codec.diagnostics"), "the fault");
        device.Set("temperature", 45.5);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(1), () => bench.Snapshot.Faults.Count == 0, "its end");
    }

    [Fact]
    public async Task A_source_is_shared_in_a_call_only_and_seen_shared()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync("present", ("source", 3))).Outcome);

        await DoAsync(bench, First);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("present", ("source", 3))).Outcome);
        Assert.True(bench.Snapshot["presenting"].Flag);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("stop-presenting")).Outcome);
        Assert.False(bench.Snapshot["presenting"].Flag);
    }

    [Fact]
    public async Task A_preset_is_stored_and_recalled_and_one_that_is_not_there_is_refused()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("preset-store", ("n", 4))).Outcome);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("preset-recall", ("n", 4))).Outcome);
        var missing = await bench.DoAsync("preset-recall", ("n", 5));

        Assert.Equal(CommandOutcome.Refused, missing.Outcome);
        Assert.Contains("Preset not found", missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Muted_microphones_stay_muted_through_a_call_and_its_end()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.DoAsync("mute");

        await bench.PassAsync(TimeSpan.FromMinutes(30));

        Assert.True(bench.Snapshot["muted"].Flag);
        Assert.Equal(CallStates.Connected, bench.Snapshot["call"].Text);
    }

    [Fact]
    public async Task Sharing_is_shown()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        Assert.False(bench.Snapshot["presenting"].Flag);

        device.Press("share", new() { ["on"] = true });
        await bench.PassUntilAsync(TimeSpan.FromSeconds(1), () => bench.Snapshot["presenting"].Flag, "showing");
    }
}

/// <summary>Over RS-232, on a pseudo-terminal where the link is real.</summary>
public sealed class CiscoXapiSerialTests : CiscoXapiCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Simulator.Devices.Wires.LinkKind.Serial };

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0?baud=115200" };

    [Fact]
    public async Task A_log_in_is_given_once_and_the_session_used()
    {
        await using var bench = LoginBench("court", "court", out _);

        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }

    [Theory, InlineData("wrong"), InlineData(null)]
    public async Task A_refused_log_in_is_a_fault_and_not_tried_again_and_again(string? given)
    {
        await using var bench = LoginBench("court", given, out _);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((DeviceState.Offline, StatusReasons.AccessDenied), (bench.Status.State, bench.Status.Reason));
        Assert.Contains("codec.access-denied", bench.Snapshot.Faults);
        Assert.InRange(bench.Opens, 2, 6);
    }

    [Fact]
    public void A_password_is_hidden_and_a_request_without_a_number_is_a_bug()
    {
        var codec = new XapiSerialCodec();

        Assert.True(codec.Hides(XapiSerialCodec.Secret + "court"));
        Assert.False(codec.Hides("1 xStatus Audio"));
        Assert.Throws<ArgumentException>(() => codec.Write("xStatus Audio", new System.Buffers.ArrayBufferWriter<byte>()));
    }

    private DeviceBench<XapiReply> LoginBench(string password, string? given, out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var setting = Setting with { User = "gateway", Password = password };
        var setup = new BenchSetup
        {
            Link = "serial:/dev/ttyS0?user=gateway",
            Secret = given,
            Peer = clock =>
            {
                peer = new(setting, clock);
                peer.Set("login-required", true);
                return peer;
            },
        };
        var bench = new DeviceBench<XapiReply>(Manifest, setup, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }
}

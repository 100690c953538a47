using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.SipCodec;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.SipCodec;

/// <summary>What is peculiar to a codec that is reached by SIP: recess, REFER, calls by hand, a codec that tells little or lies.</summary>
public sealed class SipCodecPeculiarTests
{
    private const string Uri = "court2@example.cn";

    [Fact]
    public async Task A_recess_keeps_the_call_and_silences_it_until_it_goes_on()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(CodecWords.MuteVerb)).Outcome);
        await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.MuteVerb)).Outcome);
        Assert.Equal((CallStates.Held, true), (bench.Snapshot[CodecWords.CallState].Text, bench.Snapshot[CodecWords.MutedFlag].Flag));
        Assert.True((bool)device.Device.State()["calls"]![0]!["held"]!);
        Assert.True((bool)device.Device.State()["partiesCalled"]![0]!["held"]!);
        await bench.PassAsync(TimeSpan.FromMinutes(50));
        Assert.Equal(CallStates.Held, bench.Snapshot[CodecWords.CallState].Text);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.UnmuteVerb)).Outcome);
        Assert.Equal(CallStates.Connected, bench.Snapshot[CodecWords.CallState].Text);
        Assert.False((bool)device.Device.State()["calls"]![0]!["held"]!);
    }

    [Fact]
    public async Task A_codec_that_says_yes_to_a_hold_and_goes_on_sending_is_not_muted()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));
        device.Set("frozen", true);

        var result = await bench.DoAsync(CodecWords.MuteVerb);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.False(bench.Snapshot[CodecWords.MutedFlag].Flag);
        Assert.Equal(CallStates.Connected, bench.Snapshot[CodecWords.CallState].Text);
    }

    [Fact]
    public async Task A_refused_hold_is_told_in_the_codecs_words()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));
        device.Set("refuse", 488);

        var result = await bench.DoAsync(CodecWords.MuteVerb);

        Assert.Equal((CommandOutcome.Refused, "488 Not Acceptable Here"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task A_BYE_that_is_lost_is_not_taken_for_the_end_of_the_call()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));
        device.Set("loses-bye", true);

        var result = await bench.DoAsync(CodecWords.HangUpVerb);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        await bench.PassAsync(40);
        Assert.Equal(CallStates.Connected, bench.Snapshot[CodecWords.CallState].Text);
        device.Set("loses-bye", false);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.HangUpVerb)).Outcome);
    }

    [Fact]
    public async Task A_call_by_REFER_is_done_when_the_codec_reports_it_and_ends_with_hang_up()
    {
        await using var bench = Bench(out var device, ("dial-by", "refer"));
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri))).Outcome);
        Assert.Equal((CallStates.Connected, Uri), (bench.Snapshot[CodecWords.CallState].Text, bench.Snapshot[CodecWords.RemoteParty].Text));
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.HangUpVerb)).Outcome);
        Assert.Equal(0, bench.Snapshot[CodecWords.CallCount].Integer);
        device.Set("far-end", "busy");
        var refused = await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));
        Assert.Equal(CommandOutcome.Refused, refused.Outcome);
        Assert.Contains("486", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_codec_that_takes_no_REFER_says_so()
    {
        await using var bench = Bench(out var device, ("dial-by", "refer"));
        await InStepAsync(bench);
        device.Set("takes-refer", false);

        var result = await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.Contains("405", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_comes_in_is_told_and_ended_with_ours_by_one_hang_up()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Press("incoming-call", new() { ["uri"] = "sip:judge@example.cn" });
        await bench.PassUntilAsync(TimeSpan.FromSeconds(1), () => bench.Snapshot[CodecWords.CallState] == CallStates.Ringing, "ringing");
        Assert.Equal("judge@example.cn", Assert.Single(bench.Seen.Events, e => e.Type == CodecWords.IncomingCall).Details["from"].Text);
        device.Press("answer");
        await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));
        Assert.Equal(2, bench.Snapshot[CodecWords.CallCount].Integer);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(CodecWords.MuteVerb)).Outcome);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.HangUpVerb)).Outcome);
        Assert.Empty(device.Device.State()["calls"]!.AsArray());
        Assert.Empty(device.Device.State()["partiesCalled"]!.AsArray());
    }

    [Fact]
    public async Task A_codec_that_tells_no_calls_is_driven_by_ours_and_its_rest_is_assumed()
    {
        await using var bench = Bench(out var device);
        device.Set("dialog-events", false);
        await InStepAsync(bench);
        Assert.Equal(Quality.Assumed, bench.Snapshot.Readings[CodecWords.CallState].Quality);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri))).Outcome);
        Assert.Equal(CallStates.Connected, bench.Snapshot[CodecWords.CallState].Text);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync(CodecWords.HangUpVerb)).Outcome);
        Assert.Empty(device.Device.State()["calls"]!.AsArray());
    }

    [Fact]
    public async Task Reports_that_are_missing_are_noticed_and_made_up_for()
    {
        await using var bench = Bench(out var device);
        device.Set("skips-version", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri))).Outcome);
        await bench.PassAsync(5);
        device.Press("hang-up");
        await bench.PassUntilAsync(TimeSpan.FromSeconds(40), () => bench.Snapshot[CodecWords.CallState] == CallStates.Idle, "idle");
    }

    [Fact]
    public async Task A_lost_registration_is_a_fault_until_it_is_back()
    {
        await using var bench = Bench(out var device, ("registrar", SimulatedSipPeer.Proxy));
        await InStepAsync(bench);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(2), () => bench.Snapshot["registered"].Flag, "registered");

        device.Set("registration", "terminated");
        await bench.PassUntilAsync(TimeSpan.FromSeconds(2), () => bench.Snapshot.Faults.Contains("codec.not-registered"), "the fault");
        device.Set("registration", "active");
        await bench.PassUntilAsync(TimeSpan.FromSeconds(2), () => bench.Snapshot.Faults.Count == 0, "its end");
    }

    [Fact]
    public async Task A_restart_is_acknowledged_and_the_codec_found_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("boot-time", "20s");

        var result = await bench.DoAsync(PowerWords.RestartVerb);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, result.Outcome);
        Assert.False(device.Device.Powered);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri))).Outcome);
    }

    [Theory]
    [InlineData("busy", true, "486")]
    [InlineData("status", 503, "503")]
    public async Task A_codec_that_does_not_take_our_leg_is_told_by_its_status(string name, object value, string status)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set(name, System.Text.Json.Nodes.JsonValue.Create(value));

        var result = await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri));

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.StartsWith(status, result.Reason, StringComparison.Ordinal);
        Assert.Empty(device.Device.State()["partiesCalled"]!.AsArray());
    }

    [Fact]
    public async Task A_codec_that_answers_twice_is_called_once()
    {
        await using var bench = Bench(out var device);
        device.Set("forked", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.DialVerb, ("uri", Uri))).Outcome);
        Assert.Equal(1, bench.Snapshot[CodecWords.CallCount].Integer);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(CodecWords.HangUpVerb)).Outcome);
    }

    private static DeviceBench<SipReply> Bench(out SimulatedSipPeer device, params (string Name, Value Value)[] options)
    {
        SimulatedSipPeer? peer = null;
        var setting = new DeviceSetting("bench", "it", "sip-codec") { Options = new() { ["address"] = SimulatedSipPeer.Address } };
        var setup = new BenchSetup
        {
            Link = SimulatedSipPeer.Link,
            Options = Arguments.Of([("proxy", SimulatedSipPeer.Proxy), .. options]),
            Peer = clock => peer = new(setting, clock),
        };
        var bench = new DeviceBench<SipReply>(SipCodecDriver.Manifest, setup, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }

    private static async Task InStepAsync(DeviceBench<SipReply> bench)
    {
        if (bench.Opens == 0) await bench.StartAsync();
        await bench.PassUntilAsync(TimeSpan.FromMinutes(3), () => bench.Status.State is DeviceState.Online, "in step");
    }
}

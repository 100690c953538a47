using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Poly;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;
using Wire = AvGateway.Simulator.Devices.Wires.LinkKind;

namespace AvGateway.Drivers.Tests.Poly;

/// <summary>What the codec must get right over every link.</summary>
public abstract class PolyCompliance : CodecCompliance<PolyReply>
{
    protected override DriverManifest<PolyReply> Manifest => PolyDriver.Manifest;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    protected override bool TakesQuotes => false;

    protected override int VolumeByHand => 40;

    // A hint leads to a question behind a settling one, each 200 ms after the last answer.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(2);

    protected override string CauseOf(string farEnd) => farEnd switch
    {
        "busy" => "17",
        "rejects" => "21",
        _ => "1",
    };

    [Fact]
    public async Task Identity_is_told()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal("RealPresence Group 500", bench.Snapshot["model"].Text);
        Assert.StartsWith("82", bench.Snapshot["serial"].Text, StringComparison.Ordinal);
        Assert.Equal("Release - 6.2.2.6", bench.Snapshot["firmware"].Text);
    }

    [Fact]
    public async Task Without_being_told_anything_polls_show_it()
    {
        await using var bench = Bench(out var device);
        device.Set("forgets-feedback", true);
        await InStepAsync(bench);

        device.Press("mute-microphones", new() { ["on"] = true });
        device.Press("volume", new() { ["level"] = 12 });
        await bench.PassUntilAsync(TimeSpan.FromSeconds(40), () => bench.Snapshot["muted"].Flag && bench.Snapshot["volume"] == 12, "polls");

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Fact]
    public async Task Words_in_front_of_events_and_missing_names_change_nothing()
    {
        await using var bench = Bench(out var device);
        device.Set("control-event", true);
        device.Set("names-missing", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(Uri, bench.Snapshot["remote-party"].Text);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Fact]
    public async Task A_mute_that_is_lost_while_a_call_is_set_up_is_never_told_as_done()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("deaf-in-set-up", true);
        device.Set("far-end", "no-answer");
        _ = Ask(bench, First);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(5), () => bench.Snapshot["call"] == CallStates.Ringing, "ringing");

        var result = await bench.DoAsync("mute");

        Assert.NotEqual(CommandOutcome.Verified, result.Outcome);
    }

    [Fact]
    public async Task A_call_that_is_being_set_up_can_be_hung_up_and_not_dialled_over()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("far-end", "no-answer");
        var first = Ask(bench, First);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(5), () => bench.Snapshot["call"] == CallStates.Ringing, "ringing");

        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync("dial", ("uri", "other@example.cn"))).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        Assert.Equal(CommandOutcome.Superseded, (await first).Outcome);
    }

    [Fact]
    public async Task An_incoming_call_is_not_taken_for_the_one_that_is_being_dialled()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("frozen", true);
        var dialling = Ask(bench, First);
        await bench.PassAsync(0.5);

        device.Press("incoming-call", new() { ["uri"] = "judge@example.cn", ["name"] = "Judge" });
        device.Press("answer");
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => dialling.IsCompleted, "an end of the dialling");

        Assert.Equal(CommandOutcome.NotSeen, (await dialling).Outcome);
    }

    [Fact]
    public async Task The_lost_call_server_is_a_fault_where_it_is_watched()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("sip-server", false);

        await bench.PassUntilAsync(TimeSpan.FromMinutes(2), () => bench.Snapshot.Faults.Contains("codec.not-registered"), "the fault");
        device.Set("sip-server", true);
        await bench.PassUntilAsync(TimeSpan.FromMinutes(2), () => bench.Snapshot.Faults.Count == 0, "its end");
    }

    [Fact]
    public async Task Content_is_shared_and_seen_shared()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("present", ("source", 2))).Outcome);
        Assert.True(bench.Snapshot["presenting"].Flag);
        device.Press("share", new() { ["on"] = false });
        await bench.PassUntilAsync(ShownWithin, () => !bench.Snapshot["presenting"].Flag, "showing");
    }

    [Fact]
    public async Task A_preset_is_acknowledged_and_one_that_is_not_there_refused()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("preset-store", ("n", 4))).Outcome);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("preset-recall", ("n", 4))).Outcome);
    }

    [Fact]
    public async Task A_wake_that_nobody_tells_of_is_acknowledged_only()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(PowerStates.Unknown, bench.Snapshot["power"].Text);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("power-on")).Outcome);
        Assert.Equal(PowerStates.Unknown, bench.Snapshot["power"].Text);
    }

    [Fact]
    public async Task A_sleep_that_is_not_told_is_not_seen()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("wake-silent", true);

        Assert.Equal(CommandOutcome.NotSeen, (await bench.DoAsync("power-off")).Outcome);
    }

    [Fact]
    public async Task A_restart_is_acknowledged_and_the_session_is_made_anew()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("restart")).Outcome);
        await bench.PassAsync(1);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_device_that_loses_hasty_commands_loses_none_of_ours()
    {
        await using var bench = Bench(out var device);
        device.Set("loses-hasty", true);

        await InStepAsync(bench);

        Assert.Equal(1, bench.Opens);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("mute")).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    protected static Arguments Watched => Arguments.None.With("registration", "sip");
}

/// <summary>On TCP, where the device asks for its password and may negotiate telnet.</summary>
public sealed class PolyTcpTests : PolyCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.Tcp, Password = "court" };

    protected override BenchSetup Setup => new() { Link = "tcp://127.0.0.1:24", Secret = "court", Options = Watched };

    [Fact]
    public async Task Telnet_options_are_turned_down()
    {
        await using var bench = Bench(out var device);
        device.Set("telnet-negotiation", true);
        device.Set("slice", true);

        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_refused_password_is_a_fault_and_not_tried_again_and_again(bool closes)
    {
        await using var bench = Bench(out var device);
        device.Set("rejects-login", true);
        device.Set("closes-on-wrong-password", closes);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(DeviceState.Offline, bench.Status.State);
        Assert.Contains("codec.access-denied", bench.Snapshot.Faults);
        Assert.InRange(bench.Opens, 2, closes ? 30 : 6);
    }

    [Fact]
    public async Task A_session_that_nobody_uses_is_not_ours()
    {
        await using var bench = Bench(out var device);
        device.Set("idle-close", "60s");
        await InStepAsync(bench);

        await bench.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(1, bench.Opens);
    }

    [Theory]
    [InlineData("callinfo:34:Court 2:8001:384:connected:notmuted:outgoing:videocall", 34, "Court 2", "8001")]
    [InlineData("callinfo:34::8001:384:connected:notmuted:outgoing:videocall", 34, "", "8001")]
    [InlineData("callinfo:34:8001:384:connected:notmuted:outgoing:videocall", 34, "", "8001")]
    [InlineData("callinfo:34:Court: No. 2:sip:a@b.cn:5060:384:connected:notmuted:incoming:videocall", 34, "Court: No. 2", "sip:a@b.cn:5060")]
    [InlineData("callinfo:34:sip:a@b.cn:384:connected:notmuted:incoming:videocall", 34, "", "sip:a@b.cn")]
    public void Calls_are_read_whatever_their_names_hold(string line, int id, string name, string number)
    {
        Assert.True(PolyCallLines.TryInfo(line, out var told, out var call));
        Assert.Equal((id, name, number, CallStates.Connected), (told, call.Name, call.Number, call.State));
    }

    [Theory]
    [InlineData("callinfo:34:connected")]
    [InlineData("callinfo:x:Court 2:8001:384:connected:notmuted:outgoing:videocall")]
    [InlineData("callinfo:")]
    [InlineData("notification:callstatus:outgoing:34:null 1::opened::0:videocall")]
    public void What_is_no_call_is_none(string line) => Assert.False(PolyCallLines.TryInfo(line, out _, out _));

    [Fact]
    public void An_early_notification_with_empty_fields_is_read()
    {
        Assert.True(PolyCallLines.TryNotification("notification:callstatus:outgoing:34:null 1::opened::0:videocall", out var id, out var call, out var cause));
        Assert.Equal((34, CallStates.Dialling, "0"), (id, call.State, cause));
    }
}

/// <summary>Over RS-232, where commands are echoed.</summary>
public sealed class PolySerialTests : PolyCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.Serial };

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0?baud=9600", Options = Watched };
}

/// <summary>Over SSH, where commands are echoed and the log-in is made outside.</summary>
public sealed class PolySshTests : PolyCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.Ssh, User = "admin", Password = "court" };

    protected override BenchSetup Setup => new() { Link = "ssh://admin@127.0.0.1:22", Secret = "court", Options = Watched };
}

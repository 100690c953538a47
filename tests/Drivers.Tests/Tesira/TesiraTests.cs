using System.Buffers;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Tesira;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;
using Wire = AvGateway.Simulator.Devices.Wires.LinkKind;

namespace AvGateway.Drivers.Tests.Tesira;

/// <summary>What the server must get right over every link.</summary>
public abstract class TesiraCompliance : AudioCompliance<TesiraReply>
{
    protected static readonly Arguments Channels = Arguments.Of(("channels", "1=Level1/1,2=Level1/2,3=Level1/3,4=Court Mics/4,5=Mute1/5"));

    protected override DriverManifest<TesiraReply> Manifest => TesiraDriver.Manifest;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    protected override (string Verb, JsonObject Arguments) MuteByHand(int channel, bool muted) =>
        ("mute", new() { ["tag"] = "Level1", ["channel"] = channel, ["muted"] = muted });
}

public sealed class TesiraTests : TesiraCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Password = "court" };

    protected override BenchSetup Setup => new() { Link = "tcp://127.0.0.1:23", Options = Channels, Secret = "court" };

    [Fact]
    public async Task A_change_that_is_published_before_the_yes_is_nobody_elses()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("publish-first", true);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        Assert.DoesNotContain(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);
    }

    [Fact]
    public async Task A_mute_that_was_refused_and_then_made_by_hand_is_a_hands()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("refuse", true);
        Assert.Equal(CommandOutcome.Refused, (await DoAsync(bench, First)).Outcome);

        device.Press("mute", MuteByHand(2, true).Arguments);
        await bench.PassAsync(1);

        Assert.Single(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);
    }

    [Theory, InlineData("no-publish"), InlineData("already-subscribed")]
    public async Task Without_a_word_unasked_a_hand_is_found_by_the_next_poll(string dies)
    {
        await using var bench = Bench(out var device);
        device.Set(dies, true);
        await InStepAsync(bench);

        device.Press("mute", MuteByHand(3, true).Arguments);
        await bench.PassAsync(7);

        Assert.True(bench.Snapshot[AudioWords.Muted(3)].Flag);
    }

    [Fact]
    public async Task Commands_that_are_repeated_are_no_answers()
    {
        await using var bench = Bench(out var device);
        device.Set("echo", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_block_of_mutes_alone_shows_no_level_and_takes_none()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.DoesNotContain(AudioWords.LevelOf(5), bench.Snapshot.Readings.Keys);
        Assert.Equal(CommandOutcome.Rejected, (await LevelAsync(bench, 5, -3)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(AudioWords.MuteVerb, (AudioWords.ChannelArgument, 5))).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_tag_that_a_new_design_does_not_have_is_a_fault_and_shows_nothing()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("missing-tag", "Court Mics");
        await bench.PassAsync(7);

        Assert.Equal([AudioWords.NoChannel.Code], bench.Snapshot.Faults);
        Assert.Equal(Quality.Unknown, bench.Snapshot.Readings[AudioWords.Muted(4)].Quality);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(AudioWords.MuteVerb, (AudioWords.ChannelArgument, 4))).Outcome);
        device.Set("missing-tag", null);
        await bench.PassAsync(7);

        Assert.Empty(bench.Snapshot.Faults);
        Assert.False(bench.Snapshot[AudioWords.Muted(4)].Flag);
    }

    [Fact]
    public async Task An_active_fault_is_told_by_its_name()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("fault", true);
        await bench.PassAsync(7);
        Assert.Contains(AudioWords.DeviceFailure.Code, bench.Snapshot.Faults);
        device.Set("fault", false);
        await bench.PassAsync(7);

        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_password_that_is_refused_is_told_and_not_tried_again_at_once()
    {
        await using var bench = Bench(out var device);
        device.Set("rejects-login", true);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.Contains(AudioWords.AccessDenied.Code, bench.Snapshot.Faults);
        Assert.Equal(1, bench.Opens);
        Assert.DoesNotContain(bench.Log.Lines, line => line.ToString()!.Contains("court", StringComparison.Ordinal));

        device.Set("rejects-login", false);
        await InStepAsync(bench);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_password_that_is_asked_for_and_not_configured_is_told()
    {
        await using var bench = new DeviceBench<TesiraReply>(Manifest, Setup with { Secret = null, Peer = Peer }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.Contains(AudioWords.AccessDenied.Code, bench.Snapshot.Faults);
        Assert.Equal(1, bench.Opens);
    }

    [Theory, InlineData(""), InlineData("1"), InlineData("1=Level1"), InlineData("1=Level1/0"), InlineData("1=Level1/1,1=Level1/2"), InlineData("1=Lev\"el/1"), InlineData("1=Level1/1,")]
    public async Task A_list_of_channels_that_cannot_be_read_whole_is_not_used_in_part(string channels)
    {
        await using var bench = new DeviceBench<TesiraReply>(Manifest, Setup with { Options = Arguments.Of(("channels", channels)), Peer = Peer }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.Equal(StatusReasons.ProtocolError, bench.Status.Reason);
        Assert.Equal(1, bench.Opens);
    }

    [Theory, InlineData(""), InlineData("Level1 get mute 1\nDEVICE reboot"), InlineData("password a\rb")]
    public void What_would_be_a_second_line_is_not_written(string request) =>
        Assert.Throws<ArgumentException>(() => new TesiraCodec().Write(request, new ArrayBufferWriter<byte>()));
}

/// <summary>On a serial line nobody greets, and a restart ends no link.</summary>
public sealed class TesiraSerialTests : TesiraCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.Serial };

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0?baud=115200", Options = Channels };
}

/// <summary>Over SSH, where the log-in is made outside.</summary>
public sealed class TesiraSshTests : TesiraCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.Ssh, User = "admin", Password = "court" };

    protected override BenchSetup Setup => new() { Link = "ssh://admin@127.0.0.1:22", Secret = "court", Options = Channels };
}

using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.QSys;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.QSys;

public sealed class QSysTests : AudioCompliance<QSysReply>
{
    private const string Channels = "1=Mic1Mute/Mic1Gain,2=Mic2Mute/Mic2Gain,3=Mic3Mute/Mic3Gain,4=Mic4Mute/Mic4Gain,5=Mic5Mute";

    protected override DriverManifest<QSysReply> Manifest => QSysDriver.Manifest;

    protected override BenchSetup Setup => new() { Options = Arguments.Of(("channels", Channels)), Secret = "1234" };

    protected override DeviceSetting Setting => base.Setting with { Password = "1234" };

    // A change group tells what differs from what it told last: a mute that is undone between two looks is found by the next poll.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(6);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    protected override (string Verb, JsonObject Arguments) MuteByHand(int channel, bool muted) => ("mute", new() { ["channel"] = channel, ["muted"] = muted });

    [Theory]
    [InlineData("""{"method":"\ud800"}""")]
    [InlineData("""{"id":1,"result":[{"Name":"Mic1Mute\udc00","Value":1}]}""")]
    [InlineData("""{"id":1,"\ud83d":0}""")]
    public void A_text_with_half_a_character_is_no_message(string message)
    {
        var stream = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"{message}\0{{\"id\":2,\"result\":true}}\0"));
        var codec = new QSysCodec();

        Assert.True(codec.TryRead(ref stream, out var half));
        Assert.StartsWith("no message: {", half.Words, StringComparison.Ordinal);
        Assert.True(codec.TryRead(ref stream, out var next));
        Assert.Equal(2, next.Id);
    }

    [Fact]
    public async Task An_answer_that_shows_the_wish_is_no_sight_of_it()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("frozen", true);
        device.Set("answers-control", true);

        Assert.Equal(CommandOutcome.NotSeen, (await DoAsync(bench, First)).Outcome);
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Property == First.Property && r.Reading.Value == First.Seen);
    }

    [Fact]
    public async Task A_core_on_standby_takes_no_orders_and_is_used_again_when_it_is_active()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("state", "Standby");
        await bench.PassAsync(6);
        Assert.Equal(DeviceState.Degraded, bench.Status.State);
        Assert.Contains("audio.core-standby", bench.Snapshot.Faults);
        Assert.Equal(CommandOutcome.Unreachable, (await DoAsync(bench, First)).Outcome);

        device.Set("state", "Active");
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_design_that_was_loaded_anew_is_read_anew()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("new-design", true);
        await bench.PassAsync(2);

        Assert.False(bench.Snapshot[AudioWords.Muted(2)].Flag);
        Assert.Contains(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);
    }

    [Fact]
    public async Task A_control_that_the_design_does_not_have_is_a_fault_and_shows_nothing()
    {
        await using var bench = Bench(out var device);
        device.Set("missing-control", "Mic3Gain");
        await InStepAsync(bench);

        Assert.Equal([AudioWords.NoChannel.Code], bench.Snapshot.Faults);
        Assert.DoesNotContain(AudioWords.Muted(3), bench.Snapshot.Readings.Keys);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Without_a_change_group_a_hand_is_found_by_the_next_poll()
    {
        await using var bench = Bench(out var device);
        device.Set("most-groups", 0);
        await InStepAsync(bench);

        device.Press("mute", new() { ["channel"] = 3, ["muted"] = true });
        await bench.PassAsync(6);

        Assert.True(bench.Snapshot[AudioWords.Muted(3)].Flag);
    }

    [Fact]
    public async Task A_change_is_told_by_the_group_well_before_the_next_poll()
    {
        SimulatedPeer? device = null;
        await using var bench = new DeviceBench<QSysReply>(
            Manifest, Setup with { Poll = TimeSpan.FromMinutes(1), Peer = clock => device = Peer(clock) }, TestContext.Current.CancellationToken);
        await InStepAsync(bench);
        await bench.PassAsync(1);

        device!.Press("mute", new() { ["channel"] = 3, ["muted"] = true });
        await bench.PassAsync(0.4);

        Assert.True(bench.Snapshot[AudioWords.Muted(3)].Flag);
    }

    [Theory, InlineData(""), InlineData("Mic1Mute"), InlineData("1=Mic1Mute,2"), InlineData("1=Mic1Mute,1=Mic2Mute"), InlineData("1=/Mic1Gain"), InlineData("1=Mic1Mute,")]
    public async Task A_list_of_channels_that_cannot_be_read_whole_is_not_used_in_part(string channels)
    {
        await using var bench = new DeviceBench<QSysReply>(Manifest, Setup with { Options = Arguments.Of(("channels", channels)), Peer = Peer }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.Equal(StatusReasons.ProtocolError, bench.Status.Reason);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_NUL_that_was_lost_costs_at_most_a_new_link()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("lost-ends", 1);

        await bench.PassAsync(15);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_wrong_PIN_is_told_and_not_tried_again_at_once()
    {
        await using var bench = new DeviceBench<QSysReply>(Manifest, Setup with { Secret = "0000", Peer = Peer }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.Contains(AudioWords.AccessDenied.Code, bench.Snapshot.Faults);
        Assert.Equal(1, bench.Opens);
        Assert.DoesNotContain(bench.Log.Lines, line => line.ToString()!.Contains("0000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_core_that_reports_a_fault_is_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("fault", true);
        await bench.PassAsync(6);
        Assert.Contains(AudioWords.DeviceFailure.Code, bench.Snapshot.Faults);
        device.Set("fault", false);
        await bench.PassAsync(6);

        Assert.Empty(bench.Snapshot.Faults);
    }
}

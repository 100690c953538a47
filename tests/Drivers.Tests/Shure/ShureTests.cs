using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Shure;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Shure;

public sealed class ShureTests : AudioCompliance<ShureReply>
{
    protected override DriverManifest<ShureReply> Manifest => ShureDriver.Manifest;

    protected override BenchSetup Setup => new() { Options = Arguments.Of(("channels", "1-8,21")) };

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    protected override (string Verb, JsonObject Arguments) MuteByHand(int channel, bool muted) => ("mute", new() { ["channel"] = channel, ["muted"] = muted });

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_answer_that_repeats_the_wish_is_no_sight_of_it(bool twice)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("frozen", true);
        device.Set("echoes-wish", true);
        device.Set("says-twice", twice);

        Assert.Equal(CommandOutcome.NotSeen, (await DoAsync(bench, First)).Outcome);
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Property == First.Property && r.Reading.Value == First.Seen);
    }

    [Fact]
    public async Task A_wish_whose_time_runs_out_before_its_answer_leaves_nothing_in_doubt()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("delay", "1500ms");
        var late = bench.Ask(TimeSpan.FromSeconds(1), AudioWords.MuteVerb, (AudioWords.ChannelArgument, 2));
        await bench.PassUntilAsync(Recovery, () => late.IsCompleted, "an end");
        Assert.NotEqual(CommandOutcome.Verified, (await late).Outcome);

        device.Set("delay", "0s");
        await bench.PassAsync(20);
        Assert.True(bench.Snapshot[AudioWords.Muted(2)].Flag);
        device.Press("mute", new() { ["channel"] = 2, ["muted"] = false });
        await bench.PassAsync(1);

        Assert.False(bench.Snapshot[AudioWords.Muted(2)].Flag);
        Assert.Single(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);
    }

    [Theory, InlineData(""), InlineData("1-"), InlineData("8-1"), InlineData("1,x"), InlineData("0"), InlineData("1-65")]
    public async Task A_list_of_channels_that_cannot_be_read_whole_is_not_used_in_part(string channels)
    {
        await using var bench = new DeviceBench<ShureReply>(Manifest, Setup with { Options = Arguments.Of(("channels", channels)), Peer = Peer }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.Equal(StatusReasons.ProtocolError, bench.Status.Reason);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task Answers_that_come_twice_change_nothing()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("says-twice", true);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
            Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        }

        Assert.DoesNotContain(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);
    }

    [Fact]
    public async Task The_room_is_muted_at_the_automixer_by_its_own_word()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(AudioWords.MuteVerb, (AudioWords.ChannelArgument, 21))).Outcome);
        Assert.Equal("[21]", device.Device.State()["muted"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_a_word_unasked_a_hand_is_found_by_the_next_poll()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("no-push", true);

        device.Press("mute", new() { ["channel"] = 3, ["muted"] = true });
        await bench.PassAsync(8);

        Assert.True(bench.Snapshot[AudioWords.Muted(3)].Flag);
    }

    [Fact]
    public async Task Meters_that_are_told_all_the_time_are_no_answers()
    {
        await using var bench = Bench(out var device);
        device.Set("meters", "100ms");
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_channel_that_the_device_does_not_have_is_a_fault_and_shows_nothing()
    {
        await using var bench = Bench(out var device);
        device.Set("missing-channel", 5);
        await InStepAsync(bench);

        Assert.Equal([AudioWords.NoChannel.Code], bench.Snapshot.Faults);
        Assert.DoesNotContain(AudioWords.Muted(5), bench.Snapshot.Readings.Keys);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(AudioWords.MuteVerb, (AudioWords.ChannelArgument, 5))).Outcome);
        device.Set("missing-channel", 0);
        await bench.PassAsync(10);

        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_bracket_that_was_lost_costs_at_most_a_new_link()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("cut-strings", 1);

        await bench.PassAsync(15);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }
}

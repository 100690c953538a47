using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>
/// What every audio processor must get right: a microphone that is shown as muted was seen to be muted, and one that somebody else mutes or opens is told at once.
/// </summary>
/// <remarks>Channels 1 to 4 have to be there, open and at a level that is not -12.5 dB.</remarks>
public abstract class AudioCompliance<TReply> : DeviceCompliance<TReply>
{
    private const double Wished = -12.5;

    protected override Wish First => new(AudioWords.MuteVerb, [(AudioWords.ChannelArgument, 2)], AudioWords.Muted(2), true, MuteByHand(2, true));

    protected override Wish Second => new(AudioWords.UnmuteVerb, [(AudioWords.ChannelArgument, 2)], AudioWords.Muted(2), false, MuteByHand(2, false));

    /// <summary>How a hand at the device mutes a channel or opens it.</summary>
    protected abstract (string Verb, JsonObject Arguments) MuteByHand(int channel, bool muted);

    [Fact]
    public async Task A_level_is_done_when_it_is_read_and_touches_nothing_else()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        var other = bench.Snapshot[AudioWords.LevelOf(3)];

        var result = await LevelAsync(bench, 2, Wished);

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(Wished, bench.Snapshot[AudioWords.LevelOf(2)].Number);
        Assert.Equal(other, bench.Snapshot[AudioWords.LevelOf(3)]);
        Assert.True(bench.Snapshot[AudioWords.Muted(2)].Flag);
    }

    [Fact]
    public async Task A_mute_is_of_its_own_channel_only()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        await DoAsync(bench, First);
        await bench.PassAsync(30);

        Assert.All((int[])[1, 3, 4], channel => Assert.False(bench.Snapshot[AudioWords.Muted(channel)].Flag));
    }

    [Fact]
    public async Task All_channels_at_once_are_all_muted()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var asked = Enumerable.Range(1, 4).Select(channel => bench.Ask(AudioWords.MuteVerb, (AudioWords.ChannelArgument, channel))).ToArray();
        await bench.PassUntilAsync(Recovery, () => asked.All(a => a.IsCompleted), "all ends");

        Assert.All(asked, a => Assert.Equal(CommandOutcome.Verified, a.Result.Outcome));
        Assert.All(Enumerable.Range(1, 4), channel => Assert.True(bench.Snapshot[AudioWords.Muted(channel)].Flag));
    }

    [Fact]
    public async Task A_channel_that_somebody_else_mutes_or_opens_is_told_and_one_of_ours_is_not()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        Assert.DoesNotContain(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);

        device.Press(MuteByHand(2, false).Verb, MuteByHand(2, false).Arguments);
        await bench.PassUntilAsync(ShownWithin, () => !bench.Snapshot[AudioWords.Muted(2)].Flag, "showing");

        Assert.Contains(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked && e.Details[AudioWords.ChannelArgument] == 2 && !e.Details["muted"].Flag);
    }

    [Fact]
    public async Task A_channel_that_was_opened_while_the_link_was_down_is_told_when_it_is_back()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("drop", true);
        await bench.PassAsync(20);
        device.Press(MuteByHand(2, false).Verb, MuteByHand(2, false).Arguments);
        device.Set("drop", false);
        await InStepAsync(bench);

        Assert.False(bench.Snapshot[AudioWords.Muted(2)].Flag);
        Assert.Contains(bench.Seen.Events, e => e.Type == AudioWords.MuteUnasked);
    }

    [Fact]
    public async Task A_mute_that_was_not_seen_is_a_fault_until_one_is()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("frozen", true);

        Assert.Equal(CommandOutcome.NotSeen, (await DoAsync(bench, First)).Outcome);
        Assert.Contains(AudioWords.NotFollowing.Code, bench.Snapshot.Faults);
        device.Set("frozen", false);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_channel_or_a_level_that_there_is_not_never_reaches_the_wire()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(AudioWords.MuteVerb, (AudioWords.ChannelArgument, 0))).Outcome);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(AudioWords.UnmuteVerb, (AudioWords.ChannelArgument, 9999))).Outcome);
        Assert.Equal(CommandOutcome.Rejected, (await LevelAsync(bench, 2, 500)).Outcome);
    }

    protected static Task<CommandResult> LevelAsync(DeviceBench<TReply> bench, int channel, double db) =>
        bench.DoAsync(AudioWords.LevelVerb, (AudioWords.ChannelArgument, channel), (AudioWords.DecibelArgument, db));
}

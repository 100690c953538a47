using AvGateway.Classes;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>An audio processor: a microphone that is shown as muted was seen to be muted, and one that somebody else opens is told.</summary>
internal static class AudioRules
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("own-level", Grade.Room, Needs.Acts, new("A level touches nothing else", "调节电平不影响其他通道"), OwnLevelAsync),
        new("own-mute", Grade.Room, Needs.Acts, new("A mute is of its own channel only", "静音只影响所指定的通道"), OwnMuteAsync),
        new("at-once", Grade.Room, Needs.Acts, new("Several channels at once are all muted", "同时静音多个通道均能完成"), AtOnceAsync),
        new("mute-by-hand", Grade.Room, Needs.Acts | Needs.Hand, new("A channel that somebody else mutes or opens is shown and told", "他人静音或打开通道会显示并报告"), MuteByHandAsync),
        new("not-followed", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("What was acknowledged and not done is a fault until it is done", "已应答未执行报告故障直至执行"),
            s => ClassRules.NotFollowedAsync(s, AudioWords.NotFollowing)),
    ];

    private static Task OwnLevelAsync(Subject s)
    {
        Named(s);
        var levels = s.Manifest.Properties.FirstOrDefault(p => p.Name == AudioWords.Levels.Name);
        var act = levels is null ? null : Acts.Settable(s.Plan, s.Snapshot, levels);
        return ClassRules.AloneAsync(s, act ?? throw new NotHereException("no level is shown"), IsOfAChannel);
    }

    private static Task OwnMuteAsync(Subject s) => ClassRules.AloneAsync(s, Mute(s), IsOfAChannel);

    private static Task AtOnceAsync(Subject s)
    {
        var shown = s.Snapshot;
        return ClassRules.AllAtOnceAsync(s, [.. Acts.Several(s.Plan, "channels", Acts.Numbers(shown, AudioWords.MutedChannels)).Select(c => Acts.MuteOver(shown, c))]);
    }

    private static async Task MuteByHandAsync(Subject s)
    {
        var act = Mute(s);
        var sight = s.Look();
        await ClassRules.ByHandAsync(s, act);
        await ClassRules.ByHandAsync(s, act.Back!);
        Keep(await s.TryUntilAsync(() => sight.Events.Count(e => e.Type == AudioWords.MuteUnasked) >= 2, s.TwoPolls), $"{sight.Events.Count(e => e.Type == AudioWords.MuteUnasked)} of 2 changes by hand were told");
    }

    private static Act Mute(Subject s)
    {
        Named(s);
        var there = Acts.Numbers(s.Snapshot, AudioWords.MutedChannels).ToArray();
        if (there.Length == 0) throw new NotHereException("no channel is shown");
        return Acts.MuteOver(s.Snapshot, s.Plan.Choices.TryGet(AudioWords.ChannelArgument, out var chosen) ? (int)chosen.Integer : there[0]);
    }

    private static void Named(Subject s)
    {
        if (s.Plan.FarEnd is null && !s.Plan.Choices.TryGet(AudioWords.ChannelArgument, out _)) throw new NotHereException("somebody may be speaking; name a channel with --set channel=N");
    }

    private static bool IsOfAChannel(string property) => AudioWords.MutedChannels.Matches(property, out _) || AudioWords.Levels.Matches(property, out _);
}

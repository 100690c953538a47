using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>A recorder: a recording is never lost silently, and never believed before it is seen. One that runs already is not touched.</summary>
internal static class RecorderRules
{
    private const int Losses = 2;
    private const int Grown = 2;
    private static readonly TimeSpan GrowsWithin = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Check> All { get; } =
    [
        new("grows", Grade.Room, Needs.Acts | Needs.Act, new("What is recorded grows while it records", "录制期间已录时长增长"), GrowsAsync),
        new("outlives-link", Grade.Room, Needs.Acts | Needs.Act, new("Losing the link neither stops a recording nor is a fault of it", "断链不会停止录制也不误报停录"), OutlivesLinkAsync),
        new("wished-stop", Grade.Room, Needs.Acts | Needs.Act, new("A stop that was wished is no fault", "按指令停止不算故障"), WishedStopAsync),
        new("lost-recording", Grade.Room, Needs.Acts | Needs.Act | Needs.Hand, new("A recording that ends without a wish of ours is a fault at once", "录制未经指令结束立即报告故障"), LostRecordingAsync),
        new("not-followed", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("A recording that did not begin is a fault, and never shown as one", "未开始的录制报告故障且不显示为录制中"),
            s => ClassRules.NotFollowedAsync(s, RecorderWords.NotFollowing)),
    ];

    private static async Task GrowsAsync(Subject s)
    {
        var act = s.Act!;
        if (Clock(s) is not { } clock) throw new NotHereException("it tells neither recorded time nor time code");
        await s.VerifyAsync(act);
        if (!await s.TryUntilAsync(() => s.Snapshot[clock].Kind is ValueKind.Integer, GrowsWithin)) throw new NotHereException($"it tells no {clock} here");
        var began = s.Snapshot[clock].Integer;
        var grew = await s.TryUntilAsync(() => s.Snapshot[clock].Integer >= began + Grown, GrowsWithin);
        var ended = s.Snapshot[clock];
        await s.VerifyBackAsync(act);
        Keep(grew, $"{clock} went from {began} to {ended} in {GrowsWithin.TotalSeconds:0} s");
    }

    private static async Task OutlivesLinkAsync(Subject s)
    {
        var act = s.Act!;
        await s.VerifyAsync(act);
        for (var i = 0; i < Losses; i++)
        {
            await s.CutAsync();
            await s.MendAsync();
        }

        await s.UntilAsync(() => s.Snapshot[act.Property] == act.Seen, $"{act.Property} as \"{act.Seen}\"");
        await s.PassAsync(s.TwoPolls);
        Keep(s.Snapshot[act.Property] == act.Seen, $"after a lost link it is shown as \"{s.Snapshot[act.Property]}\"");
        Keep(!IsLost(s), "a lost link was told as a lost recording");
        await s.VerifyBackAsync(act);
    }

    private static async Task WishedStopAsync(Subject s)
    {
        await s.VerifyAsync(s.Act!);
        await s.VerifyBackAsync(s.Act!);
        await s.PassAsync(s.TwoPolls);
        Keep(!IsLost(s), "a stop that was wished was told as a lost recording");
    }

    private static async Task LostRecordingAsync(Subject s)
    {
        if (s.Manifest.Faults.All(f => f.Code != RecorderWords.StoppedByItself.Code)) throw new NotHereException("it has no fault for it");
        var act = s.Act!;
        await s.VerifyAsync(act);
        await ClassRules.ByHandAsync(s, act.Back!);
        Keep(await s.TryUntilAsync(() => IsLost(s), s.TwoPolls), $"the recording was stopped by somebody else and {RecorderWords.StoppedByItself.Code} was not raised");

        // The next one takes the fault away.
        await s.VerifyAsync(act);
        Keep(await s.TryUntilAsync(() => !IsLost(s), s.TwoPolls), $"{RecorderWords.StoppedByItself.Code} is still raised although it records again");
        await s.VerifyBackAsync(act);
    }

    private static bool IsLost(Subject s) => s.Snapshot.Faults.Contains(RecorderWords.StoppedByItself.Code);

    private static string? Clock(Subject s) =>
        ((string[])[RecorderWords.RecordedTime, RecorderWords.RecordingTimecode]).FirstOrDefault(name => s.Manifest.Properties.Any(p => p.Name == name));
}

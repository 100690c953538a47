using System.Collections.Concurrent;
using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>What was seen of one recording: a hand that ended it, a lost link, its clock, and its wished end. Four rules judge it, since a recorder takes its time for each.</summary>
/// <param name="ByHand">What was wrong when a hand had ended it; empty: nothing, null: no hand could.</param>
/// <param name="AfterLoss">What was wrong after a lost link; empty: nothing.</param>
/// <param name="Clock">What was wrong with its clock; empty: nothing, null: it has none.</param>
/// <param name="AfterStop">What was wrong after a stop that was wished; empty: nothing.</param>
internal sealed record RecordingTime(string? ByHand, string AfterLoss, string? Clock, string AfterStop);

/// <summary>A recorder: a recording is never lost silently, and never believed before it is seen. One that runs already is not touched.</summary>
internal static class RecorderRules
{
    private const int Grown = 2;
    private static readonly TimeSpan GrowsWithin = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Check> All { get; } =
    [
        new("lost-recording", Grade.Room, Needs.Acts | Needs.Act | Needs.Hand, new("A recording that ends without a wish of ours is a fault at once", "录制未经指令结束立即报告故障"),
            async s => Judge((await RecordedAsync(s)).ByHand, "no hand can end a recording at the device, or it has no fault for it")),
        new("outlives-link", Grade.Room, Needs.Acts | Needs.Act, new("Losing the link neither stops a recording nor is a fault of it", "断链不会停止录制也不误报停录"),
            async s => Judge((await RecordedAsync(s)).AfterLoss, "")),
        new("grows", Grade.Room, Needs.Acts | Needs.Act, new("What is recorded grows while it records", "录制期间已录时长增长"),
            async s => Judge((await RecordedAsync(s)).Clock, "it tells neither recorded time nor time code")),
        new("wished-stop", Grade.Room, Needs.Acts | Needs.Act, new("A stop that was wished is no fault", "按指令停止不算故障"),
            async s => Judge((await RecordedAsync(s)).AfterStop, "")),
        new("not-followed", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("A recording that did not begin is a fault, and never shown as one", "未开始的录制报告故障且不显示为录制中"),
            s => ClassRules.NotFollowedAsync(s, RecorderWords.NotFollowing)),
    ];

    private static void Judge(string? wrong, string notHere)
    {
        if (wrong is null) throw new NotHereException(notHere);
        Keep(wrong.Length == 0, wrong);
    }

    /// <summary>Once for all rules; where it does not come to its end, the first of them says why.</summary>
    private static async Task<RecordingTime> RecordedAsync(Subject s)
    {
        if (s.RecordingTime is { } seen) return seen;
        if (s.WasRecordingTried) throw new NotHereException("the recording that it is judged by did not come to its end");
        s.WasRecordingTried = true;
        return s.RecordingTime = await RecordAsync(s, s.Act!);
    }

    private static async Task<RecordingTime> RecordAsync(Subject s, Act act)
    {
        await s.VerifyAsync(act);
        var byHand = await ByHandAsync(s, act);
        await s.CutAsync();
        await s.MendAsync();
        await s.UntilAsync(() => s.Snapshot[act.Property] == act.Seen, $"{act.Property} as \"{act.Seen}\" after a lost link");
        var clock = await GrowAsync(s);
        var afterLoss = s.Snapshot[act.Property] != act.Seen ? $"after a lost link it is shown as \"{s.Snapshot[act.Property]}\"" : byHand is "" or null && IsLost(s) ? "a lost link was told as a lost recording" : "";

        await s.VerifyBackAsync(act);
        await s.PassAsync(s.TwoPolls);
        var afterStop = byHand is "" or null && afterLoss.Length == 0 && IsLost(s) ? "a stop that was wished was told as a lost recording" : "";
        return new(byHand, afterLoss, clock, afterStop);
    }

    /// <summary>It is ended by hand and begun again; what was wrong about that.</summary>
    private static async Task<string?> ByHandAsync(Subject s, Act act)
    {
        if (s.Manifest.Faults.All(f => f.Code != RecorderWords.StoppedByItself.Code) || (s.Plan.FarEnd is null && s.Plan.Hand is null)) return null;
        try
        {
            await ClassRules.ByHandAsync(s, act.Back!);
        }
        catch (NotHereException)
        {
            return null;
        }

        var isTold = await s.TryUntilAsync(() => IsLost(s), s.TwoPolls);
        await s.VerifyAsync(act);
        if (!isTold) return $"the recording was stopped by somebody else and {RecorderWords.StoppedByItself.Code} was not raised";

        // The next one takes the fault away.
        return await s.TryUntilAsync(() => !IsLost(s), s.TwoPolls) ? "" : $"{RecorderWords.StoppedByItself.Code} is still raised although it records again";
    }

    private static bool IsLost(Subject s) => s.Snapshot.Faults.Contains(RecorderWords.StoppedByItself.Code);

    // A recorder may know how long it has recorded only where nobody lost sight of it, and tell its time code instead.
    private static async Task<string?> GrowAsync(Subject s)
    {
        var clocks = ((string[])[RecorderWords.RecordedTime, RecorderWords.RecordingTimecode]).Where(name => s.Manifest.Properties.Any(p => p.Name == name)).ToArray();
        if (clocks.Length == 0) return null;
        var began = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var grew = await s.TryUntilAsync(() =>
        {
            var shown = s.Snapshot;
            foreach (var clock in clocks.Where(c => shown[c].Kind is ValueKind.Integer)) began.TryAdd(clock, shown[clock].Integer);
            return began.Any(b => shown[b.Key].Kind is ValueKind.Integer && shown[b.Key].Integer >= b.Value + Grown);
        }, GrowsWithin);
        return grew ? "" : $"{string.Join(" and ", clocks.Select(c => $"{c} ({(began.TryGetValue(c, out var from) ? from : "never")} to {s.Snapshot[c]})"))} did not grow in {GrowsWithin.TotalSeconds:0} s";
    }
}

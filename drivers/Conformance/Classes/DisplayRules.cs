using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>What was seen of a display that was switched off and on again.</summary>
/// <param name="Input">What an input ended as that was asked for while it was off; null: nothing could be asked.</param>
/// <param name="Shown">How far the shown input was to be believed meanwhile.</param>
/// <param name="WasTooEarly">An input that was asked for while it warmed up ended before the display was on.</param>
/// <param name="WarmInput">How that ended; null: it was not seen to warm up.</param>
internal sealed record DarkTime(CommandResult? Input, Quality Shown, bool WasTooEarly, CommandResult? WarmInput);

/// <summary>A display: it is on when it says that it is on, and never asked for what it cannot do now.</summary>
internal static class DisplayRules
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    public static IReadOnlyList<Check> All { get; } =
    [
        new("off-on", Grade.Room, Needs.Acts, new("Off and on again end when the display says so", "关机与开机以设备显示为准才算完成"), OffOnAsync),
        new("off-input", Grade.Room, Needs.Acts, new("No input is asked of a display that is off, nor shown as if it were on", "关机时不切换输入，也不显示旧输入"), OffInputAsync),
        new("warm-up", Grade.Room, Needs.Acts, new("An input that is wished during the warm-up waits for the picture", "预热期间的输入请求等到开机后执行"), WarmUpAsync),
        new("power-by-hand", Grade.Room, Needs.Acts | Needs.Hand, new("Somebody else switching it is shown and told", "他人开关机会显示并报告"), PowerByHandAsync),
    ];

    private static async Task OffOnAsync(Subject s)
    {
        var (off, on) = (Power(s), Power(s).Back!);
        var input = s.Manifest.Properties.FirstOrDefault(p => p.Name == DisplayWords.SelectedInput && p.Set is not null) is { } shownInput ? Acts.Settable(s.Plan, s.Snapshot, shownInput) : null;
        Done(s, await s.AskAsync(off), off);
        Keep(!s.ReadsBack(off) || s.Snapshot[off.Property].Text is PowerStates.Cooling or PowerStates.Off, $"off was done while its power is shown as \"{s.Snapshot[off.Property]}\"");
        await s.UntilAsync(() => s.Snapshot[off.Property] == off.Seen, "off");
        var dark = input is null ? null : await s.AskAsync(input with { Back = null });
        var quality = s.Snapshot.Readings.TryGetValue(DisplayWords.SelectedInput, out var reading) ? reading.Quality : Quality.Unknown;

        var wakes = s.AskAsync(on);
        var (isEarly, warm) = (false, (CommandResult?)null);
        await s.TryUntilAsync(() => IsWarming(s) || wakes.IsCompleted || s.Snapshot[on.Property] == on.Seen, s.Plan.Patience);
        if (IsWarming(s) && input is not null)
        {
            var asked = s.AskAsync(input);
            await s.PassAsync(Moment);
            isEarly = asked.IsCompleted && IsWarming(s);
            Done(s, await wakes, on);
            warm = await asked;
        }

        Done(s, await wakes, on);
        Keep(s.Snapshot[on.Property] == on.Seen, $"on was done while its power is shown as \"{s.Snapshot[on.Property]}\"");
        s.WasTakenBack(off);
        if (warm is { Outcome: CommandOutcome.Verified } && input is not null) await s.VerifyBackAsync(input);
        else if (input is not null) s.WasTakenBack(input);
        s.DarkTime = new(dark, quality, isEarly, warm);
    }

    private static Task OffInputAsync(Subject s)
    {
        if (s.DarkTime is not { Input: { } input } dark) throw new NotHereException("no input could be asked for while it was off");
        Keep(input.Outcome is CommandOutcome.Rejected && input.Attempts == 0, $"an input asked of a display that is off ended as {input.Outcome} after {input.Attempts} frames");
        Keep(input.Retryable, "it is not said that the same wish can be tried again");
        Keep(dark.Shown is not Quality.Good, "the input of a display that is off is shown as good");
        return Task.CompletedTask;
    }

    private static Task WarmUpAsync(Subject s)
    {
        if (s.DarkTime is not { WarmInput: { } input } dark) throw new NotHereException("it was not seen to warm up");
        Keep(!dark.WasTooEarly, $"the input ended as {input.Outcome} while the display warmed up: {input.Reason}");
        Keep(input.Outcome is CommandOutcome.Verified, $"the input ended as {input.Outcome}: {input.Reason}");
        return Task.CompletedTask;
    }

    private static async Task PowerByHandAsync(Subject s)
    {
        var off = Power(s);
        if (!s.Manifest.CanBeAsked || !s.ReadsBack(off)) throw new NotHereException("this device cannot show it");

        // A change that comes soon after a wish of ours counts as its effect.
        await s.PassAsync(Glance);
        var sight = s.Look();
        await ClassRules.ByHandAsync(s, off);
        await TryTellAsync("off");
        sight = s.Look();
        await ClassRules.ByHandAsync(s, off.Back!);
        await TryTellAsync("on");

        async Task TryTellAsync(string what) =>
            Keep(await s.TryUntilAsync(() => sight.Events.Any(e => e.Type == DisplayWords.PowerUnasked), s.TwoPolls), $"that somebody switched it {what} was shown and not told");
    }

    private static bool IsWarming(Subject s) => s.Snapshot[PowerWords.PowerState].Text is PowerStates.Warming;

    private static void Done(Subject s, CommandResult result, Act act) =>
        Keep(result.Outcome is CommandOutcome.Verified && result.Attempts > 0 || (result.Outcome is CommandOutcome.AcknowledgedOnly && !s.ReadsBack(act)), $"{act} ended as {result.Outcome} after {result.Attempts} frames: {result.Reason}");

    /// <summary>Off, with on as its way back.</summary>
    private static Act Power(Subject s)
    {
        if (!s.Manifest.Verbs.Any(v => v.Name == PowerWords.OffVerb) || !s.Manifest.Verbs.Any(v => v.Name == PowerWords.OnVerb)) throw new NotHereException("it has no verbs for its power");
        if (s.Plan.FarEnd is null && !s.Plan.Choices.TryGet("power", out _)) throw new NotHereException("its power is switched; allow it with --set power=true");
        if (s.Snapshot[PowerWords.PowerState].Text is not PowerStates.On) throw new NotHereException($"its power is shown as \"{s.Snapshot[PowerWords.PowerState]}\": switch it on first");
        return Acts.Power(s.Plan, s.Snapshot);
    }
}

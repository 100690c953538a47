using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>The rules of each class, and what several classes have in common.</summary>
internal static class ClassRules
{
    public static IReadOnlyList<Check> Of(DeviceClass @class) => @class switch
    {
        DeviceClass.Matrix => MatrixRules.All,
        DeviceClass.Recorder => RecorderRules.All,
        DeviceClass.Codec => CodecRules.All,
        DeviceClass.Display => DisplayRules.All,
        DeviceClass.Camera => CameraRules.All,
        DeviceClass.Audio => AudioRules.All,
        DeviceClass.Sensor => SensorRules.All,
        DeviceClass.Power => OutletRules.All,
        _ => [],
    };

    /// <summary>One thing is done, and nothing else of these changes with it or behind it.</summary>
    internal static async Task AloneAsync(Subject s, Act act, Func<string, bool> concerns)
    {
        var sight = s.Look();
        await s.VerifyAsync(act);
        await s.PassAsync(s.TwoPolls);
        await s.VerifyBackAsync(act);
        var others = sight.Changed.Where(p => p != act.Property && concerns(p)).ToArray();
        Keep(others.Length == 0, $"{act} changed {string.Join(", ", others)} as well");
    }

    /// <summary>All of them are asked for before any has ended, and all are done.</summary>
    internal static async Task AllAtOnceAsync(Subject s, IReadOnlyList<Act> acts)
    {
        if (acts.Count < 2) throw new NotHereException("there are not several that may be touched");
        await EachAsync(s, acts);
        await EachAsync(s, [.. acts.Select(a => a.Back!)]);
        foreach (var act in acts) s.WasTakenBack(act);
    }

    /// <summary>Acknowledged and not done: a fault until it is done, and never shown as done.</summary>
    internal static Task NotFollowedAsync(Subject s, FaultSpec fault)
    {
        if (s.Manifest.Faults.All(f => f.Code != fault.Code)) throw new NotHereException($"it has no fault {fault.Code}");
        if (s.Unfollowed is not { } it) throw new NotHereException("the rule \"frozen\" could not be tried");
        if (it.End.Outcome is not CommandOutcome.NotSeen) throw new NotHereException($"the wish ended as {it.End.Outcome}: the device tells by itself that it did nothing");
        Keep(!it.Meanwhile.Of(it.Act.Property).Contains(it.Act.Seen), $"{it.Act.Property} was shown as \"{it.Act.Seen}\", which it never was");
        Keep(it.Shown[it.Act.Property] != it.Act.Seen, $"{it.Act.Property} is shown as \"{it.Act.Seen}\", which it is not");
        Keep(it.Shown.Faults.Contains(fault.Code), $"{fault.Code} was not raised");
        Keep(it.Followed is not null && !it.Followed.Faults.Contains(fault.Code), $"{fault.Code} is still raised although the device follows");
        return Task.CompletedTask;
    }

    /// <summary>Somebody does it by hand; what is shown then is waited for.</summary>
    internal static async Task ByHandAsync(Subject s, Act act)
    {
        if (s.Plan.FarEnd is { } simulated)
        {
            if (!simulated.TryPress(act)) throw new NotHereException("no hand can do this at the device");
        }
        else if (!await s.Plan.Hand!.AskAsync(new($"At the device, by hand: {act.Property} → {act.Seen}", $"请在设备上手动操作：{act.Property} → {act.Seen}"), CancellationToken.None))
        {
            throw new NotHereException("nobody did it by hand");
        }

        await s.UntilAsync(() => s.Snapshot[act.Property] == act.Seen, $"{act.Property} as \"{act.Seen}\"");
    }

    private static async Task EachAsync(Subject s, IReadOnlyList<Act> acts)
    {
        var ends = await Task.WhenAll(acts.Select(s.AskAsync));
        foreach (var (act, end) in acts.Zip(ends))
        {
            Keep(end.Outcome is CommandOutcome.Verified || (end.Outcome is CommandOutcome.AcknowledgedOnly && !s.ReadsBack(act)), $"of {acts.Count} at once, {act} ended as {end.Outcome}: {end.Reason}");
            Keep(s.Snapshot[act.Property] == act.Seen, $"of {acts.Count} at once, {act} left {act.Property} at \"{s.Snapshot[act.Property]}\"");
        }
    }
}

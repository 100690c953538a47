using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>A sensor: it shows what is measured, and nothing is ever written to it (N14).</summary>
internal static class SensorRules
{
    private const int Step = 3;

    public static IReadOnlyList<Check> All { get; } =
    [
        new("never-written", Grade.Bench, Needs.Nothing, new("Nothing can be set, and a wish to do so is rejected", "没有可设置的内容，设置请求被拒绝"), NeverWrittenAsync),
        new("measures", Grade.Room, Needs.Unkindness, new("What changes is shown within two polls", "测量值变化在两次轮询内显示"), MeasuresAsync),
    ];

    private static async Task NeverWrittenAsync(Subject s)
    {
        foreach (var property in s.Manifest.Properties) Keep(property.Set is null, $"{property.Name} says that it can be set");
        foreach (var (name, reading) in s.Snapshot.Readings)
            await ArgumentRules.RejectedAsync(s, new($"set/{name}", Arguments.Of(("v", reading.Value)), name, reading.Value));
    }

    private static async Task MeasuresAsync(Subject s)
    {
        var changed = 0;
        foreach (var (name, reading) in s.Snapshot.Readings)
        {
            if (Other(reading.Value) is not { } other) continue;
            var act = new Act(HandWords.Measured, Arguments.None, name, other);
            if (!s.FarEnd.TryPress(act)) continue;
            var isShown = await s.TryUntilAsync(() => s.Snapshot[name] == other, s.TwoPolls + Glance);
            s.FarEnd.TryPress(act with { Seen = reading.Value });
            Keep(isShown, $"{name} became {other} and is shown as {s.Snapshot[name]}");
            Keep(await s.TryUntilAsync(() => s.Snapshot[name] == reading.Value, s.TwoPolls + Glance), $"{name} became {reading.Value} again and is shown as {s.Snapshot[name]}");
            changed++;
        }

        if (changed == 0) throw new NotHereException("nothing that it measures can be changed here");
    }

    private static Value? Other(Value value) => value.Kind switch
    {
        ValueKind.Flag => !value.Flag,
        ValueKind.Integer => value.Integer + Step,
        ValueKind.Number => value.Number + Step,
        _ => null,
    };
}

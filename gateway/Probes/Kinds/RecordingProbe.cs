using System.Collections.Concurrent;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes.Kinds;

/// <summary>
/// Whether what a recorder calls a recording grows and has sound, between one run and the next, whoever started it: the room's own watch looks at
/// recordings of hearings, this at all. Asks the recorder nothing more.
/// </summary>
internal sealed class RecordingProbe(IDeviceDirectory? devices)
{
    private const string Growth = "growth", Level = "level", Left = "hours-left";

    // Half of it seen is growing: what the recorder tells is a little behind.
    private const double Least = 0.5;

    private readonly ConcurrentDictionary<string, (long At, long Recorded)> _before = new(StringComparer.Ordinal);

    public static ProbeKind Kind(ProbeTools tools) => new("recording", "A recording grows and has sound", "录制增长与电平", "", new RecordingProbe(tools.Devices).RunAsync)
    {
        NeedsDevice = true,
        Measures =
        [
            new(Growth, "s/s", "Recorded seconds in a second", "每秒录制秒数"),
            new(Level, "dBFS", "Loudest level while it records", "录制电平", new MeasureLimits { WarnBelow = -60, Hysteresis = 6, Lasts = TimeSpan.FromMinutes(2) }),
            new(Left, "h", "What the disks still take", "剩余录制时长", new MeasureLimits { WarnBelow = 24, AlarmBelow = 4, Hysteresis = 1 }),
        ],
        Every = TimeSpan.FromSeconds(30),
    };

    private Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late) => Task.FromResult(Look(turn));

    private ProbeSight Look(ProbeTurn turn)
    {
        if (DeviceReadings.Of(devices, turn, out var device) is { } blind) return blind;
        if (DeviceReadings.Read(device, turn, RecorderWords.RecordingState, out var state) is { } unseen) return unseen;
        var measures = new List<Measured>();
        if (DeviceReadings.Number(device, RecorderWords.StorageTime) is { } left) measures.Add(new(Left, Math.Round(left / 3600, 1)));
        if (state.ToString() != RecordingStates.Recording)
        {
            _before.TryRemove(turn.Plan.Id, out _);
            return ProbeSight.Seen(new($"未在录制：{DeviceReadings.ValueOf(device, RecorderWords.RecordingState, state.ToString() ?? "").Zh}", $"it is {state}"), [.. measures]);
        }

        if (DeviceReadings.Number(device, RecorderWords.LoudestLevel) is { } level) measures.Add(new(Level, level));
        if (DeviceReadings.Number(device, RecorderWords.RecordedTime) is not { } recorded) return ProbeSight.Seen(new("正在录制，设备不给出已录时长", "it records, and does not tell how much"), [.. measures]);
        var (at, now) = (turn.Time.GetTimestamp(), (long)recorded);
        var isFirst = !_before.TryGetValue(turn.Plan.Id, out var before);

        // A counter that went back has begun anew with this recording.
        if (isFirst || now < before.Recorded)
        {
            _before[turn.Plan.Id] = (at, now);
            return ProbeSight.Seen(new("正在录制；增长速度待下次探测", "it records; how fast it grows is seen by the next run"), [.. measures]);
        }

        var took = turn.Time.GetElapsedTime(before.At, at);
        if (took < TimeSpan.FromSeconds(2)) return ProbeSight.Seen(new("正在录制；刚刚探测过", "it records; looked at a moment ago"), [.. measures]);
        _before[turn.Plan.Id] = (at, now);
        var growth = Math.Round((now - before.Recorded) / took.TotalSeconds, 2);
        measures.Insert(0, new(Growth, growth));
        var said = new Wording(
            FormattableString.Invariant($"设备称正在录制，{took.TotalSeconds:0} 秒内增长 {now - before.Recorded} 秒"),
            FormattableString.Invariant($"it says that it records, and grew by {now - before.Recorded} s in {took.TotalSeconds:0} s"));
        return growth < Least ? ProbeSight.Wrong(said, [.. measures]) : ProbeSight.Seen(said, [.. measures]);
    }
}

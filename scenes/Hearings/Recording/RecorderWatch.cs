using AvGateway.Classes;

namespace AvGateway.Scenes.Hearings.Recording;

/// <summary>When a recorder's evidence is good enough.</summary>
public sealed record ProofOptions
{
    public TimeSpan ProofWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>No growth for this long is a frozen file. Must be above the recorder's poll interval.</summary>
    public TimeSpan FrozenAfter { get; init; } = TimeSpan.FromSeconds(8);
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>dBFS; an open microphone in a quiet room lies above it, a pulled plug below.</summary>
    public double LevelFloor { get; init; } = -70;
    public TimeSpan ClockLimit { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan StorageFloor { get; init; } = TimeSpan.FromMinutes(15);
    public TimeSpan UnreachableAfter { get; init; } = TimeSpan.FromSeconds(8);
}

/// <summary>What a recorder shows at one moment; null where it is not known or the device does not tell.</summary>
/// <param name="Recorded">Seconds recorded so far.</param>
/// <param name="Level">Loudest channel, dBFS.</param>
/// <param name="ClockOffset">Device clock minus site time.</param>
public readonly record struct RecorderSight(string? State, long? Recorded, double? Level, TimeSpan? ClockOffset, TimeSpan? StorageLeft)
{
    /// <summary>The recorder's own timecode, seconds.</summary>
    public long? Timecode { get; init; }

    /// <summary>
    /// What must grow. The timecode where there is one: the recorded time of such a recorder is counted from a start that a restart of the
    /// gateway has not seen.
    /// </summary>
    public long? Counter => Timecode ?? Recorded;
}

public enum RecorderState { Idle, Proving, Proven, Failed }

/// <summary>
/// Judges one recorder by what grows, not by what it says. Fed with what is seen and the monotonic time; decides nothing by itself and
/// holds no timer.
/// </summary>
public sealed class RecorderWatch(ProofOptions options)
{
    private TimeSpan _now;
    private TimeSpan _wishedAt;
    private TimeSpan? _seenAt;
    private TimeSpan? _grownAt;
    private TimeSpan? _quietSince;
    private long? _recorded;
    private bool _everRecorded;
    private bool _refused;
    private bool _isQuietMeant;

    public RecordingWish Wish { get; private set; }
    public RecorderState State { get; private set; }

    /// <summary>Codes of what is wrong now, the gravest first.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Content is missing or cannot be vouched for; a full disk ahead is red too, and yet recorded.</summary>
    public bool IsRed => Faults.Count > 0;

    /// <summary>When the counter was last seen to grow (monotonic).</summary>
    public TimeSpan? GrownAt => _grownAt;

    /// <summary>When the present wish was made (monotonic).</summary>
    public TimeSpan WishedAt => _wishedAt;

    public void Wished(RecordingWish wish, TimeSpan now)
    {
        if (wish == Wish) return;
        Wish = wish;
        _wishedAt = now;
        _seenAt = now;
        _grownAt = null;
        _quietSince = null;
        _recorded = null;
        _everRecorded = false;
        _refused = false;
    }

    /// <summary>The device said no, or never took the wish.</summary>
    public void Refused() => _refused = true;

    /// <param name="isQuietMeant">All microphones are muted on purpose, so silence is right.</param>
    public void Observe(RecorderSight sight, TimeSpan now, bool isQuietMeant)
    {
        _now = now;
        _isQuietMeant = isQuietMeant;
        if (sight.State is not null) _seenAt = now;
        Grow(sight);
        Listen(sight);
        Faults = Wish is RecordingWish.Record ? [.. Find(sight)] : [];
        State = Wish is not RecordingWish.Record ? RecorderState.Idle
            : Faults.Any(f => f is not RecordingFaults.StorageLow) ? RecorderState.Failed
            : IsProven(sight) ? RecorderState.Proven : RecorderState.Proving;
    }

    private void Grow(RecorderSight sight)
    {
        if (sight.State is not RecordingStates.Recording || sight.Counter is not { } recorded) return;
        _everRecorded = true;

        // A counter that falls belongs to a new file: a new base, and no proof yet.
        if (_recorded is { } before && recorded > before)
        {
            _grownAt = _now;
            _refused = false;
        }

        _recorded = recorded;
    }

    private void Listen(RecorderSight sight)
    {
        if (_isQuietMeant || sight.Level is not { } level || level >= options.LevelFloor) _quietSince = null;
        else _quietSince ??= _now;
    }

    private bool IsProven(RecorderSight sight) =>
        _grownAt is not null && sight.State is RecordingStates.Recording
            && (_isQuietMeant || sight.Level is null || sight.Level >= options.LevelFloor);

    private IEnumerable<string> Find(RecorderSight sight)
    {
        if (_refused) yield return RecordingFaults.Refused;
        else if (sight.State is null && _now - (_seenAt ?? _wishedAt) >= options.UnreachableAfter) yield return RecordingFaults.Unreachable;
        else if (sight.State is not null and not RecordingStates.Recording && _everRecorded) yield return RecordingFaults.Stopped;
        else if (_grownAt is null && _now - _wishedAt >= options.ProofWithin) yield return RecordingFaults.NotProven;
        else if (_grownAt is { } grown && _now - grown >= options.FrozenAfter) yield return RecordingFaults.NoGrowth;

        if (_quietSince is { } since && _now - since >= options.SilentAfter) yield return RecordingFaults.Silent;
        if (sight.ClockOffset is { } offset && offset.Duration() > options.ClockLimit) yield return RecordingFaults.Clock;
        if (sight.StorageLeft is { } left && left < options.StorageFloor) yield return RecordingFaults.StorageLow;
    }
}

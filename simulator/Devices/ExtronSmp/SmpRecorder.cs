using System.Globalization;

namespace AvGateway.Simulator.Devices.ExtronSmp;

/// <summary>What the recorder is doing.</summary>
internal enum SmpState { Stopped, Recording, Paused, Finalising }

/// <summary>The file being written and the disk under it. Both are computed from the clock when somebody looks, so that nothing ticks.</summary>
internal sealed class SmpRecorder(TimeProvider time, long freeKilobytes, int rate)
{
    private long _settledAt = time.GetTimestamp();
    private TimeSpan _elapsed;
    private double _free = freeKilobytes;
    private bool _timeGrows = true;
    private bool _fileGrows = true;

    public SmpState State { get; private set; }

    public long Free
    {
        get
        {
            Settle();
            return (long)_free;
        }
    }

    /// <summary>Zero when nothing is being recorded, as the vendor's text says.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            Settle();
            return State is SmpState.Stopped ? TimeSpan.Zero : _elapsed;
        }
    }

    /// <summary>What still fits at the rate of the encoder; told while recording only.</summary>
    public TimeSpan Left => State is SmpState.Stopped or SmpState.Finalising ? TimeSpan.Zero : TimeSpan.FromSeconds(Free / rate);

    public bool FileGrows => _timeGrows && _fileGrows;

    public static string Clock(TimeSpan span) => string.Create(
        CultureInfo.InvariantCulture, $"{(int)span.TotalHours:00}:{span.Minutes:00}:{span.Seconds:00}");

    public void Become(SmpState state)
    {
        Settle();
        if (State is SmpState.Stopped && state is SmpState.Recording) _elapsed = TimeSpan.Zero;
        State = state;
    }

    /// <summary>Whether the counter moves, and whether anything reaches the disk, from now on.</summary>
    public void Grow(bool time, bool file)
    {
        Settle();
        (_timeGrows, _fileGrows) = (time, file);
    }

    public void Hold(TimeSpan recordable)
    {
        Settle();
        _free = recordable.TotalSeconds * rate;
    }

    public void Fill()
    {
        Settle();
        _free = 0;
    }

    private void Settle()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(_settledAt, now);
        _settledAt = now;
        if (State is not SmpState.Recording || !_timeGrows) return;
        _elapsed += passed;
        if (_fileGrows) _free = Math.Max(0, _free - (passed.TotalSeconds * rate));
    }
}

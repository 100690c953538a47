using System.Globalization;

namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>What the deck is doing and since when. Positions are computed from the clock, so that nothing has to tick.</summary>
internal sealed class DeckTransport
{
    public const string Preview = "preview";
    public const string Stopped = "stopped";
    public const string Play = "play";
    public const string Record = "record";
    public const string Shuttle = "shuttle";

    /// <summary>Pictures a second of the only family of formats that the simulated deck knows, non-drop.</summary>
    public const int Rate = 25;

    private long _since;
    private TimeSpan _base;

    public string Status { get; private set; } = Stopped;

    public int Speed { get; private set; }

    /// <summary>The slot in use; a deck with no disk still names one.</summary>
    public int Slot { get; set; } = 1;

    /// <summary>Number of the clip on the timeline, from 1; null when there is none.</summary>
    public int? Clip { get; set; }

    public bool Loop { get; set; }

    public bool SingleClip { get; set; }

    public bool IsRecording => Status == Record;

    public bool IsMoving => Speed != 0;

    public void Become(string status, int speed, TimeSpan from, long now)
    {
        Status = status;
        Speed = speed;
        _base = from;
        _since = now;
    }

    /// <summary>How long the present status has lasted.</summary>
    public TimeSpan Elapsed(TimeProvider time) => time.GetElapsedTime(_since, time.GetTimestamp());

    public TimeSpan Position(TimeProvider time)
    {
        var position = _base + Elapsed(time) * (Speed / 100.0);
        return position < TimeSpan.Zero ? TimeSpan.Zero : position;
    }

    public static long Frames(TimeSpan position) => position.Ticks * Rate / TimeSpan.TicksPerSecond;

    public static string Timecode(TimeSpan position)
    {
        var frames = Frames(position);
        var seconds = frames / Rate;
        return string.Create(
            CultureInfo.InvariantCulture, $"{seconds / 3600 % 24:00}:{seconds / 60 % 60:00}:{seconds % 60:00}:{frames % Rate:00}");
    }
}

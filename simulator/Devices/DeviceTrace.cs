using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices;

/// <summary>Which way a traced frame went.</summary>
public enum TraceDirection
{
    Received,
    Sent,

    /// <summary>The device had something to say and a switch kept it from the wire.</summary>
    Withheld,

    /// <summary>Not a frame: a connection came or went, a switch or the front panel was used, power changed.</summary>
    Note,
}

/// <summary>
/// One numbered line of the trace; <see cref="Text"/> is in the notation of <see cref="WireText"/>, notes are plain words.
/// </summary>
public sealed record TraceFrame(long Number, DateTimeOffset At, TraceDirection Direction, int? Session, string Text);

/// <summary>The last frames of a device, numbered from 1 and never renumbered. Bounded: the oldest go first.</summary>
public sealed class DeviceTrace
{
    public const int Capacity = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<TraceFrame> _frames = new();
    private long _last;

    /// <summary>Raised after a frame was added, outside the trace's own lock but inside the device's.</summary>
    public event Action<TraceFrame>? Added;

    /// <summary>The frames after number <paramref name="since"/> that are still kept, oldest first.</summary>
    public IReadOnlyList<TraceFrame> Since(long since)
    {
        lock (_gate) return [.. _frames.Where(frame => frame.Number > since)];
    }

    internal void Add(DateTimeOffset at, TraceDirection direction, int? session, ReadOnlySpan<byte> bytes) =>
        Add(at, direction, session, WireText.Write(bytes));

    internal void Note(DateTimeOffset at, int? session, string words) => Add(at, TraceDirection.Note, session, words);

    internal void Clear()
    {
        lock (_gate) _frames.Clear();
    }

    private void Add(DateTimeOffset at, TraceDirection direction, int? session, string text)
    {
        TraceFrame frame;
        lock (_gate)
        {
            frame = new(++_last, at, direction, session, text);
            if (_frames.Count == Capacity) _frames.Dequeue();
            _frames.Enqueue(frame);
        }

        Added?.Invoke(frame);
    }
}

using System.Buffers;
using AvGateway.Links;

namespace AvGateway.Drivers.Runtime;

/// <summary>
/// The last frames of one device, for the evidence of a fault. Bounded by count and by bytes; after the first frame nothing is allocated. Written
/// by the mailbox and by the reader of the link.
/// </summary>
internal sealed class FrameRing(TimeProvider time)
{
    public const int MostFrames = 64;
    public const int MostBytes = 4096;

    /// <summary>Of a longer frame its beginning is kept.</summary>
    public const int LongestKept = 512;

    private readonly Lock _gate = new();
    private Head[] _heads = [];
    private byte[] _bytes = [];
    private int _first;
    private int _count;
    private int _used;
    private int _next;

    private readonly record struct Head(long Ticks, int Start, int Kept, int Length, bool IsSent);

    public void Add(bool isSent, in ReadOnlySequence<byte> frame)
    {
        if (!frame.IsEmpty) Add(isSent, frame, (int)Math.Min(frame.Length, int.MaxValue));
    }

    /// <summary>Something passed that nobody may see.</summary>
    public void AddHidden(bool isSent) => Add(isSent, ReadOnlySequence<byte>.Empty, 0);

    public IReadOnlyList<LinkFrame> Copy()
    {
        lock (_gate)
        {
            var frames = new LinkFrame[_count];
            for (var i = 0; i < _count; i++)
            {
                var head = _heads[(_first + i) % MostFrames];
                var bytes = new byte[head.Kept];
                var whole = Math.Min(head.Kept, MostBytes - head.Start);
                _bytes.AsSpan(head.Start, whole).CopyTo(bytes);
                _bytes.AsSpan(0, head.Kept - whole).CopyTo(bytes.AsSpan(whole));
                frames[i] = new(new(head.Ticks, TimeSpan.Zero), head.IsSent, bytes, head.Length);
            }

            return frames;
        }
    }

    private void Add(bool isSent, in ReadOnlySequence<byte> frame, int length)
    {
        var at = time.GetUtcNow().Ticks;
        lock (_gate)
        {
            if (_bytes.Length == 0) (_heads, _bytes) = (new Head[MostFrames], new byte[MostBytes]);
            var kept = Math.Min(length, LongestKept);
            while (_count == MostFrames || _used + kept > MostBytes)
            {
                _used -= _heads[_first].Kept;
                _first = (_first + 1) % MostFrames;
                _count--;
            }

            _heads[(_first + _count) % MostFrames] = new(at, _next, kept, length, isSent);
            _count++;
            _used += kept;
            foreach (var segment in frame.Slice(0, kept)) Write(segment.Span);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var whole = Math.Min(bytes.Length, MostBytes - _next);
        bytes[..whole].CopyTo(_bytes.AsSpan(_next));
        bytes[whole..].CopyTo(_bytes);
        _next = (_next + bytes.Length) % MostBytes;
    }
}

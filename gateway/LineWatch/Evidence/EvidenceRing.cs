using System.Buffers.Binary;

namespace AvGateway.LineWatch.Evidence;

/// <summary>
/// The last minutes of heads in one block of memory that is taken once and never grows. What is older than the span, or does not fit, goes first.
/// Written by one thread, read by another.
/// </summary>
public sealed class EvidenceRing
{
    // at 8, wire length 4, kept 2, mark 2
    private const int Head = 16;
    private const int Slice = 256 * 1024;

    private readonly byte[] _memory;
    private readonly long _span;
    private readonly Lock _gate = new();

    // Places count up without end; their remainder is where they are in memory.
    private long _oldest;
    private long _end;

    /// <param name="capacity">Octets.</param>
    public EvidenceRing(int capacity, TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 128 * 1024);
        _memory = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _span = span.Ticks;
    }

    public int Capacity => _memory.Length;

    public (long Frames, long Octets, long OldestAt) Held
    {
        get
        {
            lock (_gate) return (_frames, _end - _oldest, _frames == 0 ? 0 : TimeAt(_oldest));
        }
    }

    private long _frames;

    public void Add(long at, ReadOnlySpan<byte> kept, int wireLength, EvidenceMark mark)
    {
        if (kept.Length > ushort.MaxValue) kept = kept[..ushort.MaxValue];
        Span<byte> head = stackalloc byte[Head];
        BinaryPrimitives.WriteInt64LittleEndian(head, at);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], wireLength);
        BinaryPrimitives.WriteUInt16LittleEndian(head[12..], (ushort)kept.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[14..], (ushort)mark);
        lock (_gate)
        {
            while (_frames > 0 && (_end + Head + kept.Length - _oldest > _memory.Length || at - TimeAt(_oldest) > _span)) DropOldest();
            Write(_end, head);
            Write(_end + Head, kept);
            _end += Head + kept.Length;
            _frames++;
        }
    }

    /// <summary>Hands out the frames of a time, oldest first. The writer is held up for the copying of a slice at most.</summary>
    /// <returns>Where to go on for what comes later.</returns>
    public long Read(long from, long until, EvidenceFrame take, long place = 0)
    {
        var slice = new byte[Slice + Head + ushort.MaxValue];
        while (true)
        {
            int length;
            lock (_gate)
            {
                place = Math.Max(place, _oldest);
                length = CopySlice(place, slice);
            }

            if (length == 0) return place;
            for (var at = 0; at < length;)
            {
                var head = slice.AsSpan(at, Head);
                var (time, wire) = (BinaryPrimitives.ReadInt64LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[8..]));
                var kept = BinaryPrimitives.ReadUInt16LittleEndian(head[12..]);
                if (time > until) return place + at;
                if (time >= from) take(time, slice.AsSpan(at + Head, kept), wire, (EvidenceMark)BinaryPrimitives.ReadUInt16LittleEndian(head[14..]));
                at += Head + kept;
            }

            place += length;
        }
    }

    // Whole frames only.
    private int CopySlice(long place, Span<byte> slice)
    {
        var length = 0;
        while (place + length < _end && length < Slice)
        {
            Copy(place + length, slice.Slice(length, Head));
            var kept = BinaryPrimitives.ReadUInt16LittleEndian(slice[(length + 12)..]);
            Copy(place + length + Head, slice.Slice(length + Head, kept));
            length += Head + kept;
        }

        return length;
    }

    private void DropOldest()
    {
        Span<byte> head = stackalloc byte[Head];
        Copy(_oldest, head);
        _oldest += Head + BinaryPrimitives.ReadUInt16LittleEndian(head[12..]);
        _frames--;
    }

    private long TimeAt(long place)
    {
        Span<byte> time = stackalloc byte[8];
        Copy(place, time);
        return BinaryPrimitives.ReadInt64LittleEndian(time);
    }

    private void Write(long place, ReadOnlySpan<byte> octets)
    {
        var at = (int)(place % _memory.Length);
        var first = Math.Min(octets.Length, _memory.Length - at);
        octets[..first].CopyTo(_memory.AsSpan(at));
        octets[first..].CopyTo(_memory);
    }

    private void Copy(long place, Span<byte> octets)
    {
        var at = (int)(place % _memory.Length);
        var first = Math.Min(octets.Length, _memory.Length - at);
        _memory.AsSpan(at, first).CopyTo(octets);
        _memory.AsSpan(0, octets.Length - first).CopyTo(octets[first..]);
    }
}

/// <summary>What was found wrong with a frame while all of it was there.</summary>
[Flags]
public enum EvidenceMark : ushort
{
    None = 0,
    WrongNetworkChecksum = 1,
    WrongTransportChecksum = 2,
}

public delegate void EvidenceFrame(long at, ReadOnlySpan<byte> kept, int wireLength, EvidenceMark mark);

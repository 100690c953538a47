namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Counts what arrives from one source (RFC 3550, appendices A.1, A.3 and A.8).</summary>
public sealed class RtpReception(int clockRate)
{
    private const int MinSequential = 2;
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;
    private const uint NoSequence = 1 << 16;

    private int _probation = MinSequential;
    private ushort _highest;
    private uint _cycles;
    private uint _base;
    private uint _bad = NoSequence + 1;
    private long _received;
    private long _expectedBefore, _receivedBefore;
    private long? _transit;
    private double _jitter;

    /// <summary>The source has sent two packets in order: it is one.</summary>
    public bool IsValid => _probation == 0;

    public uint HighestSequence => _cycles + _highest;

    public long Received => _received;

    public long Expected => IsValid ? (long)HighestSequence - _base + 1 : 0;

    /// <summary>Negative when packets came twice.</summary>
    public long Lost => Expected - _received;

    /// <summary>In units of the media clock.</summary>
    public uint JitterUnits => (uint)_jitter;

    public TimeSpan Jitter => TimeSpan.FromSeconds(_jitter / clockRate);

    /// <summary>
    /// Takes a packet that arrived at <paramref name="arrival"/>, measured on any steady clock. False: not (yet) of this source.
    /// </summary>
    public bool Take(RtpHeader header, TimeSpan arrival)
    {
        if (!TakeSequence(header.Sequence)) return false;
        var units = (long)(arrival.TotalSeconds * clockRate);
        var transit = units - header.Timestamp;
        if (_transit is { } last)
        {
            // The timestamp wraps after half a day of G.711; the difference of two transits is what counts.
            var difference = Math.Abs((long)unchecked((int)(transit - last)));
            _jitter += (difference - _jitter) / 16;
        }

        _transit = transit;
        return true;
    }

    /// <summary>Share of packets lost since the last call, in 1/256 (RFC 3550 A.3).</summary>
    public byte TakeFraction()
    {
        var (expected, lost) = (Expected - _expectedBefore, Expected - _expectedBefore - (_received - _receivedBefore));
        (_expectedBefore, _receivedBefore) = (Expected, _received);
        return expected <= 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(255, lost * 256 / expected);
    }

    private bool TakeSequence(ushort sequence)
    {
        if (_probation > 0)
        {
            if (_probation == MinSequential || sequence != (ushort)(_highest + 1))
            {
                _probation = MinSequential - 1;
                _highest = sequence;
                return false;
            }

            Begin(sequence);
            _received = 1;
            return true;
        }

        var step = (ushort)(sequence - _highest);
        if (step < MaxDropout)
        {
            if (sequence < _highest) _cycles += NoSequence;
            _highest = sequence;
        }
        else if (step <= NoSequence - MaxMisorder)
        {
            // A jump: two packets in order behind it mean that the source has started anew.
            if (sequence != _bad)
            {
                _bad = (uint)(sequence + 1) & (NoSequence - 1);
                return false;
            }

            Begin(sequence);
        }

        _received++;
        return true;
    }

    private void Begin(ushort sequence)
    {
        _probation = 0;
        _highest = sequence;
        _base = sequence;
        _cycles = 0;
        _bad = NoSequence + 1;
        (_received, _expectedBefore, _receivedBefore) = (0, 0, 0);
        (_transit, _jitter) = (null, 0);
    }
}

namespace AvGateway.LineWatch.Streams;

/// <summary>The measurement of one stream, packet by packet, after RFC 3550 appendix A. No clock of its own: it knows the times of its packets alone.</summary>
internal sealed class RtpStream(StreamKey key)
{
    // A.1: a jump further than this is another beginning, if the next packet agrees.
    private const int MostDropout = 3000;

    // What a listener's buffer adds, as a multiple of the jitter, and the way that a passive watch cannot see.
    private const double BufferOfJitter = 2;
    private const double UnseenWay = 20;

    // A clock of the source that jumps further than this was set anew, and says nothing of the line.
    private const double MostTransit = 60_000;

    private LossWindow _window;
    private ushort _newest;
    private int _awaited = -1;
    private long _expectedBefore;
    private long _extended;
    private long _first;
    private double _jitter;
    private double _sumOfJitter;
    private long _measured;
    private uint _lastTimestamp;
    private long _lastTimed;
    private bool _isTimed;
    private (long Expected, long Lost, double SumOfJitter, long Measured) _interval;
    private (double Loss, double Jitter, double Mos, long Expected) _recent;
    private (uint Middle, long At) _report;

    public StreamKey Key => key;
    public string? Call { get; set; }
    public Codec Codec { get; private set; } = Codec.Unknown;
    public byte PayloadType { get; private set; }
    public long Received { get; private set; }
    public long Duplicates { get; private set; }
    public long Reordered { get; private set; }
    public int Restarts { get; private set; }
    public long Octets { get; private set; }
    public long FirstAt { get; private set; }
    public long LastAt { get; private set; }
    public long LongestSilence { get; private set; }
    public double MostJitter { get; private set; }
    public byte Dscp { get; private set; }
    public bool HasMixedDscp { get; private set; }

    /// <summary>Packets that followed on one another since the beginning: what proves that this is RTP.</summary>
    public int InOrder { get; private set; }
    public long Expected => Received == 0 ? 0 : _expectedBefore + _extended - _first + 1;
    public long Lost => _window.Lost + _window.Missing;
    public double? FarLoss { get; private set; }
    public double? FarJitter { get; private set; }
    public double? RoundTrip { get; private set; }

    public double Loss => Expected == 0 ? 0 : 100.0 * Lost / Expected;
    public double MeanJitter => _measured == 0 ? 0 : _sumOfJitter / _measured;

    /// <param name="at">Time of the capture, ticks.</param>
    /// <param name="octets">Of payload on the wire.</param>
    public void Take(in RtpHeader header, Codec codec, long at, byte dscp, int octets)
    {
        if (Received == 0) Begin(header, at, dscp);
        else if (!Count(header.Sequence)) return;
        HasMixedDscp |= dscp != Dscp;
        Dscp = dscp;
        Octets += octets;
        LongestSilence = Math.Max(LongestSilence, at - LastAt);
        LastAt = Math.Max(LastAt, at);

        // Its time stamp stands still while a key is held (RFC 4733 §2.2.1), and comfort noise is sent when it pleases.
        if (codec.Name == Codec.TelephoneEvent) return;
        if (header.PayloadType != PayloadType || codec.Clock != Codec.Clock)
        {
            if (codec.Clock != Codec.Clock) _isTimed = false;
            (PayloadType, Codec) = (header.PayloadType, codec);
        }

        Time(header.Timestamp, at);
    }

    public void Reported(double farLoss, uint farJitter, uint lastReport, uint delay, long at)
    {
        FarLoss = farLoss;
        if (Codec.Clock > 0) FarJitter = farJitter * 1000.0 / Codec.Clock;
        if (lastReport == 0 || lastReport != _report.Middle) return;
        var trip = ((at - _report.At) / (double)TimeSpan.TicksPerMillisecond) - (delay * 1000.0 / 65_536);
        if (trip is >= 0 and < 30_000) RoundTrip = trip;
    }

    /// <summary>Its sender told the time: the receiver's next report names this.</summary>
    public void Announced(uint middleOfTime, long at) => _report = (middleOfTime, at);

    /// <summary>An interval is over; what limits are held against begins anew.</summary>
    public void EndInterval()
    {
        var (expected, lost) = (Expected - _interval.Expected, Math.Max(0, Lost - _interval.Lost));
        var measured = _measured - _interval.Measured;
        var loss = expected <= 0 ? 0 : Math.Min(100, 100.0 * lost / expected);
        var jitter = measured == 0 ? 0 : (_sumOfJitter - _interval.SumOfJitter) / measured;
        _recent = (loss, jitter, expected <= 0 ? 0 : Score(loss, jitter), expected);
        _interval = (Expected, Lost, _sumOfJitter, _measured);
    }

    public StreamFigures Figures() => new(
        key.From.ToString(), key.To.ToString(), $"0x{key.Source:X8}", Call, Codec.Name, PayloadType, Expected, Received, Lost, Loss)
    {
        Jitter = _jitter,
        MeanJitter = MeanJitter,
        MostJitter = MostJitter,
        Duplicates = Duplicates,
        Reordered = Reordered,
        LongestLoss = _window.LongestRun,
        Bursts = _window.Bursts,
        BurstLoss = _window.InBursts == 0 ? 0 : 100.0 * _window.LostInBursts / _window.InBursts,
        BurstRatio = BurstRatio,
        LongestSilence = LongestSilence / (double)TimeSpan.TicksPerMillisecond,
        Restarts = Restarts,
        Dscp = Dscp,
        HasMixedDscp = HasMixedDscp,
        Mos = Score(Loss, MeanJitter),
        IsVideo = Codec.IsVideo,
        Octets = Octets,
        FirstAt = new(FirstAt, TimeSpan.Zero),
        LastAt = new(LastAt, TimeSpan.Zero),
        RecentLoss = _recent.Loss,
        RecentJitter = _recent.Jitter,
        RecentMos = _recent.Mos,
        RecentExpected = _recent.Expected,
        FarLoss = FarLoss,
        FarJitter = FarJitter,
        RoundTrip = RoundTrip,
    };

    private double BurstRatio => _window.Runs == 0 || Expected == 0 ? 1 : Math.Max(1, (double)_window.Lost / _window.Runs * (1 - (Loss / 100)));

    private double Score(double loss, double jitter) =>
        EModel.Mos(EModel.Rating(UnseenWay + (BufferOfJitter * jitter) + ((RoundTrip ?? 0) / 2), loss, BurstRatio, Codec.Name));

    private void Begin(in RtpHeader header, long at, byte dscp)
    {
        (FirstAt, LastAt, Dscp) = (at, at, dscp);
        Restart(header.Sequence);
        Received = 1;
    }

    private void Restart(ushort sequence)
    {
        if (Received > 0) _expectedBefore = Expected;
        _newest = sequence;
        (_first, _extended, _awaited, _isTimed) = (sequence, sequence, -1, false);
        _window.Advance(1);
        InOrder = 1;
    }

    private bool Count(ushort sequence)
    {
        var ahead = (short)(sequence - _newest);
        if (ahead is > 0 and < MostDropout)
        {
            if (ahead == 1) InOrder++;
            _window.Advance(ahead);
            _extended += ahead;
            _newest = sequence;
        }
        else if (ahead is <= 0 and > -LossWindow.Size && (_extended + ahead >= _first || _expectedBefore == 0))
        {
            // What the first packets overtook belongs to the stream; before a later beginning stand the packets of the earlier one.
            _first = Math.Min(_first, _extended + ahead);
            if (_window.ComesLate(-ahead)) Reordered++;
            else Duplicates++;
        }
        else if (sequence == _awaited)
        {
            Restarts++;
            Restart(sequence);
        }
        else
        {
            _awaited = (ushort)(sequence + 1);
            return false;
        }

        Received++;
        return true;
    }

    private void Time(uint timestamp, long at)
    {
        if (Codec.Clock <= 0) return;
        if (_isTimed)
        {
            var transit = Math.Abs(((at - _lastTimed) / (double)TimeSpan.TicksPerMillisecond) - ((int)(timestamp - _lastTimestamp) * 1000.0 / Codec.Clock));
            if (transit < MostTransit)
            {
                _jitter += (transit - _jitter) / 16;
                _sumOfJitter += _jitter;
                _measured++;
                MostJitter = Math.Max(MostJitter, _jitter);
            }
        }

        (_lastTimed, _lastTimestamp, _isTimed) = (at, timestamp, true);
    }
}

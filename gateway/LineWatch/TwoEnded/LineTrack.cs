using System.Collections.Immutable;
using System.Security.Cryptography;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>What is seen beside the packets of a line.</summary>
internal readonly record struct Surroundings(LinkState Link, PortState Port, ThirdSight Third, bool? OthersAreSilent);

/// <summary>
/// One line as it is measured: questions out, answers back, questions of the far end, echoes of the routers between; and what follows from them. No socket
/// and no timer; whoever owns it lets one thread in at a time.
/// </summary>
internal sealed class LineTrack
{
    /// <summary>Legs in the order in which the way passes them.</summary>
    public const int Near = 0, Hop = 1, Far = 2;

    private const int EnoughToTell = 10;
    private const int EnoughForVariation = 20;
    private const int FewestLost = 4;

    // A verdict must come out the same so many times; one that says somebody else, twice as many.
    private const int Confirmations = 3;

    private readonly TimeProvider _time;
    private readonly EchoMeter[] _echoes;
    private readonly long _began;
    private readonly uint _own;
    private readonly uint _peer;
    private ulong _peerEpoch;
    private IncomingMeter? _incoming;
    private (LineEnd End, ImmutableArray<ThirdWord> Thirds, ushort Error, long At)? _heard;
    private LineVerdict? _candidate;
    private int _confirmed;
    private bool _isBack;
    private long _onset;
    private DateTimeOffset _since;
    private LineVerdict? _verdict;

    public LineTrack(LinePlan plan, string site, TimeProvider time)
    {
        (Plan, _time, _own, _peer) = (plan, time, ProbePacket.NameOf(site), ProbePacket.NameOf(plan.FarSite));
        Key = System.Text.Encoding.UTF8.GetBytes(plan.Key.Reveal());
        Session = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        Stream = new(time);
        _echoes = [new(time), new(time), new(time)];
        _began = _onset = time.GetTimestamp();
        _since = time.GetUtcNow();
    }

    public LinePlan Plan { get; }
    public byte[] Key { get; }
    public ulong Session { get; }
    public StreamMeter Stream { get; }
    public LineState State { get; private set; }
    public DateTimeOffset OnsetAt { get; private set; }
    public uint Peer => _peer;

    /// <summary>Something is wrong: every stretch is looked at closely.</summary>
    public bool IsInTrouble => State is LineState.Degraded or LineState.Down;

    public EchoMeter Echo(int leg) => _echoes[leg];

    /// <summary>What the far gateway says of other courts, while it is heard.</summary>
    public ImmutableArray<ThirdWord> Thirds => IsHeard ? _heard!.Value.Thirds : [];

    /// <summary>How this line stands in what other courts are told: well only when it was so a moment ago.</summary>
    public LegState Word => State switch
    {
        LineState.Down => LegState.Silent,
        LineState.Degraded => LegState.Poor,
        LineState.Well when Stream.LastAnswer is { } at && _time.GetElapsedTime(at) < Plan.Limits.SilentAfter / 2 => LegState.Good,
        _ => LegState.Missing,
    };

    public bool IsHeard => _heard is { } heard && heard.At >= _onset && _time.GetElapsedTime(heard.At) < Plan.Limits.SilentAfter;

    public ProbePacket Ask(LineEnd end, ImmutableArray<ThirdWord> thirds, ushort clockError) =>
        new(false, _own, _peer, Session, _peerEpoch, Stream.Ask(), 0) { AskedAt = NtpTime.Of(_time.GetUtcNow()), AskerError = clockError, End = end, Thirds = thirds };

    /// <summary>An answer whose signature is right. One to nothing that we asked is nothing.</summary>
    public void TakeAnswer(ProbePacket answer, DateTimeOffset arrived, double? ownError)
    {
        if (!answer.IsAnswer || answer.From != _peer || answer.To != _own || answer.Session != Session || Stream.SentAt(answer.Sequence) is not { } sentAt) return;
        if (answer.Epoch != _peerEpoch)
        {
            // The far end has begun anew: what it counted before is over.
            _peerEpoch = answer.Epoch;
            Stream.ForgetCounts();
            return;
        }

        if (answer.Count == 0) return;
        var reflected = NtpTime.Milliseconds(answer.HeardAt, answer.AnsweredAt);
        var trip = _time.GetElapsedTime(sentAt).TotalMilliseconds - reflected;
        Stream.ClockError = NtpTime.SecondsOf(answer.ReflectorError) is { } far && ownError is { } own ? far + Math.Abs(own) : null;
        Stream.Take(answer.Sequence, new(answer.Count, NtpTime.Milliseconds(answer.AskedAt, answer.HeardAt), NtpTime.Milliseconds(answer.AnsweredAt, NtpTime.Of(arrived)), Math.Max(0, trip)));
        Hear(answer, answer.ReflectorError);
    }

    /// <summary>A question whose signature is right: counted when it is new and not a recording; answered in any case, so that the asker learns our epoch.</summary>
    public ProbePacket? TakeQuestion(ProbePacket question, ulong epoch, DateTimeOffset heard, LineEnd end, ImmutableArray<ThirdWord> thirds, ushort clockError)
    {
        if (question.IsAnswer || question.From != _peer || question.To != _own) return null;
        var count = 0u;
        if (question.Epoch == epoch)
        {
            if (_incoming?.Session != question.Session) _incoming = new(question.Session, _time);
            if (!_incoming.Take(question.Sequence)) return null;
            count = _incoming.Count;
            Hear(question, question.AskerError);
        }

        return new(true, _own, _peer, question.Session, epoch, question.Sequence, count)
        {
            AskedAt = question.AskedAt,
            HeardAt = NtpTime.Of(heard),
            AnsweredAt = NtpTime.Of(_time.GetUtcNow()),
            AskerError = question.AskerError,
            ReflectorError = clockError,
            End = end,
            Thirds = thirds,
        };
    }

    /// <summary>Our end as it looks now.</summary>
    public LineEnd End(Surroundings around) => new(around.Link, Leg(Near), around.Port, Leg(Hop));

    /// <returns>Whether state or verdict changed.</returns>
    public bool Look(Surroundings around)
    {
        var next = Next();
        var isChanged = next != State;
        if (isChanged) Enter(next);
        if (!IsInTrouble) return isChanged;
        var found = LineJudge.Judge(Evidence(around));
        _confirmed = found.Equals(_candidate) ? _confirmed + 1 : 1;
        _candidate = found;
        return Confirm(found) || isChanged;
    }

    public LineEvidence Evidence(Surroundings around) => new(End(around), Leg(Far), State switch
    {
        LineState.Well => LegState.Good,
        LineState.Degraded => LegState.Poor,
        LineState.Down => LegState.Silent,
        _ => LegState.Missing,
    })
    {
        Far = IsHeard ? _heard!.Value.End : null,
        Third = around.Third,
        OthersAreSilent = around.OthersAreSilent,
    };

    public LineView View(Surroundings around, TimeSpan goodFor)
    {
        var now = _time.GetUtcNow();
        var (lost, of) = _incoming?.LossesWithin(Plan.Limits.Window) ?? default;
        return new(Plan, State, _since, IsInTrouble ? _verdict : null, Stream.FiguresWithin(Plan.Limits.Window), Evidence(around), now, now + goodFor)
        {
            HearsFar = IsHeard,
            LossIn = of < EnoughToTell ? null : 100.0 * lost / of,
        };
    }

    private void Hear(ProbePacket packet, ushort error) => _heard = (packet.End, packet.Thirds, error, _time.GetTimestamp());

    private LegState Leg(int leg) => _echoes[leg].State(Plan.Limits, State is LineState.Degraded);

    private LineState Next()
    {
        var limits = Plan.Limits;
        if (Stream.LastAnswer is not { } answered) return _time.GetElapsedTime(_began) >= limits.SilentAfter * 2 ? LineState.Down : LineState.Unknown;
        if (_time.GetElapsedTime(answered) >= limits.SilentAfter)
        {
            _isBack = false;
            return LineState.Down;
        }

        if (State is LineState.Down && !_isBack)
        {
            // What was lost in the silence is no loss of what comes after it.
            Stream.BeginAnew();
            _isBack = true;
        }

        var figures = Stream.FiguresWithin(limits.Window);
        if (State is LineState.Down or LineState.Unknown && figures.Answered < EnoughToTell) return State;
        if (IsBad(figures)) return LineState.Degraded;
        return State is LineState.Degraded && !IsWell(figures) ? LineState.Degraded : LineState.Well;
    }

    private bool IsBad(LineFigures figures)
    {
        var (losses, limits) = (Stream.LossesWithin(Plan.Limits.Window), Plan.Limits);
        return (losses.OutLost >= FewestLost && losses.Out >= limits.Loss) || (losses.BackLost >= FewestLost && losses.Back >= limits.Loss)
            || (figures.Answered >= EnoughForVariation && (figures.VariationOut >= limits.Variation || figures.VariationBack >= limits.Variation));
    }

    private bool IsWell(LineFigures figures) => figures.Answered >= EnoughForVariation
        && (figures.LossOut ?? 0) <= Plan.Limits.Loss / 2 && (figures.LossBack ?? 0) <= Plan.Limits.Loss / 2
        && figures.VariationOut < Plan.Limits.Variation * 0.7 && figures.VariationBack < Plan.Limits.Variation * 0.7;

    private void Enter(LineState next)
    {
        var now = _time.GetUtcNow();
        _since = next is LineState.Down && Stream.LastAnswer is { } last ? now - _time.GetElapsedTime(last) : now;
        State = next;
        if (!IsInTrouble) return;

        // What was seen before the trouble says nothing about it.
        (_onset, OnsetAt) = (_time.GetTimestamp(), now);
        foreach (var echo in _echoes) echo.BeginAnew();
        (_verdict, _candidate, _confirmed) = (new(LineSide.Unknown, [LineReasons.Looking]), null, 0);
    }

    private bool Confirm(LineVerdict found)
    {
        if (found.Equals(_verdict)) return false;
        var isFirst = _verdict is null or { Side: LineSide.Unknown };
        if (found.Side is LineSide.Unknown)
        {
            // Somebody was found to be at fault in this trouble: to see less later takes nothing back. And at first, time is needed to look.
            if (!isFirst || _time.GetElapsedTime(_onset) < Plan.Limits.SilentAfter * 2) return false;
        }

        if (_confirmed < (isFirst || found.Side == _verdict!.Side ? Confirmations : 2 * Confirmations)) return false;
        _verdict = found;
        return true;
    }
}

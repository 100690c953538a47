using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Flows;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Sip;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Analysis;

/// <summary>What a packet turned out to be; decides what of it may be kept.</summary>
public enum PacketKind { Other, Arp, Icmp, Udp, Rtp, Rtcp, Sip, Tcp }

/// <summary>What a look at a packet gave.</summary>
public readonly record struct PacketSight(PacketKind Kind, ChecksumVerdict Network, ChecksumVerdict Transport)
{
    public bool IsDamaged => Mark is not EvidenceMark.None;

    public EvidenceMark Mark =>
        (Network is ChecksumVerdict.Wrong ? EvidenceMark.WrongNetworkChecksum : 0) | (Transport is ChecksumVerdict.Wrong ? EvidenceMark.WrongTransportChecksum : 0);
}

/// <summary>
/// Reads a line from its packets: pure, without a clock, the same for a live line and a file. One thread at a time; no objects are made for a packet
/// that belongs to what is known.
/// </summary>
public sealed class LineAnalysis(AnalysisBounds bounds)
{
    private readonly StreamTable _streams = new(bounds.Streams);
    private readonly CallTable _calls = new(bounds.Calls);
    private readonly FlowTable _flows = new(bounds.Flows);
    private readonly List<RtpStream> _proven = [];
    private readonly bool[] _isSipPort = MarkedPorts(bounds.SipPorts);
    private long _now;
    private long _intervalEnds;
    private (long Packets, long Octets, long Rtp, long Rtcp, long Sip, long Tcp, long Wrong) _count;

    /// <summary>An interval of measurement is over: a good moment for a picture.</summary>
    public event Action? IntervalEnded;

    public PacketSight Take(in Packet packet)
    {
        Advance(packet.At);
        (_count.Packets, _count.Octets) = (_count.Packets + 1, _count.Octets + packet.WireLength);
        var sight = new PacketSight(Look(packet), Checksums.OfNetwork(packet), Checksums.OfTransport(packet));
        if (sight.IsDamaged) _count.Wrong++;
        return sight;
    }

    /// <summary>Time went by, with or without packets.</summary>
    public void Advance(long now)
    {
        if (now <= _now) return;
        _now = now;
        if (_intervalEnds == 0) _intervalEnds = now + bounds.Interval.Ticks;
        if (now < _intervalEnds) return;
        EndInterval();

        // Silence longer than an interval is one interval, not many.
        _intervalEnds = now + bounds.Interval.Ticks;
    }

    public LinePicture Picture()
    {
        var streams = _streams.Proven.Select(s => s.Figures()).OrderBy(s => s.FirstAt).ThenBy(s => s.Source, StringComparer.Ordinal);
        return new(new(_now, TimeSpan.Zero), Totals, [.. streams], [.. _calls.Calls.OrderBy(c => c.Since).Select(Figures)], [.. _flows.Flows.OrderBy(f => f.FirstAt).Select(Figures)]);
    }

    public LineTotals Totals =>
        new(_count.Packets, _count.Octets, _count.Rtp, _count.Rtcp, _count.Sip, _count.Tcp, _count.Wrong, _streams.Refused + _calls.Refused + _flows.Refused);

    private PacketKind Look(in Packet packet)
    {
        if (packet.IsTcp)
        {
            _count.Tcp++;
            _flows.Take(packet);
            if (IsSipPort(packet)) TakeSip(packet);
            return PacketKind.Tcp;
        }

        if (packet.IsUdp) return LookAtDatagram(packet);
        if (packet.IsArp) return PacketKind.Arp;
        return packet.TransportAt >= 0 && packet.Protocol is Packet.Icmp or Packet.IcmpV6 ? PacketKind.Icmp : PacketKind.Other;
    }

    private PacketKind LookAtDatagram(in Packet packet)
    {
        if (IsSipPort(packet) && TakeSip(packet)) return PacketKind.Sip;
        var payload = packet.Payload;
        if (RtcpReader.TryRead(payload, packet.PayloadLength, out var report))
        {
            _count.Rtcp++;
            TakeReport(packet, ref report);
            return PacketKind.Rtcp;
        }

        if (!RtpHeader.TryRead(payload, out var header) || _streams.Take(packet, header, _calls.PlaceOf(packet)) is null) return PacketKind.Udp;
        _count.Rtp++;
        return PacketKind.Rtp;
    }

    private bool TakeSip(in Packet packet)
    {
        if (!SipSniff.TryRead(packet.Payload, out var sip)) return SipSniff.TryStart(packet.Payload, out _, out _);
        _count.Sip++;
        _calls.Take(sip, packet);
        return true;
    }

    private void TakeReport(in Packet packet, ref RtcpReader report)
    {
        foreach (var stream in Beside(packet, report.Sender, isSender: true))
            if (report.MiddleOfTime is { } middle) stream.Announced(middle, packet.At);
        while (report.Next(out var block))
            foreach (var stream in Beside(packet, block.Source, isSender: false)) stream.Reported(block.Loss, block.Jitter, block.LastReport, block.Delay, packet.At);
    }

    // The stream of this source between the same two hosts, from or to where the report comes from. RTCP is rare: a walk is cheap enough.
    private IEnumerable<RtpStream> Beside(in Packet packet, uint source, bool isSender)
    {
        var (from, to) = isSender ? (packet.Source, packet.Destination) : (packet.Destination, packet.Source);
        return _streams.Proven.Where(s => s.Key.Source == source && s.Key.From.Host == from && s.Key.To.Host == to);
    }

    private void EndInterval()
    {
        _streams.EndInterval();
        _streams.Sweep(_now);
        _calls.Sweep(_now);
        _flows.Sweep(_now);
        _proven.Clear();
        _proven.AddRange(_streams.Proven);
        foreach (var call in _calls.Calls) call.OneWay = OneWayJudge.Judge(call, _proven, _now);
        IntervalEnded?.Invoke();
    }

    private bool IsSipPort(in Packet packet) => _isSipPort[packet.SourcePort] || _isSipPort[packet.DestinationPort];

    private static bool[] MarkedPorts(IReadOnlyList<int> ports)
    {
        var marked = new bool[ushort.MaxValue + 1];
        foreach (var port in ports) marked[(ushort)port] = true;
        return marked;
    }

    private static CallFigures Figures(SipCall call) => new(
        call.Id, call.From.ToString(), call.To.ToString(), Word(call.State), call.Status, new(call.Since, TimeSpan.Zero), new(call.ChangedAt, TimeSpan.Zero), Word(call.OneWay));

    private static FlowFigures Figures(TcpFlow flow) => new(
        flow.Client.ToString(), flow.Server.ToString(), flow.Packets, flow.Octets, flow.Retransmissions, flow.ZeroWindows, flow.Resets)
    {
        RoundTrip = flow.MeanTrip,
        LeastRoundTrip = flow.MeanTrip is null ? null : flow.LeastTrip,
        MostRoundTrip = flow.MeanTrip is null ? null : flow.MostTrip,
        FirstAt = new(flow.FirstAt, TimeSpan.Zero),
        LastAt = new(flow.LastAt, TimeSpan.Zero),
    };

    private static string Word(CallState state) => state.ToString().ToLowerInvariant();

    private static string Word(OneWay oneWay) => oneWay switch
    {
        OneWay.CallerHearsNothing => "caller-hears-nothing",
        OneWay.CalleeHearsNothing => "callee-hears-nothing",
        _ => "no",
    };
}

using System.Buffers.Binary;
using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Flows;

/// <summary>A TCP connection by its two ends, in an order that does not depend on who sent the first packet that was seen.</summary>
internal readonly record struct FlowKey(HostPort Low, HostPort High)
{
    public static FlowKey Of(in Packet packet, out bool isFromLow)
    {
        var (from, to) = (packet.From, packet.To);
        isFromLow = from.Host.Value < to.Host.Value || (from.Host == to.Host && from.Port <= to.Port);
        return isFromLow ? new(from, to) : new(to, from);
    }
}

/// <summary>One connection: what was sent twice, windows that closed, resets, and the round trip between a segment and its acknowledgement.</summary>
internal sealed class TcpFlow(FlowKey key, long at)
{
    private const byte Fin = 1;
    private const byte Syn = 2;
    private const byte Rst = 4;
    private const byte Ack = 16;

    private readonly Side _low = new();
    private readonly Side _high = new();
    private double _sumOfTrips;
    private long _trips;

    public FlowKey Key => key;
    public long FirstAt { get; } = at;
    public long LastAt { get; private set; } = at;
    public long Packets { get; private set; }
    public long Octets { get; private set; }
    public long Retransmissions { get; private set; }
    public long ZeroWindows { get; private set; }
    public long Resets { get; private set; }
    public double LeastTrip { get; private set; } = double.PositiveInfinity;
    public double MostTrip { get; private set; }
    public double? MeanTrip => _trips == 0 ? null : _sumOfTrips / _trips;

    /// <summary>Who was called: the side that was sent a SYN, or else the one with the smaller port.</summary>
    public HostPort Server { get; private set; } = key.Low.Port <= key.High.Port ? key.Low : key.High;
    public HostPort Client => Server == key.Low ? key.High : key.Low;

    public void Take(in Packet packet, bool isFromLow)
    {
        var head = packet.Frame[packet.TransportAt..];
        var (sequence, acknowledged) = (BinaryPrimitives.ReadUInt32BigEndian(head[4..]), BinaryPrimitives.ReadUInt32BigEndian(head[8..]));
        var (flags, window) = (head[13], BinaryPrimitives.ReadUInt16BigEndian(head[14..]));
        var length = packet.PayloadLength;
        var (mine, other) = isFromLow ? (_low, _high) : (_high, _low);
        (LastAt, Packets, Octets) = (packet.At, Packets + 1, Octets + length);
        if ((flags & Syn) != 0 && (flags & Ack) == 0) Server = packet.To;
        if ((flags & Rst) != 0)
        {
            Resets++;
            return;
        }

        if (window == 0 && (flags & (Syn | Fin)) == 0) ZeroWindows++;
        Send(mine, sequence, (uint)length + ((flags & (Syn | Fin)) != 0 ? 1u : 0u), length, packet.At);
        if ((flags & Ack) != 0) Acknowledge(other, acknowledged, packet.At);
    }

    private void Send(Side side, uint sequence, uint takes, int length, long at)
    {
        if (takes == 0) return;
        var end = sequence + takes;
        if (!side.IsKnown)
        {
            (side.IsKnown, side.Next) = (true, end);
            (side.Timed, side.TimedAt) = (end, at);
            return;
        }

        if ((int)(end - side.Next) > 0)
        {
            // New octets, perhaps after some that the watch did not see.
            side.Next = end;
            if (side.TimedAt == 0) (side.Timed, side.TimedAt) = (end, at);
            return;
        }

        // One octet before what is next, asking whether the other is there, is a keep-alive (RFC 9293 §3.8.4).
        if (length <= 1 && sequence == side.Next - 1) return;
        Retransmissions++;

        // Karn: an answer to what was sent twice tells no round trip.
        if ((int)(side.Timed - sequence) > 0) side.TimedAt = 0;
    }

    private void Acknowledge(Side side, uint number, long at)
    {
        if (side.TimedAt == 0 || (int)(number - side.Timed) < 0) return;
        var trip = (at - side.TimedAt) / (double)TimeSpan.TicksPerMillisecond;
        side.TimedAt = 0;
        if (trip < 0) return;
        (_sumOfTrips, _trips) = (_sumOfTrips + trip, _trips + 1);
        (LeastTrip, MostTrip) = (Math.Min(LeastTrip, trip), Math.Max(MostTrip, trip));
    }

    private sealed class Side
    {
        public bool IsKnown { get; set; }
        public uint Next { get; set; }
        public uint Timed { get; set; }
        public long TimedAt { get; set; }
    }
}

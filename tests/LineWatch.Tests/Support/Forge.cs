using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Pcapng;

namespace AvGateway.LineWatch.Tests;

/// <summary>Makes Ethernet frames by hand, with right checksums, and puts them into a capture in the order of their times.</summary>
internal sealed class Forge
{
    public const string Caller = "10.1.1.10";
    public const string Callee = "10.2.2.20";
    public static readonly DateTimeOffset Start = new(2026, 11, 30, 1, 0, 0, TimeSpan.Zero);

    private readonly List<(long At, byte[] Frame)> _frames = [];

    public IReadOnlyList<(long At, byte[] Frame)> Frames => [.. _frames.OrderBy(f => f.At)];

    public Forge Udp(double seconds, string from, int fromPort, string to, int toPort, byte[] payload, byte dscp = 0)
    {
        var udp = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), (ushort)toPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        payload.CopyTo(udp, 8);
        return Add(seconds, Ip(from, to, 17, udp, checksumAt: 6, dscp));
    }

    public Forge Tcp(double seconds, string from, int fromPort, string to, int toPort, uint sequence, uint acknowledged, string flags, int payload = 0, int window = 1000)
    {
        var tcp = new byte[20 + payload];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)toPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), acknowledged);
        tcp[12] = 0x50;
        tcp[13] = (byte)((flags.Contains('F') ? 1 : 0) | (flags.Contains('S') ? 2 : 0) | (flags.Contains('R') ? 4 : 0) | (flags.Contains('A') ? 16 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), (ushort)window);
        return Add(seconds, Ip(from, to, 6, tcp, checksumAt: 16, 0));
    }

    public Forge Sip(double seconds, bool isFromCaller, string text)
    {
        var (from, to) = isFromCaller ? (Caller, Callee) : (Callee, Caller);
        var message = text.ReplaceLineEndings("\r\n");
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return Udp(seconds, from, 5060, to, 5060, Encoding.UTF8.GetBytes(message.Replace("LENGTH", $"{Encoding.UTF8.GetByteCount(body)}")), dscp: 24);
    }

    /// <summary>A G.711 packet of 20 ms.</summary>
    public Forge Rtp(double seconds, bool isFromCaller, ushort sequence, uint timestamp, uint source = 0xCAFE, byte type = 8, byte[]? speech = null)
    {
        var payload = new byte[12 + 160];
        payload[0] = 0x80;
        payload[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(8), source);
        (speech ?? []).CopyTo(payload, 12);
        return isFromCaller ? Udp(seconds, Caller, 20_000, Callee, 30_000, payload, dscp: 46) : Udp(seconds, Callee, 30_000, Caller, 20_000, payload, dscp: 46);
    }

    /// <summary>A call with both descriptions, from its first message to the acknowledgement.</summary>
    public Forge Call(double seconds, string callId = "a84b4c76e66710", string calleeWay = "sendrecv") => Sip(seconds, true, $"""
        INVITE sip:+8613800001111@10.2.2.20 SIP/2.0
        Via: SIP/2.0/UDP 10.1.1.10:5060;branch=z9hG4bK776
        From: "王法官" <sip:judge.wang@10.1.1.10>;tag=1928
        To: <sip:+8613800001111@10.2.2.20>
        Call-ID: {callId}
        CSeq: 1 INVITE
        Contact: <sip:judge.wang@10.1.1.10>
        Proxy-Authorization: Digest username="judge.wang", response="CANARY-PASSWORD"
        Content-Type: application/sdp
        Content-Length: LENGTH

        v=0
        o=wang 1 1 IN IP4 10.1.1.10
        s=Hearing of CANARY-CASE
        c=IN IP4 10.1.1.10
        t=0 0
        m=audio 20000 RTP/AVP 8 101
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:CANARY-KEY
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000

        """).Sip(seconds + 0.1, false, $"""
        SIP/2.0 200 OK CANARY-REASON
        Via: SIP/2.0/UDP 10.1.1.10:5060;branch=z9hG4bK776
        From: "王法官" <sip:judge.wang@10.1.1.10>;tag=1928
        To: <sip:+8613800001111@10.2.2.20>;tag=a6c8
        Call-ID: {callId}
        CSeq: 1 INVITE
        Content-Type: application/sdp
        Content-Length: LENGTH

        v=0
        o=- 1 1 IN IP4 10.2.2.20
        s=-
        c=IN IP4 10.2.2.20
        t=0 0
        m=audio 30000 RTP/AVP 8 101
        a={calleeWay}

        """);

    public byte[] ToPcapng()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PcapngWriter(output);
        writer.Begin("tests", "made by hand", LinkLayer.Ethernet, "eth1", 65_535);
        foreach (var (at, frame) in Frames) writer.Frame(at, frame, frame.Length);
        return output.WrittenSpan.ToArray();
    }

    public static Packet Read((long At, byte[] Frame) frame) => Packet.Read(frame.At, LinkLayer.Ethernet, frame.Frame, frame.Frame.Length);

    private Forge Add(double seconds, byte[] ip)
    {
        var frame = new byte[14 + ip.Length];
        "\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0"u8.CopyTo(frame);
        ip.CopyTo(frame, 14);
        _frames.Add((Start.UtcTicks + (long)(seconds * TimeSpan.TicksPerSecond), frame));
        return this;
    }

    private static byte[] Ip(string from, string to, byte protocol, byte[] inner, int checksumAt, byte dscp)
    {
        var ip = new byte[20 + inner.Length];
        ip[0] = 0x45;
        ip[1] = (byte)(dscp << 2);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)ip.Length);
        (ip[8], ip[9]) = (64, protocol);
        IPAddress.Parse(from).TryWriteBytes(ip.AsSpan(12), out _);
        IPAddress.Parse(to).TryWriteBytes(ip.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), Complement(ip.AsSpan(0, 20)));
        inner.CopyTo(ip, 20);
        byte[] pseudo = [.. ip[12..20], 0, protocol, (byte)(inner.Length >> 8), (byte)inner.Length, .. inner];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(20 + checksumAt), Complement(pseudo));
        return ip;
    }

    private static ushort Complement(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2) sum += (uint)((octets[i] << 8) | (i + 1 < octets.Length ? octets[i + 1] : 0));
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}

using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Streams;

/// <summary>The streams that are seen, within bounds. What nobody announced has to prove that it is RTP before it is shown.</summary>
internal sealed class StreamTable(int mostStreams)
{
    // Announced by SDP: RFC 3550 A.1. By itself: a chance agreement of that many random numbers in a row does not happen.
    private const int ProofOfAnnounced = 2;
    private const int ProofOfUnknown = 5;
    private const long CandidateLife = 3 * TimeSpan.TicksPerSecond;
    private const long StreamLife = 5 * TimeSpan.TicksPerMinute;
    private const int FirstFreePort = 1024;

    private readonly Dictionary<StreamKey, RtpStream> _streams = [];
    private readonly List<StreamKey> _old = [];

    /// <summary>Packets that looked like RTP and found the table full.</summary>
    public long Refused { get; private set; }

    public IEnumerable<RtpStream> Proven => _streams.Values.Where(IsProven);

    public RtpStream? Find(in StreamKey key) => _streams.GetValueOrDefault(key);

    /// <summary>The stream that this packet belongs to; null: it is none, or there is no room.</summary>
    /// <param name="media">What a call announced for its receiver or its sender.</param>
    public RtpStream? Take(in Packet packet, in RtpHeader header, MediaPlace? media)
    {
        var key = new StreamKey(packet.From, packet.To, header.Source);
        if (!_streams.TryGetValue(key, out var stream))
        {
            if (media is null && !LooksLikeMedia(packet, header)) return null;
            if (_streams.Count >= mostStreams)
            {
                Refused++;
                return null;
            }

            _streams.Add(key, stream = new(key));
        }

        stream.Call ??= media?.Call;
        var codec = media?.CodecOf(header.PayloadType) ?? Codec.OfStatic(header.PayloadType);
        stream.Take(header, codec, packet.At, packet.Dscp, Math.Max(0, packet.PayloadLength - header.Length));
        return stream;
    }

    public void EndInterval()
    {
        foreach (var stream in _streams.Values) stream.EndInterval();
    }

    /// <summary>Forgets what has been silent for long, and what did not prove itself.</summary>
    public void Sweep(long now)
    {
        foreach (var (key, stream) in _streams)
            if (now - stream.LastAt > (IsProven(stream) ? StreamLife : CandidateLife)) _old.Add(key);
        foreach (var key in _old) _streams.Remove(key);
        _old.Clear();
    }

    public static bool IsProven(RtpStream stream) => stream.InOrder >= (stream.Call is null ? ProofOfUnknown : ProofOfAnnounced) || stream.Restarts > 0;

    // RFC 3551 §6: 35–71 and 77–95 are nobody's. A datagram longer than its head says so itself.
    private static bool LooksLikeMedia(in Packet packet, in RtpHeader header) =>
        packet.SourcePort >= FirstFreePort && packet.DestinationPort >= FirstFreePort && header.PayloadType is <= 34 or >= 96
        && header.Source != 0 && header.Length < packet.PayloadLength;
}

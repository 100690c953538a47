using System.Net;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// Where our side of the audio is. Without a port (0) calls carry signalling alone and the stream is offered as inactive.
/// </summary>
/// <param name="Address">The local address of media.</param>
/// <param name="AudioPort">Even UDP port of RTP; RTCP is the next one.</param>
public sealed record SipMediaPlan(IPAddress Address, int AudioPort);

/// <summary>What both sides have agreed on.</summary>
/// <param name="Remote">Where our RTP goes; null when the peer wants none.</param>
/// <param name="PayloadType">0 PCMU or 8 PCMA, by the number that the agreed description uses.</param>
/// <param name="IsALaw">PCMA; else PCMU.</param>
/// <param name="Direction">From our side.</param>
public sealed record SipMediaAgreement(IPEndPoint? Remote, int PayloadType, bool IsALaw, SdpDirection Direction);

/// <summary>Offer and answer (RFC 3264) for one audio stream of G.711; every other stream is refused with port 0.</summary>
internal sealed class SdpNegotiation(SipMediaPlan plan, ulong id)
{
    private const string Avp = "RTP/AVP";

    /// <summary>Discard port (RFC 3264 has no "no port" that does not mean refusal): an inactive stream that nothing is sent to.</summary>
    private const int NoPort = 9;

    private ulong _version;
    private SdpSession? _last;

    /// <summary>Our last description keeps the peer from sending.</summary>
    public bool HoldsPeer => _last?.Media.FirstOrDefault(m => m.Port != 0)?.Direction is SdpDirection.SendOnly or SdpDirection.Inactive;

    /// <summary>The description that stands, for a refresh that changes nothing.</summary>
    public byte[] Repeat() => (_last ?? Session([Audio(["0", "8"], SdpDirection.SendReceive)])).ToBytes(plan.Address);

    public byte[] Offer(SdpDirection direction) => Write([Audio(["0", "8"], direction)]);

    /// <summary>Answers an offer. False: there is no stream that we can take part in (488).</summary>
    public bool TryAnswer(ReadOnlySpan<byte> offer, bool weHold, out byte[] answer, out SipMediaAgreement? agreed)
    {
        answer = [];
        agreed = null;
        if (!SdpSession.TryParse(offer, out var session) || session.Media.Count == 0) return false;
        var streams = new List<SdpMedia>();
        foreach (var stream in session.Media)
        {
            if (agreed is null && TryAudio(stream, out var format, out var isALaw))
            {
                var direction = Mirrored(Offered(stream), weHold);
                agreed = Agreement(stream, format, isALaw, direction);
                streams.Add(Audio([format], direction, stream.EncodingOf(format)!));
            }
            else
            {
                streams.Add(new(stream.Kind, 0, stream.Protocol, stream.Formats));
            }
        }

        if (agreed is null) return false;
        answer = Write(streams);
        return true;
    }

    /// <summary>Reads the answer to our offer. False: the peer refused the audio or answered with a codec that we did not offer.</summary>
    public bool TryAccept(ReadOnlySpan<byte> answer, out SipMediaAgreement? agreed)
    {
        agreed = null;
        if (!SdpSession.TryParse(answer, out var session) || session.Media.Count == 0 || _last is null) return false;
        var stream = session.Media[0];
        if (!TryAudio(stream, out var format, out var isALaw)) return false;
        agreed = Agreement(stream, format, isALaw, Mirrored(Offered(stream),
            _last.Media[0].Direction is SdpDirection.SendOnly or SdpDirection.Inactive));
        return true;
    }

    private byte[] Write(IReadOnlyList<SdpMedia> streams)
    {
        _version++;
        _last = Session(streams);
        return _last.ToBytes(plan.Address);
    }

    private SdpSession Session(IReadOnlyList<SdpMedia> streams) => new(id, _version, streams);

    private SdpMedia Audio(IReadOnlyList<string> formats, SdpDirection direction, string? encoding = null)
    {
        var maps = formats.Select(f => $"rtpmap:{f} {encoding ?? (f == "0" ? "PCMU/8000" : "PCMA/8000")}");
        return plan.AudioPort == 0
            ? new("audio", NoPort, Avp, formats) { Direction = SdpDirection.Inactive, Attributes = [.. maps] }
            : new("audio", plan.AudioPort, Avp, formats) { Direction = direction, Attributes = [.. maps, "ptime:20"] };
    }

    private static bool TryAudio(SdpMedia stream, out string format, out bool isALaw)
    {
        format = "";
        isALaw = false;
        if (stream.Kind != "audio" || stream.Port == 0 || stream.Protocol != Avp || stream.Address is null) return false;
        foreach (var candidate in stream.Formats)
        {
            var encoding = stream.EncodingOf(candidate);
            if (encoding is null || !int.TryParse(candidate, out var type) || type is < 0 or > 127) continue;
            isALaw = encoding.StartsWith("PCMA/8000", StringComparison.OrdinalIgnoreCase);
            if (!isALaw && !encoding.StartsWith("PCMU/8000", StringComparison.OrdinalIgnoreCase)) continue;
            format = candidate;
            return true;
        }

        return false;
    }

    private static SipMediaAgreement Agreement(SdpMedia stream, string format, bool isALaw, SdpDirection direction)
    {
        var silent = stream.Port == NoPort || IsUnspecified(stream);
        return new(silent
            ? null
            : new(stream.Address!, stream.Port), int.Parse(format, System.Globalization.CultureInfo.InvariantCulture), isALaw, direction);
    }

    /// <summary>The address 0.0.0.0 is how endpoints of RFC 2543 put a call on hold.</summary>
    private static SdpDirection Offered(SdpMedia stream) => !IsUnspecified(stream) ? stream.Direction
        : stream.Direction == SdpDirection.SendReceive ? SdpDirection.SendOnly : SdpDirection.Inactive;

    private static bool IsUnspecified(SdpMedia stream) => stream.Address!.Equals(IPAddress.Any) || stream.Address.Equals(IPAddress.IPv6Any);

    private static SdpDirection Mirrored(SdpDirection offered, bool weHold) => offered switch
    {
        SdpDirection.SendReceive => weHold ? SdpDirection.SendOnly : SdpDirection.SendReceive,
        SdpDirection.SendOnly => weHold ? SdpDirection.Inactive : SdpDirection.ReceiveOnly,
        SdpDirection.ReceiveOnly => SdpDirection.SendOnly,
        _ => SdpDirection.Inactive,
    };
}

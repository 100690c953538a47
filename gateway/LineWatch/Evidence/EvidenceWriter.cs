using System.Buffers;
using System.Globalization;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Pcapng;

namespace AvGateway.LineWatch.Evidence;

/// <summary>Why a window of packets is kept.</summary>
/// <param name="Fault">The fault's id.</param>
/// <param name="Clock">How far the clock is from its reference; null: nobody measured it.</param>
public sealed record EvidenceCause(string Fault, string Code, string Watch, string Interface, DateTimeOffset From, DateTimeOffset Until, TimeSpan? Clock);

/// <summary>Writes a window of the ring as pcapng: who, why and when in the file's comment, and on a frame what was wrong with it while it was whole.</summary>
public sealed class EvidenceWriter(EvidenceCause cause, LinkLayer link, IBufferWriter<byte> output)
{
    private const string Program = "AvGateway line watch";
    private const int LongestFrame = 4096;
    private const string WrongNetwork = "the IPv4 header checksum was wrong";
    private const string WrongTransport = "the UDP or TCP checksum was wrong (looked at before the payload was cut)";
    private const string WrongBoth = "the checksums of IPv4 and of UDP or TCP were wrong (looked at before the payload was cut)";

    private readonly PcapngWriter _writer = new(output);
    private long _place;
    private bool _hasBegun;

    public long Frames { get; private set; }

    /// <summary>Writes what came since the last call, up to the end of the window.</summary>
    public void Continue(EvidenceRing ring)
    {
        if (!_hasBegun) _writer.Begin(Program, Comment(cause), link, cause.Interface, LongestFrame);
        _hasBegun = true;
        _place = ring.Read(cause.From.UtcTicks, cause.Until.UtcTicks, Write, _place);
    }

    public static string Comment(EvidenceCause cause) => string.Create(CultureInfo.InvariantCulture, $"""
        fault {cause.Fault} ({cause.Code})
        watch {cause.Watch} on {cause.Interface}
        window {cause.From.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} to {cause.Until.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}
        clock offset {(cause.Clock is { } offset ? $"{offset.TotalMilliseconds:+0.0;-0.0;0.0} ms against its reference" : "not measured")}
        payload removed before it was stored; SIP by a list of allowed fields, the rest overwritten with x
        """);

    private void Write(long at, ReadOnlySpan<byte> kept, int wireLength, EvidenceMark mark)
    {
        _writer.Frame(at, kept, wireLength, mark is EvidenceMark.None ? null : Words(mark));
        Frames++;
    }

    /// <summary>Whether a comment on a frame is one that is written here.</summary>
    public static bool IsOurWord(string? comment) => comment is WrongNetwork or WrongTransport or WrongBoth;

    private static string Words(EvidenceMark mark) => mark switch
    {
        EvidenceMark.WrongNetworkChecksum => WrongNetwork,
        EvidenceMark.WrongTransportChecksum => WrongTransport,
        _ => WrongBoth,
    };
}

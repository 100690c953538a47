namespace AvGateway.LineWatch.Streams;

/// <summary>What an RTP payload type stands for. A clock of 0: not known, so no jitter can be told.</summary>
public readonly record struct Codec(string Name, int Clock)
{
    public const string TelephoneEvent = "telephone-event";

    public static readonly Codec Unknown = new("?", 0);

    public bool IsVideo => Clock == 90_000;

    // RFC 3551 §6. G.722 samples at 16 kHz and counts at 8 kHz (§4.5.2).
    private static readonly Dictionary<byte, Codec> Static = new()
    {
        [0] = new("PCMU", 8000),
        [3] = new("GSM", 8000),
        [4] = new("G723", 8000),
        [5] = new("DVI4", 8000),
        [6] = new("DVI4", 16_000),
        [7] = new("LPC", 8000),
        [8] = new("PCMA", 8000),
        [9] = new("G722", 8000),
        [10] = new("L16", 44_100),
        [11] = new("L16", 44_100),
        [12] = new("QCELP", 8000),
        [13] = new("CN", 8000),
        [14] = new("MPA", 90_000),
        [15] = new("G728", 8000),
        [16] = new("DVI4", 11_025),
        [17] = new("DVI4", 22_050),
        [18] = new("G729", 8000),
        [25] = new("CelB", 90_000),
        [26] = new("JPEG", 90_000),
        [28] = new("nv", 90_000),
        [31] = new("H261", 90_000),
        [32] = new("MPV", 90_000),
        [33] = new("MP2T", 90_000),
        [34] = new("H263", 90_000),
    };

    public static Codec OfStatic(byte payloadType) => Static.GetValueOrDefault(payloadType, Unknown);
}

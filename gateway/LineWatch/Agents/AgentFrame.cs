using System.Buffers.Binary;
using System.Text.Json;

namespace AvGateway.LineWatch.Agents;

/// <summary>What a frame between gateway and capture process holds.</summary>
public enum AgentWord : byte
{
    Hello = 1,
    Settings = 2,
    Status = 3,
    Picture = 4,
    EvidenceWanted = 5,
    EvidencePart = 6,
    EvidenceEnd = 7,
}

/// <summary>The other side does not speak this protocol, or another version of it.</summary>
public sealed class AgentProtocolException(string message) : Exception(message);

/// <summary>
/// Frames on the local socket: "AV", version, word, length (little endian, bounded), payload. JSON but for parts of evidence, which begin with the
/// number of their request.
/// </summary>
public static class AgentFrame
{
    public const byte Version = 1;
    public const int LongestPayload = 1024 * 1024;
    private const int HeadLength = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static byte[] Of<T>(AgentWord word, T value) => Pack(word, JsonSerializer.SerializeToUtf8Bytes(value, Json));

    public static byte[] Pack(AgentWord word, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LongestPayload) throw new AgentProtocolException($"{payload.Length} octets do not fit a frame");
        var frame = new byte[HeadLength + payload.Length];
        "AV"u8.CopyTo(frame);
        frame[2] = Version;
        frame[3] = (byte)word;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame.AsSpan(HeadLength));
        return frame;
    }

    /// <returns>Null: the other side closed.</returns>
    public static async Task<(AgentWord Word, byte[] Payload)?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[HeadLength];
        if (await stream.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancellation) < HeadLength) return null;
        if (head[0] != 'A' || head[1] != 'V') throw new AgentProtocolException("this is no capture process of AvGateway");
        if (head[2] != Version) throw new AgentProtocolException($"it speaks version {head[2]}, this is version {Version}: install gateway and capture process from one package");
        var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4));
        if (length is < 0 or > LongestPayload) throw new AgentProtocolException($"a frame of {length} octets");
        var payload = new byte[length];
        if (await stream.ReadAtLeastAsync(payload, length, throwOnEndOfStream: false, cancellation) < length) return null;
        return ((AgentWord)head[3], payload);
    }

    public static T Read<T>(byte[] payload)
    {
        try { return JsonSerializer.Deserialize<T>(payload, Json) ?? throw new AgentProtocolException("an empty message"); }
        catch (JsonException unreadable)
        {
            throw new AgentProtocolException($"a message that cannot be read: {unreadable.Message}");
        }
    }
}

/// <summary>First word of both sides.</summary>
public sealed record AgentHello(string Program);

/// <summary>What the gateway wants watched. The capture process knows nothing else of the site.</summary>
public sealed record AgentSettings(IReadOnlyList<WatchPlanOf> Watches)
{
    public const int MostWatches = 4;
}

/// <summary>A plan as it goes over the socket.</summary>
public sealed record WatchPlanOf(
    string Id, string Interface, IReadOnlyList<int> SipPorts, int FirstMediaPort, int LastMediaPort, IReadOnlyList<string> Devices, int RingOctets, double RingSeconds);

public sealed record AgentStatus(string Watch, string State, string En, string Zh, string RemedyEn, string RemedyZh);

public sealed record AgentPicture(string Watch, Analysis.LinePicture Picture, long Captured, long Dropped, long HeldFrames, long HeldOctets, DateTimeOffset? HeldSince);

public sealed record EvidenceWanted(int Number, Evidence.EvidenceCause Cause);

/// <param name="Frames">How many frames the window held.</param>
/// <param name="Problem">Null: it is whole.</param>
public sealed record EvidenceEnd(int Number, long Frames, string? Problem);

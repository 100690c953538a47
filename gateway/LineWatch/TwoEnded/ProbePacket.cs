using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>What a gateway tells its peers of another court that it watches.</summary>
internal readonly record struct ThirdWord(uint Site, LegState Stream);

/// <summary>One question or answer between two gateways. Both are of one length, so that a reflector never sends more than it was sent.</summary>
/// <param name="Session">Chosen anew by whoever asks at each start.</param>
/// <param name="Sequence">Number of the question.</param>
/// <param name="Count">In an answer: how many questions of the session have arrived, this one included.</param>
/// <param name="Epoch">The reflector's number of its start; a question repeats the one that it was told, so that recorded questions count for nothing.</param>
internal sealed record ProbePacket(bool IsAnswer, uint From, uint To, ulong Session, ulong Epoch, uint Sequence, uint Count)
{
    public const int Length = 128;
    public const int MostThirds = 4;

    private const uint Magic = 0x41564C31; // AVL1
    private const int SignedLength = 96;
    private const int ThirdAt = 56;
    private const int ThirdLength = 5;

    public ulong AskedAt { get; init; }
    public ulong HeardAt { get; init; }
    public ulong AnsweredAt { get; init; }
    public ushort AskerError { get; init; }
    public ushort ReflectorError { get; init; }

    /// <summary>The sender's own end of the line.</summary>
    public LineEnd End { get; init; }
    public ImmutableArray<ThirdWord> Thirds { get; init; } = [];

    /// <summary>The name of a court as it stands in packets.</summary>
    public static uint NameOf(string site) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(site)));

    public void Write(Span<byte> packet, ReadOnlySpan<byte> key)
    {
        packet[..SignedLength].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(packet, Magic);
        packet[4] = IsAnswer ? (byte)2 : (byte)1;
        packet[5] = (byte)Thirds.Length;
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], AskerError);
        BinaryPrimitives.WriteUInt64BigEndian(packet[8..], Session);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], Count);
        BinaryPrimitives.WriteUInt64BigEndian(packet[24..], AskedAt);
        BinaryPrimitives.WriteUInt64BigEndian(packet[32..], HeardAt);
        BinaryPrimitives.WriteUInt64BigEndian(packet[40..], AnsweredAt);
        BinaryPrimitives.WriteUInt16BigEndian(packet[48..], ReflectorError);
        packet[50] = (byte)End.Link;
        packet[51] = (byte)End.Router;
        packet[52] = (byte)End.Port;
        packet[53] = (byte)End.Carrier;
        for (var i = 0; i < Thirds.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(packet[(ThirdAt + i * ThirdLength)..], Thirds[i].Site);
            packet[ThirdAt + i * ThirdLength + 4] = (byte)Thirds[i].Stream;
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet[80..], From);
        BinaryPrimitives.WriteUInt32BigEndian(packet[84..], To);
        BinaryPrimitives.WriteUInt64BigEndian(packet[88..], Epoch);
        HMACSHA256.HashData(key, packet[..SignedLength], packet[SignedLength..Length]);
    }

    /// <summary>Null for whatever is not signed with this key, or says what no version of ours says.</summary>
    public static ProbePacket? Read(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> key)
    {
        if (packet.Length != Length || BinaryPrimitives.ReadUInt32BigEndian(packet) != Magic || packet[4] is not (1 or 2) || packet[5] > MostThirds) return null;
        Span<byte> signature = stackalloc byte[Length - SignedLength];
        HMACSHA256.HashData(key, packet[..SignedLength], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, packet[SignedLength..])) return null;
        if (packet[50] > (byte)LinkState.Down || packet[51] > (byte)LegState.Silent || packet[52] > (byte)PortState.Disabled || packet[53] > (byte)LegState.Silent) return null;
        var thirds = ImmutableArray.CreateBuilder<ThirdWord>(packet[5]);
        for (var i = 0; i < packet[5]; i++)
        {
            var state = packet[ThirdAt + i * ThirdLength + 4];
            if (state > (byte)LegState.Silent) return null;
            thirds.Add(new(BinaryPrimitives.ReadUInt32BigEndian(packet[(ThirdAt + i * ThirdLength)..]), (LegState)state));
        }

        return new(
            packet[4] == 2, BinaryPrimitives.ReadUInt32BigEndian(packet[80..]), BinaryPrimitives.ReadUInt32BigEndian(packet[84..]),
            BinaryPrimitives.ReadUInt64BigEndian(packet[8..]), BinaryPrimitives.ReadUInt64BigEndian(packet[88..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[16..]), BinaryPrimitives.ReadUInt32BigEndian(packet[20..]))
        {
            AskedAt = BinaryPrimitives.ReadUInt64BigEndian(packet[24..]),
            HeardAt = BinaryPrimitives.ReadUInt64BigEndian(packet[32..]),
            AnsweredAt = BinaryPrimitives.ReadUInt64BigEndian(packet[40..]),
            AskerError = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]),
            ReflectorError = BinaryPrimitives.ReadUInt16BigEndian(packet[48..]),
            End = new((LinkState)packet[50], (LegState)packet[51], (PortState)packet[52], (LegState)packet[53]),
            Thirds = thirds.DrainToImmutable(),
        };
    }
}

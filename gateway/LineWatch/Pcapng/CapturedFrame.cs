using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Pcapng;

/// <summary>A frame of a capture; its octets are valid until the next one is read.</summary>
/// <param name="at">UTC ticks of 100 ns.</param>
public readonly ref struct CapturedFrame(long at, LinkLayer link, ReadOnlySpan<byte> octets, int wireLength, string? comment = null)
{
    public long At { get; } = at;
    public LinkLayer Link { get; } = link;
    public ReadOnlySpan<byte> Octets { get; } = octets;
    public int WireLength { get; } = wireLength;

    /// <summary>What the file says of this frame.</summary>
    public string? Comment { get; } = comment;

    public Packet Read() => Packet.Read(At, Link, Octets, WireLength);
}

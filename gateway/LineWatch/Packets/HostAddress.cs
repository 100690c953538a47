using System.Buffers.Binary;
using System.Net;

namespace AvGateway.LineWatch.Packets;

/// <summary>An IPv4 or IPv6 address as a number, so that tables of packets need no objects. IPv4 stands in its mapped form (RFC 4291 §2.5.5.2).</summary>
public readonly record struct HostAddress(UInt128 Value)
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000UL;

    public bool IsIPv4 => (ulong)(Value >> 64) == 0 && ((ulong)Value & 0xFFFF_FFFF_0000_0000UL) == MappedPrefix;

    public static HostAddress Of(ReadOnlySpan<byte> octets) =>
        octets.Length == 4 ? new(MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(octets)) : new(BinaryPrimitives.ReadUInt128BigEndian(octets));

    public static HostAddress Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        return address.TryWriteBytes(octets, out var length) ? Of(octets[..length]) : default;
    }

    public IPAddress ToAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Value);
        return IsIPv4 ? new(octets[12..]) : new(octets);
    }

    public override string ToString() => ToAddress().ToString();
}

/// <summary>An address with a port.</summary>
public readonly record struct HostPort(HostAddress Host, ushort Port)
{
    public override string ToString() => Host.IsIPv4 ? $"{Host}:{Port}" : $"[{Host}]:{Port}";
}

using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Drivers.Transports.Wake;

/// <summary>The hardware address of one network card.</summary>
internal sealed class MacAddress
{
    public const int Length = 6;

    private const byte Group = 0x01;

    private readonly byte[] _octets;

    private MacAddress(byte[] octets) => _octets = octets;

    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>Reads the usual notations: <c>a4-bb-6d-01-02-03</c>, <c>a4:bb:6d:01:02:03</c>, <c>a4bb.6d01.0203</c> and <c>a4bb6d010203</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MacAddress? address, [NotNullWhen(false)] out string? why)
    {
        address = null;
        if (HexText.Read(text, Length) is not { } octets)
        {
            why = $"\"{text}\" is no MAC address; write six pairs of hexadecimal digits, for example a4-bb-6d-01-02-03";
            return false;
        }

        why = (octets[0] & Group) != 0 ? $"{text} is the address of a group, and of no network card; copy the one that the PC itself shows"
            : Array.TrueForAll(octets, octet => octet == 0) ? $"{text} stands for no network card; copy the one that the PC itself shows"
            : null;
        if (why is not null) return false;
        address = new(octets);
        return true;
    }

    public override string ToString() => BitConverter.ToString(_octets).ToLowerInvariant();
}

/// <summary>Octets as people write them.</summary>
internal static class HexText
{
    /// <summary>Null where it is not that many octets, separated the same way throughout or not at all.</summary>
    public static byte[]? Read(string text, int octets)
    {
        var group = text.Contains('.', StringComparison.Ordinal) ? 4 : 2;
        var separator = Array.Find(['-', ':', '.'], text.Contains);
        var digits = separator == default ? text : string.Concat(text.Split(separator).Where(part => part.Length == group));
        var separators = separator == default ? 0 : (octets * 2 / group) - 1;
        return digits.Length == octets * 2 && text.Length == digits.Length + separators && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }
}

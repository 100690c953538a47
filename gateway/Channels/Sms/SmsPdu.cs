using System.Globalization;
using System.Text;

namespace AvGateway.Channels.Sms;

/// <summary>What a status report says of one part.</summary>
/// <param name="Reference">TP-MR of the part.</param>
/// <param name="Status">TP-ST.</param>
internal readonly record struct SmsReport(byte Reference, byte Status);

/// <summary>Messages as 3GPP TS 23.040 lays them out: SMS-SUBMIT in UCS-2, in as many parts as it takes, and SMS-STATUS-REPORT.</summary>
internal static class SmsPdu
{
    public const int MostParts = 4;

    private const int UnitsOfOne = 70;
    private const int UnitsOfPart = 67;

    private const byte Submit = 0x01;
    private const byte RelativeValidity = 0x10;
    private const byte ReportRequested = 0x20;
    private const byte HasHeader = 0x40;
    private const byte International = 0x91;
    private const byte National = 0x81;
    private const byte Ucs2 = 0x08;

    // (n + 1) × 5 minutes, §9.2.3.12.1: a fault of last night is of no use to a telephone that is switched on in the morning.
    private const byte FourHours = 47;
    private const byte Concatenated = 0x00;

    /// <summary>The text in parts of UTF-16, never cut inside a character. What is more than four parts is left out.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        if (text.Length <= UnitsOfOne) return [text];
        text = NoticeText.CutToUnits(text, (UnitsOfPart - 1) * MostParts);
        var parts = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(UnitsOfPart, text.Length - at);
            if (char.IsHighSurrogate(text[at + length - 1])) length--;
            parts.Add(text.Substring(at, length));
            at += length;
        }

        return parts;
    }

    /// <summary>One part, in hexadecimal as AT+CMGS takes it.</summary>
    /// <param name="centre">Service centre; null: the SIM's.</param>
    /// <param name="reference">The same for all parts of a message.</param>
    /// <param name="length">Octets without the service centre, for AT+CMGS.</param>
    public static string Encode(string? centre, string number, IReadOnlyList<string> parts, int index, byte reference, bool wantsReport, out int length)
    {
        var isPart = parts.Count > 1;
        var tpdu = new List<byte> { (byte)(Submit | RelativeValidity | (isPart ? HasHeader : 0) | (wantsReport ? ReportRequested : 0)), 0 };
        var digits = number.TrimStart('+');
        tpdu.Add((byte)digits.Length);
        tpdu.Add(number.StartsWith('+') ? International : National);
        tpdu.AddRange(SemiOctets(digits));
        tpdu.AddRange([0, Ucs2, FourHours]);
        byte[] header = isPart ? [5, Concatenated, 3, reference, (byte)parts.Count, (byte)(index + 1)] : [];
        var text = Encoding.BigEndianUnicode.GetBytes(parts[index]);
        tpdu.Add((byte)(header.Length + text.Length));
        tpdu.AddRange(header);
        tpdu.AddRange(text);
        length = tpdu.Count;
        return Convert.ToHexString([.. CentreOf(centre), .. tpdu]);
    }

    /// <summary>Null for what is no status report.</summary>
    public static SmsReport? ReadReport(string hex)
    {
        if (hex.Length is < 4 or > 400 || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit)) return null;
        var pdu = Convert.FromHexString(hex).AsSpan();
        if (pdu.Length < 1 + pdu[0] + 3) return null;
        var tpdu = pdu[(1 + pdu[0])..];
        if ((tpdu[0] & 0x03) != 0x02) return null;

        // Then the receiver, the time at which the centre had it, the time of its end, and how it ended.
        var status = 3 + 1 + ((tpdu[2] + 1) / 2) + 7 + 7;
        return tpdu.Length > status ? new(tpdu[1], tpdu[status]) : null;
    }

    private static byte[] CentreOf(string? centre)
    {
        if (centre is null) return [0];
        var digits = SemiOctets(centre.TrimStart('+'));
        return [(byte)(digits.Length + 1), centre.StartsWith('+') ? International : National, .. digits];
    }

    /// <summary>Two digits an octet, the first one low; an odd number ends in F.</summary>
    private static byte[] SemiOctets(string digits)
    {
        var even = digits.Length % 2 == 0 ? digits : digits + 'F';
        var octets = new byte[even.Length / 2];
        for (var i = 0; i < octets.Length; i++) octets[i] = byte.Parse([even[(2 * i) + 1], even[2 * i]], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return octets;
    }
}

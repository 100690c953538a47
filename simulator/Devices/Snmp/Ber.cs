using System.Text;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>One tag, length and value of the Basic Encoding Rules, as SNMP uses them: definite lengths, tags of one byte.</summary>
internal readonly record struct Tlv(byte Tag, byte[] Content)
{
    public const byte Integer = 0x02, OctetString = 0x04, Null = 0x05, ObjectId = 0x06, Sequence = 0x30;
    public const byte Counter32 = 0x41, Gauge32 = 0x42, TimeTicks = 0x43, Counter64 = 0x46;
    public const byte NoSuchObject = 0x80, NoSuchInstance = 0x81, EndOfMibView = 0x82;

    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>Content as a signed number, whatever the tag; 0 for what has none.</summary>
    public long Number
    {
        get
        {
            var number = Content.Length > 0 && (Content[0] & 0x80) != 0 && Tag == Integer ? -1L : 0L;
            foreach (var b in Content) number = (number << 8) | b;
            return number;
        }
    }

    public static Tlv Of(long number) => new(Integer, Signed(number));

    public static Tlv Unsigned(byte tag, ulong number)
    {
        var bytes = new List<byte>();
        for (var rest = number; bytes.Count == 0 || rest > 0; rest >>= 8) bytes.Insert(0, (byte)rest);
        if ((bytes[0] & 0x80) != 0) bytes.Insert(0, 0);
        return new(tag, [.. bytes]);
    }

    public static Tlv Of(string text) => new(OctetString, Encoding.UTF8.GetBytes(text));

    public static Tlv Of(byte[] octets) => new(OctetString, octets);

    public static Tlv Of(Oid oid) => new(ObjectId, oid.Encode());

    public static Tlv Empty(byte tag) => new(tag, []);

    public static Tlv Group(byte tag, params IEnumerable<Tlv> parts) => new(tag, [.. parts.SelectMany(part => part.Encode())]);

    public byte[] Encode()
    {
        byte[] length = Content.Length switch
        {
            < 0x80 => [(byte)Content.Length],
            < 0x100 => [0x81, (byte)Content.Length],
            _ => [0x82, (byte)(Content.Length >> 8), (byte)Content.Length],
        };
        return [Tag, .. length, .. Content];
    }

    /// <summary>The parts of a constructed value; null when they do not fill it exactly.</summary>
    public Tlv[]? Parts()
    {
        var parts = new List<Tlv>();
        for (var rest = Content.AsSpan(); rest.Length > 0;)
        {
            if (!TryRead(rest, out var part, out var taken)) return null;
            parts.Add(part);
            rest = rest[taken..];
        }

        return [.. parts];
    }

    /// <summary>Takes one off the front; false when it is not all there or no tag and length begin here.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Tlv value, out int taken)
    {
        value = default;
        taken = 0;
        if (bytes.Length < 2) return false;
        int length = bytes[1];
        var at = 2;
        if (length > 0x80)
        {
            var count = length - 0x80;
            if (count > 3 || bytes.Length < 2 + count) return false;
            length = 0;
            for (; at < 2 + count; at++) length = (length << 8) | bytes[at];
        }
        else if (length == 0x80)
        {
            return false;
        }

        if (bytes.Length - at < length) return false;
        value = new(bytes[0], bytes.Slice(at, length).ToArray());
        taken = at + length;
        return true;
    }

    private static byte[] Signed(long number)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Insert(0, (byte)number);
            number >>= 8;
        }
        while ((number != 0 || (bytes[0] & 0x80) != 0) && (number != -1 || (bytes[0] & 0x80) == 0));
        return [.. bytes];
    }
}

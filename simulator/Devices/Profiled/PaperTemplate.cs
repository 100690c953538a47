using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.Profiled;

/// <summary>A frame of a profile with places in it, as this side reads the notation.</summary>
internal sealed class PaperTemplate
{
    private readonly List<Part> _parts = [];
    private readonly byte[] _lowest;
    private readonly bool _hex;
    private readonly PaperSum? _sum;

    /// <param name="lowest">The lowest byte that may stand at each place of an answer.</param>
    public PaperTemplate(string text, bool hex, PaperSum? sum, byte[] lowest)
    {
        _lowest = lowest;
        _hex = hex;
        _sum = sum;
        for (var at = 0; at < text.Length;)
        {
            var close = text[at] == '{' ? text.IndexOf('}', at) : -1;
            if (hex && char.IsWhiteSpace(text[at])) at++;
            else if (!hex && at + 1 < text.Length && text[at] is '{' or '}' && text[at + 1] == text[at])
            {
                _parts.Add(new(Bytes: [(byte)text[at]]));
                at += 2;
            }
            else if (close > at)
            {
                _parts.Add(Place(text[(at + 1)..close]));
                at = close + 1;
            }
            else if (hex && text.AsSpan(at).StartsWith("??"))
            {
                _parts.Add(new(Any: true));
                at += 2;
            }
            else if (hex)
            {
                _parts.Add(new(Bytes: [byte.Parse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)]));
                at += 2;
            }
            else _parts.Add(new(Bytes: [(byte)text[at++]]));
        }
    }

    /// <summary>Writes it; what stands for anything is written as <paramref name="anything"/>.</summary>
    public byte[] Write(Func<string, string> values, Func<string, PaperCodes?> codes, string anything = "")
    {
        var bytes = new List<byte>();
        foreach (var part in _parts)
        {
            if (part.Bytes is { } literal) bytes.AddRange(literal);
            else if (part.Any) bytes.Add(bytes.Count < _lowest.Length ? _lowest[bytes.Count] : (byte)0);
            else if (part.Name == "*") bytes.AddRange(Encoding.Latin1.GetBytes(anything));
            else if (part.Name == "sum") bytes.AddRange(Check([.. bytes]));
            else bytes.AddRange(Encode(part, values(part.Name!), codes(part.Name!)));
        }

        return [.. bytes];
    }

    /// <summary>Reads what begins these bytes; how many it took, 0 when more is needed, -1 when it is none of these.</summary>
    public int Read(ReadOnlySpan<byte> bytes, Func<string, PaperCodes?> codes, Dictionary<string, string> found)
    {
        var at = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            var part = _parts[i];
            var rest = bytes[at..];
            if (part.Bytes is { } literal)
            {
                if (rest.IsEmpty) return 0;
                if (rest[0] != literal[0]) return -1;
                at++;
                continue;
            }

            if (part.Name == "sum")
            {
                var check = Check(bytes[..at]);
                if (rest.Length < check.Length) return 0;
                if (!rest.StartsWith(check)) return -1;
                at += check.Length;
                continue;
            }

            var taken = part.Any ? Math.Min(rest.Length, 1) : Decode(part, rest, codes(part.Name!), i + 1 < _parts.Count ? _parts[i + 1].Bytes : null, out var word, found);
            if (taken <= 0) return taken;
            at += taken;
        }

        return at;
    }

    private static Part Place(string text)
    {
        var (name, width, digits, plus) = (text, 0, false, 0);
        if (name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            var form = name[(colon + 1)..];
            (digits, name) = (form.StartsWith('x'), name[..colon]);
            width = int.Parse(form.TrimStart('x'), CultureInfo.InvariantCulture);
        }

        if (name.IndexOf('+', StringComparison.Ordinal) is > 0 and var sign) (plus, name) = (int.Parse(name.AsSpan(sign + 1), CultureInfo.InvariantCulture), name[..sign]);
        return new(Name: name, Width: width, Digits: digits, Plus: plus);
    }

    private byte[] Encode(Part part, string word, PaperCodes? codes)
    {
        if (codes is not null) return codes.Code(word);
        if (!long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return Encoding.Latin1.GetBytes(word);
        number += part.Plus;
        if (!_hex) return Encoding.ASCII.GetBytes(number.ToString(part.Digits ? $"X{part.Width}" : part.Width > 0 ? $"D{part.Width}" : "D", CultureInfo.InvariantCulture));
        var bytes = new byte[Math.Max(part.Width, 1)];
        for (var i = bytes.Length - 1; i >= 0; i--, number >>= 8) bytes[i] = (byte)number;
        return bytes;
    }

    private int Decode(Part part, ReadOnlySpan<byte> rest, PaperCodes? codes, byte[]? next, out string word, Dictionary<string, string> found)
    {
        word = "";
        var length = 0;
        if (codes is not null)
        {
            length = codes.Longest(rest, out word);
            if (length == 0) return rest.Length < codes.Widest ? 0 : -1;
        }
        else if (_hex)
        {
            length = Math.Max(part.Width, 1);
            if (rest.Length < length) return 0;
            long number = 0;
            foreach (var b in rest[..length]) number = (number << 8) | b;
            word = (number - part.Plus).ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            var end = next is null ? rest.Length : rest.IndexOf(next[0]);
            if (end <= 0) return -1;
            length = part.Width > 0 ? Math.Min(part.Width, end) : end;
            word = Encoding.Latin1.GetString(rest[..length]);
            if (long.TryParse(word, part.Digits ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                word = (number - part.Plus).ToString(CultureInfo.InvariantCulture);
        }

        found[part.Name!] = word;
        return length;
    }

    private byte[] Check(ReadOnlySpan<byte> before)
    {
        var sum = _sum!.Of(before);
        return _hex ? sum : Encoding.ASCII.GetBytes(Convert.ToHexString(sum));
    }

    private sealed record Part(byte[]? Bytes = null, bool Any = false, string? Name = null, int Width = 0, bool Digits = false, int Plus = 0);
}

/// <summary>Words and the bytes that the device says for them.</summary>
internal sealed class PaperCodes(IReadOnlyList<(string Word, byte[] Code)> all)
{
    public IEnumerable<string> Words => all.Select(c => c.Word).Distinct();

    public int Widest => all.Max(c => c.Code.Length);

    public byte[] Code(string word) => all.FirstOrDefault(c => c.Word == word).Code ?? all[0].Code;

    public int Longest(ReadOnlySpan<byte> bytes, out string word)
    {
        (word, var length) = ("", 0);
        foreach (var (each, code) in all)
        {
            if (code.Length > length && bytes.StartsWith(code)) (word, length) = (each, code.Length);
        }

        return length;
    }
}

/// <summary>A check code by its name in the profile.</summary>
internal sealed record PaperSum(string Kind, int From)
{
    public byte[] Of(ReadOnlySpan<byte> frame)
    {
        byte or = 0, xor = 0, sum = 0;
        var crc = 0xFFFF;
        foreach (var b in frame[Math.Min(From, frame.Length)..])
        {
            or |= b;
            xor ^= b;
            sum += b;
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = crc % 2 == 1 ? (crc / 2) ^ 0xA001 : crc / 2;
        }

        return Kind switch
        {
            "or8" => [or],
            "xor8" => [xor],
            "sum8" => [sum],
            "neg-sum8" => [(byte)(256 - sum)],
            _ => [(byte)(crc % 256), (byte)(crc / 256)],
        };
    }
}

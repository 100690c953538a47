using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.Wires;

/// <summary>
/// Bytes as one readable line, as traces and transcripts write them: UTF-8 text with <c>\r \n \t \\</c>, and <c>\xHH</c> for every other
/// control byte and for what is not UTF-8. Reading also takes <c>\e</c> for Escape. Writing and reading back gives the same bytes.
/// </summary>
public static class WireText
{
    /// <summary>Writes bytes in the notation.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 8);
        while (!bytes.IsEmpty)
        {
            var whole = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (whole && !Rune.IsControl(rune) && rune.Value != '\\') text.Append(rune.ToString());
            else foreach (var b in bytes[..length]) Escape(text, b);
            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Reads the notation; a backslash that begins nothing known stands for itself.</summary>
    public static byte[] Read(string text)
    {
        var bytes = new List<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\\' && TryUnescape(text.AsSpan(i), out var b, out var taken))
            {
                bytes.Add(b);
                i += taken;
                continue;
            }

            if (!Rune.TryGetRuneAt(text, i, out var rune)) rune = Rune.ReplacementChar;
            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            i += rune.Utf16SequenceLength;
        }

        return [.. bytes];
    }

    private static void Escape(StringBuilder text, byte b)
    {
        switch (b)
        {
            case (byte)'\r': text.Append("\\r"); break;
            case (byte)'\n': text.Append("\\n"); break;
            case (byte)'\t': text.Append("\\t"); break;
            case (byte)'\\': text.Append("\\\\"); break;
            default: text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"); break;
        }
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, out byte value, out int taken)
    {
        taken = 2;
        value = 0;
        if (text.Length < 2) return false;
        switch (text[1])
        {
            case 'r': value = (byte)'\r'; return true;
            case 'n': value = (byte)'\n'; return true;
            case 't': value = (byte)'\t'; return true;
            case 'e': value = 0x1B; return true;
            case '\\': value = (byte)'\\'; return true;
            case 'x' when text.Length >= 4:
                taken = 4;
                return byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            default: return false;
        }
    }
}

using System.Globalization;
using System.Text;

namespace AvGateway.Testing;

/// <summary>Bytes as transcripts write them: UTF-8 text with <c>\r \n \t \e \\ \xHH</c>.</summary>
public static class WireNotation
{
    public static byte[] Read(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                var length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case 'e': bytes.Add(0x1B); break;
                case '\\': bytes.Add((byte)'\\'); break;
                case 'x':
                    bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                default: throw new FormatException($"\\{text[i]} is no byte of the notation");
            }
        }

        return [.. bytes];
    }

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 16);
        foreach (var b in bytes)
        {
            switch (b)
            {
                case (byte)'\r': text.Append("\\r"); break;
                case (byte)'\n': text.Append("\\n"); break;
                case (byte)'\\': text.Append("\\\\"); break;
                case 0x1B: text.Append("\\e"); break;
                case < 0x20 or > 0x7E: text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"); break;
                default: text.Append((char)b); break;
            }
        }

        return text.ToString();
    }
}

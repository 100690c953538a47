using System.Buffers;
using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Runtime;

/// <summary>Bytes in the notation of the <c>.wire</c> transcripts, so that a log excerpt pastes into one.</summary>
public static class WireText
{
    public static string Of(ReadOnlySequence<byte> bytes)
    {
        var text = new StringBuilder((int)Math.Min(bytes.Length + 16, 8192));
        foreach (var segment in bytes)
        {
            foreach (var b in segment.Span) Append(text, b);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, byte b)
    {
        switch (b)
        {
            case (byte)'\r': text.Append("\\r"); break;
            case (byte)'\n': text.Append("\\n"); break;
            case (byte)'\\': text.Append("\\\\"); break;
            case < 0x20 or > 0x7E: text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}"); break;
            default: text.Append((char)b); break;
        }
    }
}

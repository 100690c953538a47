using System.Buffers;
using System.Text;

namespace AvGateway.Channels.Sms;

/// <summary>Cuts what a modem says into lines (3GPP TS 27.007 §4). Pure: nothing is remembered.</summary>
internal static class ModemCodec
{
    /// <summary>Invitation to send the message (TS 27.005 §3.5.1); it ends in no line break.</summary>
    public const string Prompt = "> ";

    public const byte EndOfMessage = 0x1A;
    public const byte Escape = 0x1B;

    private const int LongestLine = 1024;

    /// <summary>The next line, or the prompt. Empty lines are skipped; what never ends is taken as a line at its bound.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> input, out string line)
    {
        line = "";
        var reader = new SequenceReader<byte>(input);
        reader.AdvancePastAny((byte)'\r', (byte)'\n', 0);
        input = input.Slice(reader.Position);
        if (reader.IsNext((byte)'>') && reader.Remaining == 1) return false;
        if (reader.IsNext("> "u8, advancePast: true))
        {
            input = input.Slice(reader.Position);
            line = Prompt;
            return true;
        }

        if (reader.TryReadToAny(out ReadOnlySequence<byte> bytes, "\r\n"u8))
        {
            input = input.Slice(reader.Position);
            line = Encoding.Latin1.GetString(bytes);
            return true;
        }

        if (input.Length <= LongestLine) return false;
        line = Encoding.Latin1.GetString(input.Slice(0, LongestLine));
        input = input.Slice(LongestLine);
        return true;
    }
}

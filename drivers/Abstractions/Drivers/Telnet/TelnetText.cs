using System.Buffers;

namespace AvGateway.Drivers.Telnet;

/// <summary>Reads what the text of a device begins with.</summary>
/// <returns>How many bytes it takes; 0 while its end is not there.</returns>
public delegate int TelnetLineReader<TReply>(ReadOnlySpan<byte> text, ref TReply reply);

/// <summary>The text of a device that speaks over telnet: between its lines stand line ends, telnet's own bytes, and noise.</summary>
public static class TelnetText
{
    /// <summary>Reads the next line, or what the other end wants to negotiate; nothing is taken before one of them is there as a whole.</summary>
    /// <param name="line">Is given what begins with a printable character other than a space, as every line does.</param>
    /// <param name="negotiated">Makes the reply that asks for <see cref="TelnetCommands.Refuse"/>.</param>
    public static bool TryRead<TReply>(ref ReadOnlySequence<byte> input, TelnetLineReader<TReply> line, Func<string, TReply> negotiated, out TReply reply)
        where TReply : struct
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(negotiated);
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var taken = Read(bytes, line, negotiated, ref reply);
        if (taken > 0) input = input.Slice(taken);
        return taken > 0;
    }

    private static int Read<TReply>(ReadOnlySpan<byte> bytes, TelnetLineReader<TReply> line, Func<string, TReply> negotiated, ref TReply reply)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var rest = bytes[at..];
            if (TelnetCommands.Begins(rest))
            {
                var length = TelnetCommands.Read(rest, out var negotiation);
                if (length == 0) return 0;
                at += length;
                if (negotiation is null) continue;
                reply = negotiated(negotiation);
                return at;
            }

            if (rest[0] is > (byte)' ' and <= (byte)'~')
            {
                var length = line(rest, ref reply);
                return length == 0 ? 0 : at + length;
            }

            at++;
        }

        // What is left may be half of a command.
        return 0;
    }
}

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What a stream holds at its start.</summary>
public enum SipFrame
{
    /// <summary>More octets are needed.</summary>
    Incomplete,
    Message,

    /// <summary>CRLF CRLF: the peer asks for a CRLF back (RFC 5626 §4.4.1).</summary>
    Ping,

    /// <summary>One CRLF: the answer to our ping, or a stray line end.</summary>
    Pong,

    /// <summary>Where this message ends cannot be told: the connection is of no more use.</summary>
    Broken,
}

/// <summary>Cuts a stream into messages by Content-Length (RFC 3261 §18.3).</summary>
public static class SipStreamFramer
{
    /// <summary>Looks at the start of the stream. <paramref name="length"/> octets belong to the frame (0 when incomplete).</summary>
    /// <param name="fault">For <see cref="SipFrame.Broken"/>: why.</param>
    public static SipFrame Next(ReadOnlySpan<byte> stream, out int length, out SipVerdict fault)
    {
        fault = SipVerdict.Accepted;
        length = 0;
        if (stream.IsEmpty) return SipFrame.Incomplete;
        if (stream.StartsWith("\r\n\r\n"u8)) return Taken(SipFrame.Ping, 4, out length);
        if (stream.StartsWith("\r\n"u8) && stream.Length > 2) return Taken(SipFrame.Pong, 2, out length);
        if (stream[0] == '\n') return Taken(SipFrame.Pong, 1, out length);
        if (stream[0] == '\r')
            return stream.Length > 1 && stream[1] != '\n' ? Broke(new(SipFault.StartLine, 0, "stream"), out fault) : SipFrame.Incomplete;
        var headEnd = SipParser.HeadEnd(stream, out var bodyStart);
        if (headEnd < 0)
        {
            return stream.Length > SipLimits.Head ? Broke(new(SipFault.TooLarge, 513, "header fields"), out fault) : SipFrame.Incomplete;
        }

        if (headEnd > SipLimits.Head) return Broke(new(SipFault.TooLarge, 513, "header fields"), out fault);
        if (!TryContentLength(stream[..headEnd], out var body))
            return Broke(new(SipFault.ContentLength, 400, SipHeaders.ContentLength), out fault);
        if (bodyStart + body > SipLimits.Message) return Broke(new(SipFault.TooLarge, 513, "message"), out fault);
        if (stream.Length < bodyStart + body) return SipFrame.Incomplete;
        return Taken(SipFrame.Message, bodyStart + body, out length);
    }

    /// <summary>A single CRLF at the end of what has come: a pong, or the first half of a ping. The receiver decides by time.</summary>
    public static bool IsLoneLineEnd(ReadOnlySpan<byte> stream) => stream.SequenceEqual("\r\n"u8);

    private static SipFrame Taken(SipFrame frame, int octets, out int length)
    {
        length = octets;
        return frame;
    }

    private static SipFrame Broke(SipVerdict verdict, out SipVerdict fault)
    {
        fault = verdict;
        return SipFrame.Broken;
    }

    /// <summary>
    /// On a stream the field is mandatory and there must be one alone: two of them that a front element and we read differently is how
    /// messages are smuggled. A folded value is refused for the same reason.
    /// </summary>
    private static bool TryContentLength(ReadOnlySpan<byte> head, out int length)
    {
        length = -1;
        while (!head.IsEmpty)
        {
            var end = head.IndexOf((byte)'\n');
            var line = end < 0 ? head : head[..end];
            head = end < 0 ? [] : head[(end + 1)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[0] is (byte)' ' or (byte)'\t' || !IsContentLength(line[..colon].TrimEnd(" \t"u8))) continue;
            var value = line[(colon + 1)..].Trim(" \t\r"u8);
            if (length >= 0 || value.Length is 0 or > 10 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
            if (!System.Buffers.Text.Utf8Parser.TryParse(value, out length, out _)) return false;
            if (!head.IsEmpty && head[0] is (byte)' ' or (byte)'\t') return false;
        }

        return length is >= 0 and <= SipLimits.Message;
    }

    private static bool IsContentLength(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("l"u8) || name.SequenceEqual("L"u8) || System.Text.Ascii.EqualsIgnoreCase(name, "Content-Length"u8);
}

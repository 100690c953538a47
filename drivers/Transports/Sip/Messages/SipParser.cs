using System.Buffers;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Reads one message (RFC 3261 §7). Never throws on what a peer sent: every message gets a verdict.</summary>
/// <remarks>
/// A refused message is returned as far as it was understood, so that a request can be answered with the verdict's status.
/// </remarks>
public static partial class SipParser
{
    /// <summary>
    /// Reads a message that came as one datagram: octets behind Content-Length are left out, missing ones are a fault (§18.3).
    /// </summary>
    public static SipVerdict ReadDatagram(ReadOnlySpan<byte> octets, out SipMessage? message) => Read(octets, out message);

    private static SipVerdict Read(ReadOnlySpan<byte> octets, out SipMessage? message)
    {
        message = null;
        octets = octets.TrimStart("\r\n"u8);
        if (octets.IsEmpty) return new(SipFault.KeepAlive, 0, "message");
        if (octets.Length > SipLimits.Message) return new(SipFault.TooLarge, 0, "message");
        var headEnd = HeadEnd(octets, out var bodyStart);
        var whole = headEnd >= 0;
        if (!whole) headEnd = bodyStart = octets.Length;
        if (headEnd > SipLimits.Head) return new(SipFault.TooLarge, 0, "header fields");

        var rented = ArrayPool<char>.Shared.Rent(headEnd);
        try
        {
            Encoding.Latin1.GetChars(octets[..headEnd], rented);
            var findings = new Findings();
            message = ReadHead(rented.AsSpan(0, headEnd), ref findings);
            if (message is null) return findings.Verdict;
            if (!whole) findings.Add(SipFault.Truncated, 400, "header fields");
            ReadBody(octets[bodyStart..], message, ref findings);
            Check(message, ref findings);
            return message is SipResponse && !findings.Verdict.IsAccepted ? findings.Verdict with { Status = 0 } : findings.Verdict;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Where the header fields end, without the empty line; -1 when it has not come. Lone LF counts as a line end.</summary>
    internal static int HeadEnd(ReadOnlySpan<byte> octets, out int bodyStart)
    {
        var at = 0;
        while (octets[at..].IndexOf((byte)'\n') is >= 0 and var step)
        {
            at += step + 1;
            var rest = octets[at..];
            if (rest.StartsWith("\r\n"u8) || rest.StartsWith("\n"u8))
            {
                bodyStart = at + (rest[0] == '\n' ? 1 : 2);
                return at;
            }
        }

        bodyStart = -1;
        return -1;
    }

    private static SipMessage? ReadHead(ReadOnlySpan<char> head, ref Findings findings)
    {
        var line = TakeLine(ref head);
        var isResponse = line.StartsWith("SIP/", StringComparison.OrdinalIgnoreCase);
        SipMessage? message = isResponse ? ReadStatusLine(line, ref findings) : ReadRequestLine(line, ref findings);
        if (message is null) return null;
        while (!head.IsEmpty)
        {
            if (message.Headers.Count >= SipLimits.HeaderFields)
            {
                findings.Add(SipFault.TooManyHeaders, 400, "header fields");
                break;
            }

            ReadField(ref head, message, ref findings);
        }

        return message;
    }

    private static SipResponse? ReadStatusLine(ReadOnlySpan<char> line, ref Findings findings)
    {
        var space = line.IndexOf(' ');
        var version = space < 0 ? line : line[..space];
        if (!version.Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(SipFault.Version, 0, "status line");
            return null;
        }

        var rest = space < 0 ? [] : line[(space + 1)..];
        var end = rest.IndexOf(' ');
        var code = end < 0 ? rest : rest[..end];
        var reason = end < 0 ? [] : rest[(end + 1)..];
        if (code.Length != 3 || !SipGrammar.TryNumber(code, 699, out var status) || status < 100)
        {
            findings.Add(SipFault.StatusCode, 0, "status line");
            return null;
        }

        if (SipGrammar.HasStrayControl(reason))
        {
            findings.Add(SipFault.ControlCharacter, 0, "status line");
            return null;
        }

        return new SipResponse((int)status, reason.ToString());
    }

    private static SipRequest? ReadRequestLine(ReadOnlySpan<char> line, ref Findings findings)
    {
        var trimmed = line.TrimEnd(" \t");
        var first = trimmed.IndexOf(' ');
        var last = trimmed.LastIndexOf(' ');
        if (first <= 0 || last <= first || !SipGrammar.Is(trimmed[..first], SipGrammar.Token)
            || !IsVersion(trimmed[(last + 1)..], out var known))
        {
            findings.Add(SipFault.StartLine, 0, "request line");
            return null;
        }

        if (!known) findings.Add(SipFault.Version, 505, "request line");
        if (trimmed.Length != line.Length) findings.Add(SipFault.StartLine, 400, "request line");
        var target = trimmed[(first + 1)..last];
        SipUri? uri = null;
        if (target.Length > SipLimits.Uri) findings.Add(SipFault.RequestUriTooLong, 414, "Request-URI");
        else if (!SipUri.TryParse(target, out uri) || (uri.IsSip && uri.Headers.Length > 0))
            findings.Add(SipFault.RequestUri, 400, "Request-URI");
        return new(SipMethods.Interned(trimmed[..first]), uri);
    }

    private static bool IsVersion(ReadOnlySpan<char> text, out bool known)
    {
        known = text.Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase);
        if (known) return true;
        if (!text.StartsWith("SIP/", StringComparison.OrdinalIgnoreCase) || text.Length is < 7 or > 16) return false;
        foreach (var c in text[4..])
        {
            if (!char.IsAsciiDigit(c) && c != '.') return false;
        }

        return true;
    }

    private static void ReadField(ref ReadOnlySpan<char> head, SipMessage message, ref Findings findings)
    {
        var from = head;
        var line = TakeLine(ref head);
        var folded = false;
        while (!head.IsEmpty && head[0] is ' ' or '\t')
        {
            folded = true;
            TakeLine(ref head);
        }

        var field = folded ? from[..^head.Length] : line;
        var colon = line.IndexOf(':');
        var name = colon <= 0 ? [] : line[..colon].TrimEnd(" \t");
        if (!SipGrammar.Is(name, SipGrammar.Token))
        {
            findings.Add(SipFault.HeaderSyntax, 400, "header field name");
            return;
        }

        var canonical = SipHeaders.Canonical(name);
        var value = field[(colon + 1)..];
        if (value.Length > SipLimits.HeaderValue)
        {
            findings.Add(SipFault.TooLarge, 400, canonical);
            return;
        }

        var text = folded ? Unfolded(value) : value.Trim(" \t").ToString();
        if (SipGrammar.HasStrayControl(text))
        {
            findings.Add(SipFault.ControlCharacter, 400, canonical);
            return;
        }

        message.Headers.AddParsed(canonical, text);
    }

    /// <summary>Joins the lines of a folded value: each line end with the white space around it is one space.</summary>
    private static string Unfolded(ReadOnlySpan<char> lines)
    {
        var joined = new StringBuilder(lines.Length);
        while (!lines.IsEmpty)
        {
            var part = TakeLine(ref lines).Trim(" \t");
            if (joined.Length > 0 && !part.IsEmpty) joined.Append(' ');
            joined.Append(part);
        }

        return joined.ToString();
    }

    private static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('\n');
        if (end < 0)
        {
            var all = text;
            text = [];
            return all;
        }

        var line = text[..end];
        text = text[(end + 1)..];
        return line.EndsWith("\r") ? line[..^1] : line;
    }

    private static void ReadBody(ReadOnlySpan<byte> rest, SipMessage message, ref Findings findings)
    {
        var length = rest.Length;
        if (message.Headers.Lines(SipHeaders.ContentLength, out var text) > 0)
        {
            if (!SipGrammar.TryNumber(text, SipLimits.Message, out var stated))
                findings.Add(SipFault.ContentLength, 400, SipHeaders.ContentLength);
            else if (stated > rest.Length) findings.Add(SipFault.Truncated, 400, SipHeaders.ContentLength);
            else length = (int)stated;
        }

        if (length > 0) message.Body = rest[..length].ToArray();
    }

    /// <summary>The first fault counts: what follows may be its consequence.</summary>
    private struct Findings()
    {
        public SipVerdict Verdict { get; private set; } = SipVerdict.Accepted;

        public void Add(SipFault fault, int status, string where)
        {
            if (Verdict.IsAccepted) Verdict = new(fault, status, where);
        }
    }
}

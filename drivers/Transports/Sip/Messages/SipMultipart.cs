using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>One part of a multipart body (RFC 2046 §5.1).</summary>
public sealed record SipBodyPart(string ContentType, ReadOnlyMemory<byte> Body);

/// <summary>Takes multipart bodies apart, and finds the one part that a receiver understands.</summary>
public static class SipMultipart
{
    private const int PartHead = 4 * 1024;

    /// <summary>The parts of a body whose Content-Type is multipart/…; false when a boundary is missing or a part has no end.</summary>
    public static bool TryRead(string contentType, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out IReadOnlyList<SipBodyPart>? parts)
    {
        parts = null;
        if (!TryBoundary(contentType, out var boundary)) return false;
        var delimiter = Encoding.Latin1.GetBytes("--" + boundary);
        var found = new List<SipBodyPart>();
        var at = Delimiter(body.Span, 0, delimiter);
        while (at >= 0)
        {
            var rest = body.Span[(at + delimiter.Length)..];
            if (rest.StartsWith("--"u8))
            {
                parts = found;
                return true;
            }

            if (!rest.StartsWith("\r\n"u8) || found.Count == SipLimits.BodyParts) return false;
            var start = at + delimiter.Length + 2;
            var next = Delimiter(body.Span, start, delimiter);
            if (next < start || !TryPart(body[start..Math.Max(start, next - 2)], out var part)) return false;
            found.Add(part);
            at = next;
        }

        return false;
    }

    /// <summary>The body itself, or the first part, of the wanted type; empty when the message has none.</summary>
    public static ReadOnlyMemory<byte> Find(SipMessage message, string mediaType)
    {
        if (message.Body.IsEmpty || message.ContentType is not { } type) return default;
        if (type == mediaType) return message.Body;
        if (!type.StartsWith("multipart/", StringComparison.Ordinal)) return default;
        if (!TryRead(message.Headers[SipHeaders.ContentType]!, message.Body, out var parts)) return default;
        foreach (var part in parts)
        {
            if (part.ContentType.Split(';', 2)[0].Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase)) return part.Body;
        }

        return default;
    }

    private static bool TryBoundary(string contentType, out string boundary)
    {
        boundary = "";
        var scanner = new SipScanner(contentType);
        scanner.TakeAll(SipGrammar.Token);
        if (!scanner.TakeSeparator('/')) return false;
        scanner.TakeAll(SipGrammar.Token);
        if (!SipParameters.TryReadHeader(ref scanner, out var parameters)) return false;
        boundary = parameters["boundary"] ?? "";
        return boundary.Length is > 0 and <= 70;
    }

    /// <summary>The delimiter stands at the start of a line.</summary>
    private static int Delimiter(ReadOnlySpan<byte> body, int from, ReadOnlySpan<byte> delimiter)
    {
        while (from < body.Length)
        {
            var at = body[from..].IndexOf(delimiter);
            if (at < 0) return -1;
            at += from;
            if (at == 0 || (at >= 2 && body[at - 2] == '\r' && body[at - 1] == '\n')) return at;
            from = at + 1;
        }

        return -1;
    }

    private static bool TryPart(ReadOnlyMemory<byte> octets, [NotNullWhen(true)] out SipBodyPart? part)
    {
        part = null;
        if (octets.Span.StartsWith("\r\n"u8))
        {
            part = new("text/plain", octets[2..]);
            return true;
        }

        var end = octets.Span.IndexOf("\r\n\r\n"u8);
        if (end is < 0 or > PartHead) return false;
        var type = "text/plain";
        foreach (var line in Encoding.Latin1.GetString(octets.Span[..end]).Split("\r\n"))
        {
            if (line.Split(':', 2) is [var name, var value] && SipHeaders.Canonical(name.Trim()) == SipHeaders.ContentType)
                type = value.Trim();
        }

        part = new(type, octets[(end + 4)..]);
        return true;
    }
}

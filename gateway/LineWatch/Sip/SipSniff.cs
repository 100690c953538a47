using System.Buffers.Text;

namespace AvGateway.LineWatch.Sip;

/// <summary>What a watch needs of a SIP message, in place: no strings, no decoding, no trust (this comes from the line).</summary>
internal readonly ref struct SipSniff
{
    private const int MostHeaders = 128;

    /// <summary>0: a request.</summary>
    public int Status { get; private init; }

    /// <summary>Of the request, or the one that is answered.</summary>
    public ReadOnlySpan<byte> Method { get; private init; }
    public ReadOnlySpan<byte> CallId { get; private init; }

    /// <summary>Who sent the request that this is or answers.</summary>
    public ReadOnlySpan<byte> FromTag { get; private init; }
    public ReadOnlySpan<byte> Sdp { get; private init; }

    public static bool TryRead(ReadOnlySpan<byte> message, out SipSniff sip)
    {
        sip = default;
        if (!TryStart(message, out var rest, out var status)) return false;
        ReadOnlySpan<byte> callId = default, method = default, from = default;
        var isSdp = false;
        for (var i = 0; i < MostHeaders; i++)
        {
            if (!TryLine(ref rest, out var line)) return false;
            if (line.Length == 0) break;
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            var name = Trim(line[..colon]);
            var value = Trim(line[(colon + 1)..]);
            if (Is(name, "call-id"u8, "i"u8)) callId = value;
            else if (Is(name, "from"u8, "f"u8)) from = value;
            else if (Is(name, "cseq"u8, default)) method = value[(value.LastIndexOf((byte)' ') + 1)..];
            else if (Is(name, "content-type"u8, "c"u8)) isSdp = value.StartsWith("application/sdp"u8);
        }

        if (callId.IsEmpty || method.IsEmpty) return false;
        sip = new() { Status = status, Method = method, CallId = callId, FromTag = Tag(from), Sdp = isSdp ? rest : default };
        return true;
    }

    /// <summary>True for the first line of a request or an answer.</summary>
    public static bool TryStart(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> rest, out int status)
    {
        rest = message;
        status = 0;
        if (message.Length < 16 || !TryLine(ref rest, out var start)) return false;
        if (start.StartsWith("SIP/2.0 "u8))
            return start.Length >= 11 && Utf8Parser.TryParse(start[8..11], out status, out var used) && used == 3 && status is >= 100 and <= 699;
        return start.EndsWith(" SIP/2.0"u8) && start[0] is >= (byte)'A' and <= (byte)'Z';
    }

    /// <summary>The next line without its end; false: there is no more.</summary>
    public static bool TryLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (rest.IsEmpty) return false;
        var end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        if (line is [.., (byte)'\r']) line = line[..^1];
        return true;
    }

    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> full, ReadOnlySpan<byte> compact) =>
        System.Text.Ascii.EqualsIgnoreCase(name, full) || (!compact.IsEmpty && System.Text.Ascii.EqualsIgnoreCase(name, compact));

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> from)
    {
        var at = from.LastIndexOf(";tag="u8);
        if (at < 0) return default;
        var tag = from[(at + 5)..];
        var end = tag.IndexOfAny((byte)';', (byte)' ');
        return end < 0 ? tag : tag[..end];
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);
}

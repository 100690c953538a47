using System.Buffers;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Character classes of RFC 3261 §25.1. Text on the wire is handled with one char for each octet.</summary>
/// <remarks>
/// One char for each octet keeps what is echoed (From, To, Via) exactly as the peer wrote it, although some endpoints put GBK or Latin-1
/// into display names where UTF-8 is due. <see cref="Shown"/> turns such text into what a person reads.
/// </remarks>
internal static class SipGrammar
{
    private const string AlphaNumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Unreserved = AlphaNumeric + "-_.!~*'()";

    public static readonly SearchValues<char> Token = SearchValues.Create(AlphaNumeric + "-.!%*_+`'~");
    public static readonly SearchValues<char> Word = SearchValues.Create(AlphaNumeric + "-.!%*_+`'~()<>:\\\"/[]?{}");
    public static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    public static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    public static readonly SearchValues<char> User = SearchValues.Create(Unreserved + "%&=+$,;?/");
    public static readonly SearchValues<char> Password = SearchValues.Create(Unreserved + "%&=+$,");
    public static readonly SearchValues<char> UriParameter = SearchValues.Create(Unreserved + "%[]/:&+$");
    public static readonly SearchValues<char> UriHeaders = SearchValues.Create(Unreserved + "%[]/?:+$=&");
    public static readonly SearchValues<char> Opaque = SearchValues.Create(Unreserved + "%;/?:@&=+$,#[]");
    public static readonly SearchValues<char> Scheme = SearchValues.Create(AlphaNumeric + "+-.");
    public static readonly SearchValues<char> Host = SearchValues.Create(AlphaNumeric + "-._");

    /// <summary>
    /// Values of header parameters: token, host or IPv6 reference. '=' is seen unquoted in Contact parameters of the field.
    /// </summary>
    public static readonly SearchValues<char> ParameterValue = SearchValues.Create(AlphaNumeric + "-.!%*_+`'~[]:=/@$&#?(){}|\\^");

    public static bool Is(ReadOnlySpan<char> text, SearchValues<char> set) => !text.IsEmpty && !text.ContainsAnyExcept(set);

    /// <summary>A percent sign is followed by two hex digits (RFC 3261 §25.1 "escaped").</summary>
    public static bool EscapesAreWhole(ReadOnlySpan<char> text)
    {
        while (text.IndexOf('%') is >= 0 and var at)
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2])) return false;
            text = text[(at + 3)..];
        }

        return true;
    }

    /// <summary>A control octet is legal only behind a backslash, inside a quoted string (quoted-pair).</summary>
    public static bool HasStrayControl(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if ((c < ' ' && c != '\t') || c == 0x7F)
            {
                if (i == 0 || text[i - 1] != '\\') return true;
            }
        }

        return false;
    }

    /// <summary>Digits only, leading zeros allowed, at most <paramref name="max"/>.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, uint max, out uint number)
    {
        number = 0;
        if (!Is(text, Digits)) return false;
        ulong sum = 0;
        foreach (var c in text)
        {
            sum = (sum * 10) + (uint)(c - '0');
            if (sum > max) return false;
        }

        number = (uint)sum;
        return true;
    }

    /// <summary>What a person reads: UTF-8 if the octets are UTF-8, else each octet as Latin-1.</summary>
    public static string Shown(string octets)
    {
        if (Ascii.IsValid(octets)) return octets;
        var bytes = Encoding.Latin1.GetBytes(octets);
        try { return Strict.GetString(bytes); }
        catch (DecoderFallbackException) { return octets; }
    }

    /// <summary>The octets of a text that a person wrote.</summary>
    public static string Octets(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// A quoted string of any text; line ends cannot stand in one and become spaces, other controls stand behind a backslash.
    /// </summary>
    public static string Quote(string octets)
    {
        var quoted = new StringBuilder(octets.Length + 2).Append('"');
        foreach (var c in octets)
        {
            if (c is '"' or '\\' or (char)0x7F || (c < ' ' && c is not ('\r' or '\n' or '\t'))) quoted.Append('\\');
            quoted.Append(c is '\r' or '\n' ? ' ' : c);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Takes the quotes and quoted-pairs off; a text without quotes comes back as it is.</summary>
    public static string Unquote(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '"') return text.ToString();
        var inner = text[1..^1];
        if (!inner.Contains('\\')) return inner.ToString();
        var plain = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\' && i + 1 < inner.Length) i++;
            plain.Append(inner[i]);
        }

        return plain.ToString();
    }

    /// <summary>Percent escapes resolved.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                plain.Append((char)((Convert.ToInt32(text.Substring(i + 1, 1), 16) << 4) + Convert.ToInt32(text.Substring(i + 2, 1), 16)));
                i += 2;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static readonly UTF8Encoding Strict = new(false, true);
}

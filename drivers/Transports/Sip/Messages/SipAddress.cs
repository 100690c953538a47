using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>name-addr or addr-spec with the parameters of its header field: From, To, Contact, Route, Record-Route, Refer-To.</summary>
/// <param name="DisplayName">Octets without quotes; null when there is none.</param>
public sealed record SipAddress(string? DisplayName, SipUri Uri, SipParameters Parameters)
{
    public SipAddress(SipUri uri) : this(null, uri, SipParameters.None)
    {
    }

    public string? Tag => Parameters["tag"];

    public SipAddress WithTag(string tag) => this with { Parameters = Parameters.With("tag", tag) };

    /// <summary>Reads exactly one address; anything behind it is a fault.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SipAddress? address)
    {
        var scanner = new SipScanner(text);
        return TryRead(ref scanner, out address) && scanner.AtEnd;
    }

    /// <summary>Reads one address up to a comma or the end.</summary>
    internal static bool TryRead(ref SipScanner scanner, [NotNullWhen(true)] out SipAddress? address)
    {
        address = null;
        scanner.SkipWhite();
        string? display = null;
        SipUri? uri;
        if (scanner.TryTakeQuoted(out var quoted))
        {
            display = SipGrammar.Unquote(quoted);
            scanner.SkipWhite();
            if (!TryBracketed(ref scanner, out uri)) return false;
        }
        else if (scanner.Next == '<')
        {
            if (!TryBracketed(ref scanner, out uri)) return false;
        }
        else if (TryTokensBeforeBracket(ref scanner, out var tokens))
        {
            display = tokens;
            if (!TryBracketed(ref scanner, out uri)) return false;
        }
        else if (!TryBare(ref scanner, out uri))
        {
            return false;
        }

        if (!SipParameters.TryReadHeader(ref scanner, out var parameters)) return false;
        scanner.SkipWhite();
        address = new(display, uri!, parameters);
        return true;
    }

    public override string ToString() =>
        DisplayName is null ? $"<{Uri}>{Parameters}" : $"{SipGrammar.Quote(DisplayName)} <{Uri}>{Parameters}";

    private static bool TryBracketed(ref SipScanner scanner, out SipUri? uri)
    {
        uri = null;
        if (!scanner.Take('<')) return false;
        var end = scanner.Rest.IndexOf('>');
        if (end < 0 || !SipUri.TryParse(scanner.Rest[..end], out uri)) return false;
        scanner.Advance(end + 1);
        return true;
    }

    /// <summary>
    /// display-name = *(token LWS): words of token characters, or of octets above ASCII, which many endpoints leave unquoted.
    /// </summary>
    private static bool TryTokensBeforeBracket(ref SipScanner scanner, out string? tokens)
    {
        tokens = null;
        var bracket = scanner.Rest.IndexOf('<');
        if (bracket < 0) return false;
        var name = scanner.Rest[..bracket];
        foreach (var c in name)
        {
            if (c is not (' ' or '\t') && c < 0x80 && !SipGrammar.Token.Contains(c)) return false;
        }

        tokens = name.Trim(" \t").ToString();
        scanner.Advance(bracket);
        return true;
    }

    /// <summary>
    /// Without brackets every ';' belongs to the header field, and RFC 3261 §20 wants brackets around a URI that holds a comma or a
    /// question mark: what looks like one is refused rather than guessed.
    /// </summary>
    private static bool TryBare(ref SipScanner scanner, out SipUri? uri)
    {
        var end = scanner.Rest.IndexOfAny(";, \t");
        if (end < 0) end = scanner.Rest.Length;
        var text = scanner.Rest[..end];
        uri = null;
        if (text.Contains('?') || !SipUri.TryParse(text, out uri)) return false;
        scanner.Advance(end);
        return true;
    }
}

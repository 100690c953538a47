using System.Buffers;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Walks over one unfolded header field value.</summary>
internal ref struct SipScanner(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    public readonly ReadOnlySpan<char> Rest => _rest;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly char Next => _rest.IsEmpty ? '\0' : _rest[0];

    public void SkipWhite() => _rest = _rest.TrimStart(" \t");

    public void Advance(int count) => _rest = _rest[count..];

    public bool Take(char wanted)
    {
        if (_rest.IsEmpty || _rest[0] != wanted) return false;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>A separator with optional white space on both sides (SLASH, SEMI, EQUAL, COLON of the grammar).</summary>
    public bool TakeSeparator(char wanted)
    {
        var before = _rest;
        SkipWhite();
        if (!Take(wanted))
        {
            _rest = before;
            return false;
        }

        SkipWhite();
        return true;
    }

    public ReadOnlySpan<char> TakeAll(SearchValues<char> set)
    {
        var end = _rest.IndexOfAnyExcept(set);
        if (end < 0) end = _rest.Length;
        var taken = _rest[..end];
        _rest = _rest[end..];
        return taken;
    }

    /// <summary>A quoted string with its quotes.</summary>
    public bool TryTakeQuoted(out ReadOnlySpan<char> quoted)
    {
        quoted = default;
        if (Next != '"') return false;
        for (var i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] == '\\')
            {
                i++;
            }
            else if (_rest[i] == '"')
            {
                quoted = _rest[..(i + 1)];
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Host with an optional port: name, IPv4 address or IPv6 reference. White space around the colon only where it is allowed.
    /// </summary>
    public bool TryTakeHostPort(bool whiteAllowed, out string host, out int? port)
    {
        port = null;
        if (!TryTakeHost(out host)) return false;
        var colon = whiteAllowed ? TakeSeparator(':') : Take(':');
        if (!colon) return true;
        var digits = TakeAll(SipGrammar.Digits);
        if (!SipGrammar.TryNumber(digits, 65_535, out var number) || number == 0) return false;
        port = (int)number;
        return true;
    }

    private bool TryTakeHost(out string host)
    {
        host = "";
        if (Next != '[')
        {
            var name = TakeAll(SipGrammar.Host);
            host = name.ToString();
            return name.Length is > 0 and <= 255 && name[0] != '.' && name[0] != '-';
        }

        var end = _rest.IndexOf(']');
        if (end < 0 || end > 64) return false;
        var reference = _rest[..(end + 1)];
        if (!System.Net.IPAddress.TryParse(reference[1..^1], out _)) return false;
        host = reference.ToString();
        _rest = _rest[(end + 1)..];
        return true;
    }
}

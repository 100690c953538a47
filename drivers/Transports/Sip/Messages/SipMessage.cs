using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>A request or a response. What the parser has accepted has all of Via, From, To, Call-ID and CSeq.</summary>
public abstract class SipMessage
{
    private SipVia? _via;
    private SipAddress? _from;
    private SipAddress? _to;
    private SipSequence? _sequence;

    public SipHeaderList Headers { get; } = new();

    public ReadOnlyMemory<byte> Body { get; set; }

    public string CallId => Headers[SipHeaders.CallId] ?? "";

    /// <summary>The topmost Via, or null in a message that has none that can be read.</summary>
    public SipVia? Via
    {
        get
        {
            if (_via is null && Headers[SipHeaders.Via] is { } text)
            {
                // The first element may be an empty one: ", SIP/2.0/UDP …" is legal (RFC 3261 §7.3.1 by way of the list rule of §25).
                var list = new SipListSplitter(text);
                if (!list.MoveNext()) return null;
                var scanner = new SipScanner(text.AsSpan()[list.Current]);
                if (SipVia.TryRead(ref scanner, out var via)) _via = via;
            }

            return _via;
        }
    }

    public SipAddress? From => _from ??= Address(SipHeaders.From);

    public SipAddress? To => _to ??= Address(SipHeaders.To);

    public SipSequence? Sequence =>
        _sequence ??= Headers[SipHeaders.CSeq] is { } text && SipSequence.TryParse(text, out var sequence) ? sequence : null;

    /// <summary>Media type without parameters, lower case; null without a body's type.</summary>
    public string? ContentType => Headers[SipHeaders.ContentType]?.Split(';', 2)[0].Trim().ToLowerInvariant();

    /// <summary>A header field of seconds (Expires, Min-Expires, Retry-After); text behind the number is ignored.</summary>
    public TimeSpan? Seconds(string name)
    {
        if (Headers[name] is not { } text) return null;
        var digits = new SipScanner(text.AsSpan().Trim(" \t")).TakeAll(SipGrammar.Digits);
        return SipGrammar.TryNumber(digits, uint.MaxValue, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The body as text; malformed UTF-8 shows as replacement characters.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    public void SetBody(string contentType, ReadOnlyMemory<byte> body)
    {
        Headers.Set(SipHeaders.ContentType, contentType);
        Body = body;
    }

    /// <summary>Puts the topmost Via in the place of the one that is there.</summary>
    internal void ReplaceTopVia(SipVia via)
    {
        var line = Headers[SipHeaders.Via]!;
        var first = new SipListSplitter(line);
        var rest = first.MoveNext() ? line[first.Current.End..] : "";
        Headers.ReplaceFirst(SipHeaders.Via, via + rest);
        _via = via;
    }

    internal void SetTo(SipAddress to)
    {
        Headers.Set(SipHeaders.To, to.ToString());
        _to = to;
    }

    internal static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private SipAddress? Address(string name) => Headers[name] is { } text && SipAddress.TryParse(text, out var address) ? address : null;
}

/// <summary>A request. <see cref="Uri"/> is null only in a message that the parser refused.</summary>
public sealed class SipRequest(string method, SipUri? uri) : SipMessage
{
    public string Method { get; } = method;

    public SipUri? Uri { get; } = uri;

    public override string ToString() => $"{Method} {Uri}";
}

/// <summary>A response; <see cref="Reason"/> has one char for each octet.</summary>
public sealed class SipResponse(int status, string reason) : SipMessage
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    public bool IsProvisional => Status < 200;

    public bool IsSuccess => Status is >= 200 and < 300;

    public override string ToString() => $"{Status} {SipGrammar.Shown(Reason)}";
}

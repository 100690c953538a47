using System.Collections;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Parameters of a URI or a header field value in their order; names compare without case, values are as written.</summary>
public sealed class SipParameters : IReadOnlyList<KeyValuePair<string, string?>>
{
    public static readonly SipParameters None = new([]);

    private readonly KeyValuePair<string, string?>[] _pairs;

    private SipParameters(KeyValuePair<string, string?>[] pairs) => _pairs = pairs;

    public int Count => _pairs.Length;

    public KeyValuePair<string, string?> this[int index] => _pairs[index];

    /// <summary>The value, quotes taken off; null when the parameter is absent or has no value.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _pairs)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value is null ? null : SipGrammar.Unquote(value);
            }

            return null;
        }
    }

    public bool Has(string name) => Array.Exists(_pairs, p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same parameters with one added or replaced. The value must already be a token or quoted.</summary>
    public SipParameters With(string name, string? value)
    {
        var at = Array.FindIndex(_pairs, p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at < 0) return new([.. _pairs, new(name, value)]);
        var copy = _pairs.ToArray();
        copy[at] = new(name, value);
        return new(copy);
    }

    public SipParameters Without(string name) =>
        Has(name) ? new(Array.FindAll(_pairs, p => !p.Key.Equals(name, StringComparison.OrdinalIgnoreCase))) : this;

    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, string?>>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _pairs.GetEnumerator();

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _pairs)
        {
            text.Append(';').Append(name);
            if (value is not null) text.Append('=').Append(value);
        }

        return text.ToString();
    }

    /// <summary>Reads ";name=value" of a header field, white space allowed, up to a comma or the end.</summary>
    internal static bool TryReadHeader(ref SipScanner scanner, out SipParameters parameters)
    {
        parameters = None;
        List<KeyValuePair<string, string?>>? pairs = null;
        while (scanner.TakeSeparator(';'))
        {
            var name = scanner.TakeAll(SipGrammar.Token);
            if (name.IsEmpty || pairs?.Count >= SipLimits.Parameters) return false;
            string? value = null;
            if (scanner.TakeSeparator('='))
            {
                if (scanner.TryTakeQuoted(out var quoted)) value = quoted.ToString();
                else if (scanner.TakeAll(SipGrammar.ParameterValue) is { IsEmpty: false } plain) value = plain.ToString();
                else return false;
            }

            (pairs ??= []).Add(new(name.ToString(), value));
        }

        if (pairs is not null) parameters = new([.. pairs]);
        return true;
    }

    /// <summary>Reads the ";name=value" of a URI: no white space, escapes whole.</summary>
    internal static bool TryReadUri(ref SipScanner scanner, out SipParameters parameters)
    {
        parameters = None;
        List<KeyValuePair<string, string?>>? pairs = null;
        while (scanner.Take(';'))
        {
            var name = scanner.TakeAll(SipGrammar.UriParameter);
            if (name.IsEmpty || !SipGrammar.EscapesAreWhole(name) || pairs?.Count >= SipLimits.Parameters) return false;
            string? value = null;
            if (scanner.Take('='))
            {
                var text = scanner.TakeAll(SipGrammar.UriParameter);
                if (text.IsEmpty || !SipGrammar.EscapesAreWhole(text)) return false;
                value = text.ToString();
            }

            (pairs ??= []).Add(new(name.ToString(), value));
        }

        if (pairs is not null) parameters = new([.. pairs]);
        return true;
    }
}

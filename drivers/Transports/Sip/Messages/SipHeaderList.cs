using System.Collections;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>One header field: name in its outgoing spelling, value unfolded and trimmed, one char for each octet.</summary>
public readonly record struct SipHeader(string Name, string Value);

/// <summary>Header fields in their order.</summary>
public sealed class SipHeaderList : IReadOnlyCollection<SipHeader>
{
    private readonly List<SipHeader> _fields = new(16);

    public int Count => _fields.Count;

    /// <summary>The first value of the name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var field in _fields)
            {
                if (Same(field.Name, name)) return field.Value;
            }

            return null;
        }
    }

    /// <summary>Every line of the name, not split at commas.</summary>
    public IEnumerable<string> Lines(string name)
    {
        foreach (var field in _fields)
        {
            if (Same(field.Name, name)) yield return field.Value;
        }
    }

    /// <summary>Every value of a header field that may be a comma-separated list (not for the four authentication fields).</summary>
    public IReadOnlyList<string> Values(string name)
    {
        List<string>? values = null;
        foreach (var field in _fields)
        {
            if (!Same(field.Name, name)) continue;
            foreach (var range in new SipListSplitter(field.Value))
            {
                if (values?.Count >= SipLimits.ListValues) return values;
                (values ??= []).Add(field.Value[range]);
            }
        }

        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Every address of Contact, Route or Record-Route, as far as it can be read.</summary>
    public IReadOnlyList<SipAddress> Addresses(string name)
    {
        List<SipAddress>? addresses = null;
        foreach (var value in Values(name))
        {
            if (SipAddress.TryParse(value, out var address)) (addresses ??= []).Add(address);
        }

        return addresses ?? (IReadOnlyList<SipAddress>)[];
    }

    /// <exception cref="ArgumentException">The value would break out of its line.</exception>
    public SipHeaderList Add(string name, string value)
    {
        _fields.Add(Checked(name, value));
        return this;
    }

    /// <summary>Replaces all values of the name by one.</summary>
    public SipHeaderList Set(string name, string value)
    {
        Remove(name);
        return Add(name, value);
    }

    public void InsertFirst(string name, string value) => _fields.Insert(0, Checked(name, value));

    public void Remove(string name) => _fields.RemoveAll(f => Same(f.Name, name));

    /// <summary>Replaces the first line of the name, which must be there.</summary>
    internal void ReplaceFirst(string name, string value)
    {
        var at = _fields.FindIndex(f => Same(f.Name, name));
        _fields[at] = Checked(name, value);
    }

    /// <summary>For the parser, whose values have been checked.</summary>
    internal void AddParsed(string name, string value) => _fields.Add(new(name, value));

    internal int Lines(string name, out string? first)
    {
        first = null;
        var count = 0;
        foreach (var field in _fields)
        {
            if (!Same(field.Name, name)) continue;
            first ??= field.Value;
            count++;
        }

        return count;
    }

    public List<SipHeader>.Enumerator GetEnumerator() => _fields.GetEnumerator();

    IEnumerator<SipHeader> IEnumerable<SipHeader>.GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _fields.GetEnumerator();

    private static SipHeader Checked(string name, string value)
    {
        if (!SipGrammar.Is(name, SipGrammar.Token)) throw new ArgumentException($"\"{name}\" is not a header field name", nameof(name));
        if (value.AsSpan().ContainsAny('\r', '\n')) throw new ArgumentException($"a value of {name} holds a line end", nameof(value));
        return new(name, value);
    }

    private static bool Same(string a, string b) => ReferenceEquals(a, b) || a.Equals(b, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a header field value at commas that stand outside quotes and angle brackets; empty elements are left out.</summary>
internal ref struct SipListSplitter(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    public Range Current { get; private set; }

    public readonly SipListSplitter GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_next <= _text.Length)
        {
            var start = _next;
            var end = EndOfElement(start);
            _next = end + 1;
            while (start < end && _text[start] is ' ' or '\t') start++;
            var last = end;
            while (last > start && _text[last - 1] is ' ' or '\t') last--;
            if (last == start) continue;
            Current = start..last;
            return true;
        }

        return false;
    }

    private readonly int EndOfElement(int at)
    {
        bool quoted = false, bracketed = false;
        for (; at < _text.Length; at++)
        {
            switch (_text[at])
            {
                case '\\' when quoted: at++; break;
                case '"' when !bracketed: quoted = !quoted; break;
                case '<' when !quoted: bracketed = true; break;
                case '>' when !quoted: bracketed = false; break;
                case ',' when !quoted && !bracketed: return at;
            }
        }

        return _text.Length;
    }
}

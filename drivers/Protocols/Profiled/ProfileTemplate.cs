using System.Globalization;
using System.Text;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>What a placeholder stands for.</summary>
/// <param name="Codes">The device's own codes for each value, the one that is sent first; null for what is written as it is.</param>
/// <param name="Length">Longest text.</param>
internal sealed record ProfileField(string Name, ValueKind Kind, IReadOnlyList<(Value Value, byte[] Code)>? Codes = null, int Length = 64)
{
    public long Min { get; init; }
    public long Max { get; init; } = 255;

    /// <summary>All codes are that long, or 0 where they differ.</summary>
    public int CodeWidth => Codes!.All(c => c.Code.Length == Codes![0].Code.Length) ? Codes![0].Code.Length : 0;
}

/// <summary>A frame with places in it: written with values, or held against what came.</summary>
/// <remarks>No pattern that runs back and forth: every place takes what it takes at once, so that no answer can keep the gateway busy.</remarks>
internal sealed class ProfileTemplate(string text, IReadOnlyList<ProfileSegment> segments)
{
    /// <summary>As it stands in the profile.</summary>
    public string Text => text;

    public IReadOnlyList<ProfileSegment> Segments => segments;

    public bool Has(string field) => segments.OfType<ProfilePlaceholder>().Any(s => s.Field.Name == field);

    /// <param name="values">Value of a placeholder.</param>
    /// <param name="why">For the caller, when a value cannot be written.</param>
    public bool TryWrite(Func<string, Value> values, out byte[] frame, out string? why)
    {
        var bytes = new List<byte>();
        why = null;
        foreach (var segment in segments)
        {
            why = segment.Write(bytes, values);
            if (why is not null) break;
        }

        frame = [.. bytes];
        return why is null;
    }

    /// <summary>Whether a frame is one of these.</summary>
    /// <param name="known">Values that have to stand there: options, the index that was asked for. <see cref="Value.None"/> where anything may.</param>
    /// <param name="found">What stood at the other places; <see cref="Value.None"/> for a code that the profile does not know.</param>
    public bool TryRead(ReadOnlySpan<byte> frame, Func<string, Value> known, out Dictionary<string, Value> found)
    {
        found = new(StringComparer.Ordinal);
        var at = 0;
        foreach (var segment in segments)
        {
            if (!segment.Read(frame, ref at, known, found)) return false;
        }

        return at == frame.Length;
    }
}

internal abstract record ProfileSegment
{
    /// <summary>Why it cannot be written, or null.</summary>
    public abstract string? Write(List<byte> output, Func<string, Value> values);

    public abstract bool Read(ReadOnlySpan<byte> frame, ref int at, Func<string, Value> known, Dictionary<string, Value> found);

    /// <summary>Does not know by itself where it ends.</summary>
    public virtual bool IsOpen => false;
}

internal sealed record ProfileLiteral(byte[] Bytes) : ProfileSegment
{
    public override string? Write(List<byte> output, Func<string, Value> values)
    {
        output.AddRange(Bytes);
        return null;
    }

    public override bool Read(ReadOnlySpan<byte> frame, ref int at, Func<string, Value> known, Dictionary<string, Value> found)
    {
        if (!frame[at..].StartsWith(Bytes)) return false;
        at += Bytes.Length;
        return true;
    }
}

/// <summary>Bytes that mean nothing to us: one, or all up to what follows.</summary>
internal sealed record ProfileAnything(int Count, byte[]? Until, ProfileForm? Form = null) : ProfileSegment
{
    public override bool IsOpen => Count == 0;

    public override string? Write(List<byte> output, Func<string, Value> values)
    {
        for (var i = 0; i < Count; i++) output.Add(Form is not null && output.Count < Form.Places.Count ? Form.Places[output.Count].Lowest : (byte)0);
        return null;
    }

    public override bool Read(ReadOnlySpan<byte> frame, ref int at, Func<string, Value> known, Dictionary<string, Value> found)
    {
        if (Count == 0) return TryRun(frame, ref at, Until, out _);
        at += Count;
        return at <= frame.Length;
    }

    public static bool TryRun(ReadOnlySpan<byte> frame, ref int at, byte[]? until, out ReadOnlySpan<byte> run)
    {
        var rest = frame[at..];
        var end = until is null ? rest.Length : rest.IndexOf(until);
        run = end < 0 ? default : rest[..end];
        at += Math.Max(end, 0);
        return end >= 0;
    }
}

internal sealed record ProfileCheck(ProfileSum Sum, bool IsHex) : ProfileSegment
{
    public override string? Write(List<byte> output, Func<string, Value> values)
    {
        output.AddRange(Form([.. output]));
        return null;
    }

    public override bool Read(ReadOnlySpan<byte> frame, ref int at, Func<string, Value> known, Dictionary<string, Value> found)
    {
        var expected = Form(frame[..at]);
        if (!frame[at..].StartsWith(expected)) return false;
        at += expected.Length;
        return true;
    }

    private byte[] Form(ReadOnlySpan<byte> before) => IsHex ? Sum.Of(before) : Encoding.ASCII.GetBytes(Convert.ToHexString(Sum.Of(before)));
}

/// <param name="Width">Digits in text, bytes in hex; 0: as many as there are.</param>
/// <param name="InHexDigits">Written in hex digits, in text.</param>
/// <param name="Plus">Added when it is written, taken off when it is read.</param>
/// <param name="Until">What follows it, where it does not know its end by itself.</param>
internal sealed record ProfilePlaceholder(ProfileField Field, bool IsHex, int Width, bool InHexDigits, long Plus, byte[]? Until, Func<byte, bool> IsDelimiter) : ProfileSegment
{
    private const int MostDigits = 10;

    public override bool IsOpen => Field.Codes is not null ? Field.CodeWidth == 0 : !IsHex && Width == 0 && Field.Kind is ValueKind.Text;

    /// <summary>The highest number that can be written here.</summary>
    public long Most => (IsHex ? 1L << (8 * Width) : Width == 0 ? int.MaxValue : (long)Math.Pow(InHexDigits ? 16 : 10, Width)) - 1 - Plus;

    public override string? Write(List<byte> output, Func<string, Value> values)
    {
        var value = values(Field.Name);
        if (Field.Codes is { } codes)
        {
            foreach (var (known, code) in codes)
            {
                if (known != value) continue;
                output.AddRange(code);
                return null;
            }

            return $"no such {Field.Name}; there is {string.Join(", ", codes.Select(c => c.Value.ToString()).Distinct())}";
        }

        if (Field.Kind is ValueKind.Text) return WriteText(output, value.Text);
        if (Field.Kind is not ValueKind.Integer || value.Kind is not ValueKind.Integer) return $"{Field.Name} is no number that could be sent";
        return WriteNumber(output, value.Integer + Plus);
    }

    public override bool Read(ReadOnlySpan<byte> frame, ref int at, Func<string, Value> known, Dictionary<string, Value> found)
    {
        if (known(Field.Name) is { Kind: not ValueKind.None } expected)
        {
            var written = new List<byte>();
            if (Write(written, _ => expected) is not null || !frame[at..].StartsWith([.. written])) return false;
            at += written.Count;
            return true;
        }

        var isThere = Field.Codes is not null ? ReadCode(frame, ref at, out var value) : IsHex ? ReadBytes(frame, ref at, out value) : ReadText(frame, ref at, out value);
        if (isThere) found[Field.Name] = value;
        return isThere;
    }

    // Nothing of a caller's text may become a second frame (I19).
    private string? WriteText(List<byte> output, string text)
    {
        if (text.Length > Field.Length) return $"{Field.Name} is longer than {Field.Length} characters";
        foreach (var c in text)
        {
            if (c > 0xFF || IsDelimiter((byte)c) || (Until is { Length: > 0 } && c == Until[0])) return $"{Field.Name} holds a character that this device could not take";
            output.Add((byte)c);
        }

        return null;
    }

    private string? WriteNumber(List<byte> output, long number)
    {
        if (IsHex)
        {
            if (number < 0 || number >= 1L << (8 * Width)) return $"{Field.Name} does not fit into {Width} byte(s)";
            for (var i = Width - 1; i >= 0; i--) output.Add((byte)(number >> (8 * i)));
            return null;
        }

        var digits = number.ToString(InHexDigits ? $"X{Width}" : Width > 0 ? $"D{Width}" : "D", CultureInfo.InvariantCulture);
        if (Width > 0 && digits.Length > Width) return $"{Field.Name} does not fit into {Width} digits";
        output.AddRange(Encoding.ASCII.GetBytes(digits));
        return null;
    }

    /// <summary>A code that is not in the profile is an answer all the same, and tells nothing.</summary>
    private bool ReadCode(ReadOnlySpan<byte> frame, ref int at, out Value value)
    {
        value = Value.None;
        var width = 0;
        foreach (var (known, code) in Field.Codes!)
        {
            if (code.Length <= width || !frame[at..].StartsWith(code)) continue;
            (value, width) = (known, code.Length);
        }

        if (width == 0 && Field.CodeWidth == 0) return ProfileAnything.TryRun(frame, ref at, Until, out _);
        at += Field.CodeWidth > 0 ? Field.CodeWidth : width;
        return at <= frame.Length;
    }

    private bool ReadBytes(ReadOnlySpan<byte> frame, ref int at, out Value value)
    {
        value = Value.None;
        if (at + Width > frame.Length) return false;
        long number = 0;
        for (var i = 0; i < Width; i++) number = (number << 8) | frame[at + i];
        at += Width;
        value = number - Plus;
        return true;
    }

    private bool ReadText(ReadOnlySpan<byte> frame, ref int at, out Value value)
    {
        value = Value.None;
        if (Field.Kind is ValueKind.Text)
        {
            if (!ProfileAnything.TryRun(frame, ref at, Until, out var run) || run.Length > Field.Length) return false;
            value = Encoding.ASCII.GetString(run).Trim();
            return true;
        }

        var length = 0;
        var most = Math.Min(Width > 0 ? Width : MostDigits, frame.Length - at);
        while (length < most && IsOfNumber(frame[at + length], length)) length++;
        if (length == 0 || (Width > 0 && length < Width)) return false;
        var digits = Encoding.ASCII.GetString(frame.Slice(at, length));
        at += length;
        if (Field.Kind is ValueKind.Number)
        {
            if (!double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real)) return false;
            value = real;
            return true;
        }

        if (!long.TryParse(digits, InHexDigits ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return false;
        value = number - Plus;
        return true;
    }

    private bool IsOfNumber(byte b, int place) => InHexDigits ? char.IsAsciiHexDigit((char)b)
        : char.IsAsciiDigit((char)b) || (place == 0 && b is (byte)'-' or (byte)'+') || (Field.Kind is ValueKind.Number && b == (byte)'.');
}

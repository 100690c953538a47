using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>Reads templates: hex pairs with blanks between them, or text; places in braces.</summary>
/// <param name="field">What a placeholder stands for; null when there is no such one here.</param>
internal sealed partial class ProfileTemplateReader(ProfileFrame frame, Func<string, ProfileField?> field)
{
    public const string Form = "{name}, {name:2} (width), {name:x2} (hex digits in text), {name+128}, {sum}, ?? (any byte), {*} (anything up to what follows)";

    private readonly List<ProfileSegment> _segments = [];
    private readonly List<byte> _literal = [];

    /// <summary>Null when something is wrong; then <paramref name="why"/> tells what.</summary>
    public ProfileTemplate? Read(string text, out string? why)
    {
        _segments.Clear();
        _literal.Clear();
        why = frame.IsHex ? ReadHex(text) : ReadText(text);
        CloseLiteral();
        if (why is null) why = Bound();
        return why is null ? new(text, [.. _segments]) : null;
    }

    private string? ReadHex(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            if (text[at] == '{')
            {
                if (Place(text, ref at) is { } wrong) return wrong;
            }
            else if (text.AsSpan(at).StartsWith("??"))
            {
                CloseLiteral();
                _segments.Add(new ProfileAnything(1, null, frame.Form));
                at += 2;
            }
            else if (at + 1 < text.Length && char.IsAsciiHexDigit(text[at]) && char.IsAsciiHexDigit(text[at + 1]))
            {
                _literal.Add(byte.Parse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += 2;
            }
            else
            {
                return $"\"{text[at..Math.Min(text.Length, at + 8)]}\" is no byte in hex";
            }
        }

        return null;
    }

    private string? ReadText(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at])
            {
                _literal.Add((byte)text[at]);
                at += 2;
            }
            else if (text[at] == '{')
            {
                if (Place(text, ref at) is { } wrong) return wrong;
            }
            else
            {
                if (text[at] > 0xFF) return $"\"{text[at]}\" is no single byte";
                _literal.Add((byte)text[at++]);
            }
        }

        return null;
    }

    private string? Place(string text, ref int at)
    {
        var match = Placeholder().Match(text, at);
        if (!match.Success || match.Index != at) return $"\"{text[at..Math.Min(text.Length, at + 16)]}\" is no placeholder; there is {Form}";
        at += match.Length;
        CloseLiteral();
        var name = match.Groups["name"].Value;
        if (name == "*")
        {
            _segments.Add(new ProfileAnything(0, null));
            return null;
        }

        if (name == "sum")
        {
            if (frame.Sum is not { } sum) return "{sum} needs a \"checksum\" in \"frame\"";
            _segments.Add(new ProfileCheck(sum, frame.IsHex));
            return null;
        }

        if (field(name) is not { } found) return $"{{{name}}} stands for nothing here";
        var width = match.Groups["width"].Success ? int.Parse(match.Groups["width"].ValueSpan, CultureInfo.InvariantCulture) : frame.IsHex ? 1 : 0;
        var plus = match.Groups["plus"].Success ? int.Parse(match.Groups["plus"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var inHexDigits = match.Groups["hex"].Success;
        if (inHexDigits && (frame.IsHex || width == 0)) return $"{{{name}:x}} is for text, with a width such as {{{name}:x2}}";
        if (found.Codes is null && frame.IsHex && found.Kind is not ValueKind.Integer) return $"{{{name}}} is no whole number: give it codes in \"codes\"";
        if (found.Codes is null && found.Kind is ValueKind.Flag) return $"{{{name}}} is true or false: give the device's words for them in \"codes\"";
        _segments.Add(new ProfilePlaceholder(found, frame.IsHex, width, inHexDigits, plus, null, frame.IsDelimiter));
        return null;
    }

    /// <summary>What does not know its own end ends where the next fixed bytes begin; two of them side by side would be guessed.</summary>
    private string? Bound()
    {
        for (var i = 0; i < _segments.Count; i++)
        {
            if (!_segments[i].IsOpen) continue;
            var next = i + 1 < _segments.Count ? _segments[i + 1] : null;
            if (next is not (null or ProfileLiteral)) return "where it ends cannot be told: put a fixed byte between two places of open length, or give a width";
            var until = (next as ProfileLiteral)?.Bytes;
            _segments[i] = _segments[i] switch
            {
                ProfileAnything anything => anything with { Until = until },
                ProfilePlaceholder place => place with { Until = until },
                var other => other,
            };
        }

        return null;
    }

    private void CloseLiteral()
    {
        if (_literal.Count == 0) return;
        _segments.Add(new ProfileLiteral([.. _literal]));
        _literal.Clear();
    }

    /// <summary>A code of the profile, in the same notation as its frames.</summary>
    public static byte[]? Code(string text, bool isHex)
    {
        if (!isHex) return text.Length > 0 && text.All(c => c <= 0xFF) ? Encoding.Latin1.GetBytes(text) : null;
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    [GeneratedRegex(@"\{(?<name>\*|[a-z][a-z0-9-]*)(\+(?<plus>[0-9]{1,3}))?(:(?<hex>x)?(?<width>[1-8]))?\}")]
    private static partial Regex Placeholder();
}

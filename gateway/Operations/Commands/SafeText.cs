using System.Globalization;
using System.Text;

namespace AvGateway.Operations.Commands;

/// <summary>
/// What a text argument may hold (I19). A control character could become a second frame on the wire; a format or bidi control makes a name
/// look like another one on a panel; half a surrogate pair is no character in any encoding.
/// </summary>
public static class SafeText
{
    /// <summary>Null when every character may go to a device; else the first that may not, as <c>U+000D</c>.</summary>
    public static string? FirstForbidden(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(text, out var rune, out var used);
            if (status is not System.Buffers.OperationStatus.Done) return Name(text[0]);
            if (IsForbidden(rune)) return Name(rune.Value);
            text = text[used..];
        }

        return null;
    }

    /// <summary>Makes words of the outside fit for a title or a log line: bounded, and without what is forbidden in arguments.</summary>
    public static string Shown(string text, int longest = 40)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest) return shown.Append('…').ToString();
            if (IsForbidden(rune)) shown.Append('\uFFFD');
            else shown.Append(rune);
        }

        return shown.ToString();
    }

    private static bool IsForbidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static string Name(int scalar) => string.Create(CultureInfo.InvariantCulture, $"U+{scalar:X4}");
}

using System.Text;
using AvGateway.Operations.Escalation;
using AvGateway.Scenes.Model;

namespace AvGateway.Channels;

/// <summary>The words of a notice in the language of its receiver, or in both.</summary>
internal static class NoticeText
{
    private const int LongestSubject = 250;
    private const int LongestBody = 16 * 1024;
    private const string Ellipsis = "…";

    /// <summary>One line. Whatever wrote the notice, nothing in it can begin a header or another message.</summary>
    public static string Subject(Notice notice) => CutToUnits(Clean(Join(notice, notice.Subject, " / "), keepsLines: false), LongestSubject);

    /// <summary>Lines that end in LF.</summary>
    public static string Body(Notice notice) => CutToUnits(Clean(Join(notice, notice.Body, "\n\n"), keepsLines: true), LongestBody);

    /// <summary>At most so many UTF-16 units, cut between characters.</summary>
    public static string CutToUnits(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = most - Ellipsis.Length;
        if (char.IsLowSurrogate(text[end])) end--;
        return text[..end] + Ellipsis;
    }

    /// <summary>At most so many bytes of UTF-8, cut between characters.</summary>
    public static string CutToBytes(string text, int most)
    {
        if (Encoding.UTF8.GetByteCount(text) <= most) return text;
        var (bytes, end) = (Encoding.UTF8.GetByteCount(Ellipsis), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > most) break;
            end += rune.Utf16SequenceLength;
        }

        return text[..end] + Ellipsis;
    }

    private static string Join(Notice notice, Wording text, string between) => notice.Language switch
    {
        "zh" => text.Zh,
        "en" => text.En,
        _ => text.Zh + between + text.En,
    };

    private static string Clean(string text, bool keepsLines)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            // Bidirectional controls could make a number read as another one.
            var isControl = Rune.IsControl(rune) || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x2028 or 0x2029;
            if (!isControl) clean.Append(rune);
            else if (rune.Value == '\n' && keepsLines) clean.Append('\n');
            else if (rune.Value is '\n' or '\t') clean.Append(' ');
        }

        return clean.ToString();
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace AvGateway.House.Tests;

/// <summary>A line of C# whose comments and literals are blanked, and the line as it stands.</summary>
internal readonly record struct SourceLine(int Number, string Code, string Whole);

/// <summary>C# as far as text rules need it.</summary>
internal static partial class SourceText
{
    /// <summary>The lines of a source; code in the holes of interpolated strings is blanked with them.</summary>
    public static IEnumerable<SourceLine> Lines(string source)
    {
        var code = Blank(source).Split('\n');
        var whole = source.Split('\n');
        for (var i = 0; i < whole.Length; i++) yield return new(i + 1, code[i], whole[i]);
    }

    public static string Blank(string source)
    {
        var blanked = new StringBuilder(source.Length);
        var end = 0;
        foreach (Match match in CommentOrLiteral().Matches(source))
        {
            blanked.Append(source, end, match.Index - end);
            foreach (var c in match.Value) blanked.Append(c == '\n' ? '\n' : ' ');
            end = match.Index + match.Length;
        }

        return blanked.Append(source, end, source.Length - end).ToString();
    }

    [GeneratedRegex(@"\bAvGateway\.(?!Simulator\b)\w")]
    public static partial Regex ProductName();

    [GeneratedRegex("""(?s)//[^\n]*|/\*.*?\*/|(?<raw>"{3,}).*?\k<raw>(?!")|(\$*@\$*)"(""|[^"])*"|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+'""")]
    private static partial Regex CommentOrLiteral();
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AvGateway.Drivers;
using AvGateway.Links;

namespace AvGateway.Operations.Release;

/// <summary>
/// Frames as they may leave: the protocol's own words and the figures beside them. From the first word that is not the protocol's on, the rest of
/// the line is masked, and so is a line with an address in it, a number that is long enough to be somebody's, and the rest of a line whose beginning
/// was not seen.
/// </summary>
public static class FrameRedactor
{
    public const string Mask = "***";

    // A case, telephone or identity number has more; a register, a time code and a version have less.
    private const int MostDigitsOfOne = 4;
    private const int MostDigitsInRow = 8;

    /// <summary>One line a frame in the notation of the transcripts, with its time before it.</summary>
    public static ImmutableArray<string> Lines(IReadOnlyList<LinkFrame> frames, FrameRelease release, TimeZoneInfo zone)
    {
        var lines = ImmutableArray.CreateBuilder<string>();

        // Of what we send we know the beginning; what a device says may begin in the middle of a line.
        bool[] isMasked = [true, false];
        DateTimeOffset? before = null;
        foreach (var frame in frames)
        {
            if (frame.At != before) lines.Add(string.Create(CultureInfo.InvariantCulture, $"# {TimeZoneInfo.ConvertTime(frame.At, zone):yyyy-MM-dd'T'HH:mm:ss.fffzzz}"));
            before = frame.At;
            lines.Add($"{(frame.IsSent ? '>' : '<')} {Text(frame, release, ref isMasked[frame.IsSent ? 1 : 0])}");
        }

        return lines.ToImmutable();
    }

    /// <summary>One line of a log of the gateway's own words, in the same manner.</summary>
    public static string Line(string text, ImmutableHashSet<string> words)
    {
        var output = new StringBuilder();
        return AppendLine(output, text, words) ? output.ToString() : output.Append(Mask).ToString();
    }

    private static string Text(LinkFrame frame, FrameRelease release, ref bool isMasked)
    {
        if (frame.IsHidden) return Mask;
        var left = frame.Length - frame.Bytes.Length;
        var output = new StringBuilder();
        if (release.IsWhole) Append(output, frame.Bytes.Span);
        else if (release.Words.IsEmpty) return string.Create(CultureInfo.InvariantCulture, $"{Mask} ({frame.Length} bytes)");
        else AppendLines(output, Encoding.Latin1.GetString(frame.Bytes.Span), release.Words, ref isMasked);
        if (left > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"{Mask} ({left} bytes more)");
            isMasked = true;
        }

        return output.ToString();
    }

    private static void AppendLines(StringBuilder output, string text, ImmutableHashSet<string> words, ref bool isMasked)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var isEnd = i == text.Length;
            if (!isEnd && !IsBreak(text[i])) continue;
            var line = text[start..i];
            if (line.Length > 0)
            {
                // A line that goes on from an earlier frame stays masked to its end.
                if (isMasked || !AppendLine(output, line, words))
                {
                    output.Append(Mask);
                    isMasked = true;
                }
            }

            if (isEnd) return;
            isMasked = false;
            Append(output, [(byte)text[i]]);
            start = i + 1;
        }
    }

    private static bool IsBreak(char c) => c < 0x20 || c == 0x7F;

    /// <returns>False from where on it must be masked.</returns>
    private static bool AppendLine(StringBuilder output, string line, ImmutableHashSet<string> words)
    {
        if (line.Contains('@', StringComparison.Ordinal) || line.Contains("://", StringComparison.Ordinal) || line.Contains("sip:", StringComparison.OrdinalIgnoreCase) || line.Contains("sips:", StringComparison.OrdinalIgnoreCase)) return false;
        var (i, digits, points) = (0, 0, 0);
        while (i < line.Length)
        {
            var start = i;
            if (char.IsAsciiLetter(line[i]))
            {
                while (i < line.Length && char.IsAsciiLetter(line[i])) i++;
                if (!words.Contains(line[start..i].ToLowerInvariant())) return false;
                (digits, points) = (0, 0);
            }
            else if (char.IsAsciiDigit(line[i]))
            {
                while (i < line.Length && char.IsAsciiDigit(line[i])) i++;
                digits += i - start;
                if (i - start > MostDigitsOfOne || digits > MostDigitsInRow || points >= 3) return Cut(output, line, start);
            }
            else if (line[i] is >= ' ' and <= '~')
            {
                points = line[i] == '.' ? points + 1 : line[i] is ':' or '-' or '/' ? points : 0;
                if (line[i] is not (' ' or '.' or ':' or '-' or '/' or '(' or ')')) digits = 0;
                i++;
            }
            else
            {
                return false;
            }

            if (line[start] == '\\') output.Append("\\\\");
            else output.Append(line, start, i - start);
        }

        return true;
    }

    // The figures before the last one belonged to the same number.
    private static bool Cut(StringBuilder output, string line, int at)
    {
        var written = at;
        while (written > 0 && (char.IsAsciiDigit(line[written - 1]) || line[written - 1] is ' ' or '.' or ':' or '-' or '/' or '(' or ')')) written--;
        output.Length -= at - written;
        return false;
    }

    private static void Append(StringBuilder output, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            switch (b)
            {
                case (byte)'\r': output.Append("\\r"); break;
                case (byte)'\n': output.Append("\\n"); break;
                case (byte)'\\': output.Append("\\\\"); break;
                case < 0x20 or > 0x7E: output.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}"); break;
                default: output.Append((char)b); break;
            }
        }
    }
}

using System.Text.RegularExpressions;

namespace AvGateway.Drivers.Conformance;

/// <summary>A question that a transcript has too, with another answer.</summary>
public sealed record Difference(string Asked, string Answered, string Written, string Transcript);

/// <summary>
/// What this device answers beside what the transcripts say. An answer of the same form with other names and numbers is another device of the same kind;
/// one of another form is where firmware and manual part.
/// </summary>
public sealed partial record TranscriptComparison(int Same, int OtherValues, IReadOnlyList<Difference> OtherForm, IReadOnlyList<string> NotWritten)
{
    private const int MostShown = 20;

    /// <summary>Null where there are no transcripts.</summary>
    public static TranscriptComparison? Of(string? folder, IReadOnlyList<PassedFrame> frames)
    {
        if (folder is null || !Directory.Exists(folder)) return null;
        var written = new Dictionary<string, List<(string Answer, string File)>>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(folder, "*.wire").Order(StringComparer.Ordinal))
        {
            var steps = File.ReadLines(file).Where(l => l.Length > 2 && l[0] is '<' or '>').Select(l => (l[0] == '>', Wire.Normal(l[2..])));
            foreach (var (asked, answer) in Exchanges(steps))
            {
                if (!written.TryGetValue(asked, out var answers)) written[asked] = answers = [];
                answers.Add((answer, Path.GetFileName(file)));
            }
        }

        var (same, values) = (0, 0);
        var differences = new Dictionary<string, Difference>(StringComparer.Ordinal);
        var strangers = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (asked, answer) in Exchanges(frames.Select(f => (f.IsSent, f.Text))).Distinct())
        {
            if (!written.TryGetValue(asked, out var answers)) strangers.Add(Form(asked));
            else if (answers.Exists(a => a.Answer == answer)) same++;
            else if (answers.Exists(a => Form(a.Answer) == Form(answer))) values++;
            else if (differences.Count < MostShown) differences.TryAdd(asked, new(asked, answer, answers[0].Answer, answers[0].File));
        }

        return new(same, values, [.. differences.Values], [.. strangers.Take(MostShown)]);
    }

    private static IEnumerable<(string Asked, string Answer)> Exchanges(IEnumerable<(bool IsSent, string Text)> frames)
    {
        string? asked = null;
        var answer = "";
        foreach (var (isSent, text) in frames)
        {
            if (!isSent)
            {
                answer += text;
                continue;
            }

            if (asked is not null && answer.Length > 0) yield return (asked, answer);
            (asked, answer) = (text, "");
        }

        if (asked is not null && answer.Length > 0) yield return (asked, answer);
    }

    /// <summary>Quoted texts and figures are values; the rest is the form.</summary>
    private static string Form(string text) => Values().Replace(text, "#");

    [GeneratedRegex("\"[^\"]*\"|\\\\x[0-9A-F]{2}|[0-9]+(?:[.:,][0-9]+)*")]
    private static partial Regex Values();
}

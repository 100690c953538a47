using System.Globalization;
using System.Text.Json;

namespace AvGateway.Host.Site;

/// <summary>Dates, times of day and numbers as the site file writes them.</summary>
internal static class ShapeWords
{
    public static DateOnly? Date(this JsonShape shape, string name, List<Finding> findings)
    {
        if (shape.Text(name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        findings.Add(shape.Member(name)!.Error($"\"{text}\" is no date", "write for example 2026-10-10"));
        return null;
    }

    public static TimeOnly? TimeOfDay(this JsonShape shape, string name, List<Finding> findings)
    {
        if (shape.Text(name) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        findings.Add(shape.Member(name)!.Error($"\"{text}\" is no time of day", "write for example 08:30"));
        return null;
    }

    /// <summary>A local date and time of day.</summary>
    public static DateTime? Moment(this JsonShape shape, string name, List<Finding> findings)
    {
        if (shape.Text(name, required: true) is not { } text) return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)) return moment;
        findings.Add(shape.Member(name)!.Error($"\"{text}\" is no date with a time", "write for example 2026-10-10T08:30, in the site's zone"));
        return null;
    }

    public static int? Whole(this JsonShape shape, string name, int least, int most, List<Finding> findings)
    {
        if (shape.Member(name) is not { } node) return null;
        if (node.Kind is JsonValueKind.Number && node.Number == Math.Truncate(node.Number) && node.Number >= least && node.Number <= most) return (int)node.Number;
        findings.Add(node.Error($"a whole number from {least} to {most} is needed here", $"write for example {least}"));
        return null;
    }

    public static T? Word<T>(this JsonShape shape, string name, IReadOnlyDictionary<string, T> words, List<Finding> findings, bool required = false) where T : struct
    {
        if (shape.Text(name, required) is not { } text) return null;
        if (words.TryGetValue(text, out var word)) return word;
        findings.Add(shape.Member(name)!.Error($"\"{text}\" is not known here", $"known are {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}"));
        return null;
    }
}

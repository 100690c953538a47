using System.Globalization;
using System.Text;

namespace AvGateway.Operations.Schedule.Rules;

/// <summary>An entry of an iCalendar file that a person opens.</summary>
/// <param name="Uid">The same for the same event, so that a second file replaces the first.</param>
/// <param name="Day">For an event of a whole day; else <paramref name="At"/>.</param>
/// <param name="Until">When what begins at <paramref name="At"/> ends; null: it is a moment.</param>
public sealed record CalendarEvent(string Uid, string Summary, string Description, DateOnly? Day = null, DateTimeOffset? At = null, DateTimeOffset? Until = null);

/// <summary>Writes iCalendar files (RFC 5545).</summary>
public static class EventFile
{
    private const int LineBytes = 75;

    public static byte[] Write(IEnumerable<CalendarEvent> events, DateTimeOffset stamp)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//AvGateway//schedule//ZH");
        Line(text, "METHOD:PUBLISH");
        foreach (var one in events)
        {
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{Escape(one.Uid)}");
            Line(text, $"DTSTAMP:{Utc(stamp)}");
            if (one.At is { } at) Line(text, $"DTSTART:{Utc(at)}");
            if (one.Until is { } until) Line(text, $"DTEND:{Utc(until)}");
            if (one.Day is { } day)
            {
                Line(text, $"DTSTART;VALUE=DATE:{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}");
                Line(text, $"DTEND;VALUE=DATE:{day.AddDays(1).ToString("yyyyMMdd", CultureInfo.InvariantCulture)}");
            }

            Line(text, $"SUMMARY:{Escape(one.Summary)}");
            Line(text, $"DESCRIPTION:{Escape(one.Description)}");
            Line(text, "TRANSP:TRANSPARENT");
            Line(text, "END:VEVENT");
        }

        Line(text, "END:VCALENDAR");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Occurrences of jobs as events.</summary>
    public static IEnumerable<CalendarEvent> Of(string site, IEnumerable<Occurrence> occurrences) => occurrences.Select(o => new CalendarEvent(
        $"{o.Key}@{site}.avgateway", $"{Acts.Says(o.Job.Act).Zh} {Acts.Says(o.Job.Act).En} · {o.Job.Name.Zh}", $"{o.Reason.Zh}\n{o.Reason.En}\n{string.Join(", ", o.Rooms)}", At: o.Due));

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // At most 75 bytes a line, never within a character.
    private static void Line(StringBuilder text, string line)
    {
        var bytes = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > LineBytes)
            {
                text.Append("\r\n ");
                bytes = 1;
            }

            text.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}

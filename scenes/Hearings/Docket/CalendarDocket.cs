using System.Globalization;
using System.Text;

namespace AvGateway.Scenes.Hearings.Docket;

/// <summary>
/// Docket as iCalendar (RFC 5545): one VEVENT per hearing; UID is its id, LOCATION the room's, CLASS:PUBLIC marks it public. Summary,
/// description and
/// attendees are skipped unread. What could move a hearing without being understood (recurrence, overrides, durations, unknown zones) is a
/// finding.
/// </summary>
public static class CalendarDocket
{
    private static readonly string[] Refused = ["RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DURATION"];

    public static DocketReading Read(ReadOnlySpan<byte> file, TimeZoneInfo zone)
    {
        var docket = new DocketText(zone);
        if (!docket.FitsIn(file.Length)) return docket.Reading;
        var lines = Unfold(Encoding.UTF8.GetString(file).TrimStart('\uFEFF'));
        if (lines.Count == 0 || !Is(lines[0], "BEGIN", "VCALENDAR"))
            docket.Find("line 1", "CALENDAR", "不是 iCalendar 文件", "not an iCalendar file");
        Event? open = null;
        var inside = new Stack<string>();
        foreach (var line in lines)
        {
            if (docket.IsFull) break;
            if (line.Name is "BEGIN")
            {
                inside.Push(line.Text);
                if (line.Text is "VEVENT") open = new(line.Number);
            }
            else if (line.Name is "END")
            {
                if (inside.Count == 0 || inside.Pop() != line.Text)
                    docket.Find(line.Place, "NESTING", "BEGIN 与 END 不匹配", "BEGIN and END do not match");
                if (line.Text is "VEVENT" && open is not null) Close(docket, open);
                if (line.Text is "VEVENT") open = null;
            }
            else if (open is not null && inside.TryPeek(out var section) && section is "VEVENT") Read(docket, open, line, zone);
        }

        if (inside.Count > 0) docket.Find(lines[^1].Place, "NESTING", "文件不完整", "the file ends too early");
        return docket.Reading;
    }

    private static void Read(DocketText docket, Event open, Line line, TimeZoneInfo zone)
    {
        switch (line.Name)
        {
            case "UID": open.Id = line.Text; break;
            case "LOCATION": open.Room = line.Text; break;
            case "CLASS": open.IsPublic = line.Text is "PUBLIC"; break;
            case "STATUS": open.IsCancelled = line.Text is "CANCELLED"; break;
            case "DTSTART": open.Start = Time(docket, line, zone); break;
            case "DTEND": open.End = Time(docket, line, zone); break;
            case var name when Refused.Contains(name):
                docket.Find(line.Place, "UNSUPPORTED", $"不支持 {name}",
                $"{name} is not supported"); break;
        }
    }

    private static void Close(DocketText docket, Event done)
    {
        if (done.IsCancelled) return;
        var place = $"line {done.Line}";
        if (done.Start is null || done.End is null)
            docket.Find(place, "TIME", "缺少有效的 DTSTART 或 DTEND", "DTSTART or DTEND is missing or wrong");
        docket.Add(place, done.Room, done.Id, done.Start, done.End, done.IsPublic);
    }

    private static DateTimeOffset? Time(DocketText docket, Line line, TimeZoneInfo zone)
    {
        var of = zone;
        foreach (var parameter in line.Parameters)
        {
            if (parameter is "VALUE=DATE-TIME") continue;
            if (parameter.StartsWith("TZID=", StringComparison.Ordinal)
                && TimeZoneInfo.TryFindSystemTimeZoneById(parameter[5..].Trim('"'), out var named)) of = named;
            else
            {
                docket.Find(line.Place, "ZONE", "未知的时区或参数", "unknown time zone or parameter");
                return null;
            }
        }

        var isUtc = line.Text.EndsWith('Z');
        var digits = isUtc ? line.Text[..^1] : line.Text;
        if (DateTime.TryParseExact(digits, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return isUtc ? new DateTimeOffset(time, TimeSpan.Zero) : docket.Local(line.Place, time, of);
        docket.Find(line.Place, "TIME", "时间格式应为 20261123T090000", "a time reads 20261123T090000");
        return null;
    }

    private static bool Is(Line line, string name, string text) => line.Name == name && line.Text == text;

    private static List<Line> Unfold(string text)
    {
        var lines = new List<Line>();
        var number = 0;
        var whole = new StringBuilder();
        var begun = 1;

        void End()
        {
            if (whole.Length > 0) lines.Add(Line.Of(begun, whole.ToString()));
            whole.Clear();
        }

        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                whole.Append(line.AsSpan(1));
                continue;
            }

            End();
            begun = number;
            whole.Append(line);
        }

        End();
        return lines;
    }

    private sealed record Line(int Number, string Name, string[] Parameters, string Text)
    {
        public string Place => $"line {Number}";

        public static Line Of(int number, string line)
        {
            var colon = Colon(line);
            var head = (colon < 0 ? line : line[..colon]).Split(';');
            return new(number, head[0].ToUpperInvariant(), head[1..], colon < 0 ? "" : line[(colon + 1)..].Trim());
        }

        // A quoted parameter may hold a colon.
        private static int Colon(string line)
        {
            var quoted = false;
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '"') quoted = !quoted;
                if (line[i] == ':' && !quoted) return i;
            }

            return -1;
        }
    }

    private sealed class Event(int line)
    {
        public int Line { get; } = line;
        public string Id { get; set; } = "";
        public string Room { get; set; } = "";
        public bool IsPublic { get; set; }
        public bool IsCancelled { get; set; }
        public DateTimeOffset? Start { get; set; }
        public DateTimeOffset? End { get; set; }
    }
}

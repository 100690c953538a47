using System.Text;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>
/// Days off as iCalendar (RFC 5545): all-day events, whose DTEND is the first day after. Only the summary tells a make-up workday (上班, 补班) from a
/// day off (假期, 放假, 休); one that says neither is a finding, since a guess either way switches something. The file names no notice: who imports it does.
/// </summary>
public static class HolidayCalendarFile
{
    private static readonly string[] Refused = ["RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DURATION"];
    private static readonly string[] WorkWords = ["上班", "补班"];
    private static readonly string[] OffWords = ["假期", "放假", "休"];

    /// <param name="source">The notice that the days are from; empty: the lists are not published.</param>
    public static ListReading Read(ReadOnlyMemory<byte> file, string source)
    {
        var text = new ListText();
        if (!text.FitsIn(file.Length)) return text.Reading();
        var events = new List<Event>();
        Event? open = null;
        var lines = Unfold(Encoding.UTF8.GetString(file.Span).TrimStart('\uFEFF'));
        if (lines.Count == 0 || lines[0].Text != "BEGIN:VCALENDAR") text.Find("line 1", "CALENDAR", "不是 iCalendar 文件", "not an iCalendar file");
        else if (lines[^1].Text != "END:VCALENDAR") text.Find($"line {lines[^1].Number}", "NESTING", "文件不完整", "the file ends too early");
        foreach (var (number, line) in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = (colon < 0 ? line : line[..colon]).Split(';')[0].ToUpperInvariant();
            var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            var place = $"line {number}";
            switch (name)
            {
                case "BEGIN" when value is "VEVENT": open = new(place); break;
                case "END" when value is "VEVENT" && open is not null: events.Add(open); open = null; break;
                case "SUMMARY" when open is not null: open.Summary = value; break;
                case "DTSTART" when open is not null: open.Start = text.Date(value, "yyyyMMdd", place); break;
                case "DTEND" when open is not null: open.End = text.Date(value, "yyyyMMdd", place); break;
                case var _ when open is not null && Refused.Contains(name): text.Find(place, "UNSUPPORTED", $"不支持 {name}", $"{name} is not supported"); break;
            }
        }

        var days = events.SelectMany(e => DaysOf(text, e)).ToList();
        var lists = days.GroupBy(d => d.Year).OrderBy(g => g.Key).Select(year => new YearList(
            year.Key, source, null, OffSpans.Of(year.Where(d => !d.IsWork).Select(d => (d.Date, d.Name))),
            [.. year.Where(d => d.IsWork).OrderBy(d => d.Date).Select(d => new MakeUpDay(d.Date, d.Name))])).ToList();
        lists = JoinDecember(lists);
        foreach (var list in lists) text.Check(list);
        if (lists.Count == 0) text.Find("line 1", "EMPTY", "没有任何日期", "it has no day");
        return text.Reading(lists);
    }

    private static IEnumerable<(int Year, DateOnly Date, string Name, bool IsWork)> DaysOf(ListText text, Event day)
    {
        if (day.Start is not { } start) text.Find(day.Place, "DATE", "缺少全天日期 DTSTART", "an all-day DTSTART is missing");
        else if ((day.End ?? start.AddDays(1)) is var end && (end <= start || end > start.AddDays(31))) text.Find(day.Place, "SPAN", "起止日期不合理", "ends before it begins, or lasts longer than a month");
        else if (Meaning(day.Summary) is not { } meaning) text.Find(day.Place, "SUMMARY", "标题未说明放假还是上班", "the summary says neither 上班 or 补班 nor 假期, 放假 or 休");
        else
        {
            // A holiday over New Year belongs to the year in which it ends.
            var last = end.AddDays(-1);
            for (var date = start; date <= last; date = date.AddDays(1)) yield return (last.Year, date, meaning.Name, meaning.IsWork);
        }
    }

    // 上班(补春节假期), 春节 补班 第1天/共2天, 春节假期, 元旦 假期 第1天/共1天
    private static (string Name, bool IsWork)? Meaning(string summary)
    {
        var isWork = WorkWords.Any(w => summary.Contains(w, StringComparison.Ordinal));
        if (!isWork && !OffWords.Any(w => summary.Contains(w, StringComparison.Ordinal))) return null;
        var name = summary.Split(' ')[0];
        foreach (var word in (string[])[.. WorkWords, "(补", "（补", "假期", "放假", "休", ")", "）"]) name = name.Replace(word, "", StringComparison.Ordinal);
        return (name is { Length: > 0 and <= ListText.LongestName } ? name : "放假", isWork);
    }

    // A file of one year may speak of the December before it: those days are part of that year's list, and no list of their own.
    private static List<YearList> JoinDecember(List<YearList> lists)
    {
        for (var i = lists.Count - 2; i >= 0; i--)
        {
            var (early, next) = (lists[i], lists[i + 1]);
            if (next.Year != early.Year + 1 || early.DaysOff >= YearList.LeastDaysOff) continue;
            if (early.Off.Any(s => s.From.Month != 12) || early.MakeUp.Any(d => d.Date.Month != 12)) continue;
            lists[i + 1] = next with { Off = [.. early.Off, .. next.Off], MakeUp = [.. early.MakeUp, .. next.MakeUp] };
            lists.RemoveAt(i);
        }

        return lists;
    }

    private static List<(int Number, string Text)> Unfold(string text)
    {
        var lines = new List<(int Number, string Text)>();
        foreach (var (raw, i) in text.Split('\n').Select((raw, i) => (raw.TrimEnd('\r'), i)))
        {
            if (raw.Length > 0 && raw[0] is ' ' or '\t' && lines.Count > 0) lines[^1] = lines[^1] with { Text = lines[^1].Text + raw[1..] };
            else if (raw.Length > 0) lines.Add((i + 1, raw));
        }

        return lines;
    }

    private sealed class Event(string place)
    {
        public string Place { get; } = place;
        public string Summary { get; set; } = "";
        public DateOnly? Start { get; set; }
        public DateOnly? End { get; set; }
    }
}

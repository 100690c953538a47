using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Host.Site;

/// <summary>What the site file says of days: lists of years, the court's week, its own days off and workdays.</summary>
internal sealed record CalendarSettings(ImmutableArray<YearList> Lists, OwnDays Own)
{
    public static readonly CalendarSettings None = new([], OwnDays.None);

    /// <summary>The program's lists under the site's.</summary>
    public ImmutableArray<YearList> Given => [.. BuiltInCalendar.Lists.Where(b => Lists.All(l => l.Year != b.Year)), .. Lists];
}

/// <summary>Reads the member <c>calendars</c>.</summary>
internal sealed class CalendarReader(List<Finding> findings, string folder)
{
    /// <summary>The days of the week as the site file writes them, from Sunday on.</summary>
    public static IReadOnlyList<string> Weekdays { get; } = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private const int LongestSpan = 62;

    public CalendarSettings Read(IEnumerable<JsonNodeAt> calendars)
    {
        var lists = new Dictionary<int, YearList>();
        ImmutableHashSet<DayOfWeek>? workdays = null;
        var days = new List<OwnDay>();
        foreach (var node in calendars)
        {
            var shape = new JsonShape(node, findings, "years", "workdays", "off", "work");
            foreach (var file in shape.List("years")) Add(lists, file);
            if (shape.Member("workdays") is not null)
            {
                if (workdays is not null) findings.Add(node["workdays"]!.Error("the court's week is told twice", "keep one \"workdays\""));
                workdays = [.. shape.List("workdays").Select(Weekday).OfType<DayOfWeek>()];
            }

            foreach (var day in shape.List("off")) days.AddRange(Days(day, isOff: true));
            foreach (var day in shape.List("work")) days.AddRange(Days(day, isOff: false));
        }

        foreach (var twice in days.GroupBy(d => d.Date).Where(g => g.Select(d => d.IsOff).Distinct().Count() > 1))
            findings.Add(calendars.First().Error($"{twice.Key:yyyy-MM-dd} is both off and work", "keep it in one of \"off\" and \"work\""));
        return new([.. lists.Values], new(workdays ?? OwnDays.None.Workdays, [.. days]));
    }

    private void Add(Dictionary<int, YearList> lists, JsonNodeAt file)
    {
        if (file.Kind is not JsonValueKind.String || file.Text is not { Length: > 0 } name)
        {
            findings.Add(file.Error("the name of a year's list is needed here", "write for example \"calendars/2027.json\""));
            return;
        }

        try
        {
            var reading = YearListJson.Read(File.ReadAllBytes(Path.Combine(folder, name)));
            foreach (var found in reading.Findings) findings.Add(file.Error($"{name}: {found.Place}: {found.Says.En} ({found.Code})", Texts.Say(found.Says.Zh, "mend that file; calendar.md tells its form")));
            if (!reading.IsGood) return;
            var list = reading.Lists[0];
            if (!lists.TryAdd(list.Year, list)) findings.Add(file.Error($"a second list of {list.Year}", "keep one list a year"));
            if (list.Approval is null) findings.Add(file.Error($"{name} names nobody who approved it", "add \"approved\": { \"by\": …, \"on\": … }"));
            if (list.Status is ListStatus.Missing) findings.Add(file.Error($"{name} is not published: {list.Lacks}", "remove it, or complete it from the notice; without it the days of the law count"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            findings.Add(file.Error($"{name} cannot be read: {unreadable.Message}", "check the name; it is relative to the site file"));
        }
    }

    private DayOfWeek? Weekday(JsonNodeAt day)
    {
        if (day.Kind is JsonValueKind.String && Weekdays.ToList().IndexOf(day.Text!) is >= 0 and var index) return (DayOfWeek)index;
        findings.Add(day.Error("a day of the week is needed here", $"write {string.Join(", ", Weekdays)}"));
        return null;
    }

    private IEnumerable<OwnDay> Days(JsonNodeAt node, bool isOff)
    {
        var shape = new JsonShape(node, findings, "date", "from", "to", "name");
        var name = shape.Text("name", required: true) ?? "";
        var single = Date(node, shape, "date");
        var (from, to) = (single ?? Date(node, shape, "from"), single ?? Date(node, shape, "to"));
        if (from is not { } first || to is not { } last)
        {
            if (node["date"] is null && (node["from"] is null || node["to"] is null)) findings.Add(node.Error("no date stands here", "write \"date\", or \"from\" and \"to\""));
            yield break;
        }

        if (last < first || last.DayNumber - first.DayNumber >= LongestSpan) findings.Add(node.Error($"{first:yyyy-MM-dd} … {last:yyyy-MM-dd} is no span of days", $"end after the beginning, within {LongestSpan} days"));
        else for (var date = first; date <= last; date = date.AddDays(1)) yield return new(date, name, isOff);
    }

    private DateOnly? Date(JsonNodeAt node, JsonShape shape, string name)
    {
        if (shape.Text(name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        findings.Add(node[name]!.Error($"\"{text}\" is no date", "write for example 2026-10-10"));
        return null;
    }
}

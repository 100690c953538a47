using System.Collections.Immutable;
using System.Text.Json;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>Year files as the public project holiday-cn writes them: <c>{year, papers[], days[{name, date, isOffDay}]}</c>.</summary>
public static class HolidayCnFile
{
    public static ListReading Read(ReadOnlyMemory<byte> file)
    {
        var text = new ListText();
        if (!text.FitsIn(file.Length) || text.Open(file) is not { } document) return text.Reading();
        using (document)
        {
            var root = document.RootElement;
            text.Known(root, "$", "$schema", "$id", "year", "papers", "days");
            var days = new List<(DateOnly Date, string Name, bool IsOff)>();
            foreach (var (item, place) in text.Items(root, "days", isNeeded: true))
            {
                text.Known(item, place, "name", "date", "isOffDay");
                var name = text.Text(item, "name", place);
                var isOff = item.TryGetProperty("isOffDay", out var flag) ? flag.ValueKind : JsonValueKind.Undefined;
                if (isOff is not (JsonValueKind.True or JsonValueKind.False)) text.Find($"{place}.isOffDay", "TYPE", "应为 true 或 false", "must be true or false");
                if (text.Date(item, "date", place) is { } date) days.Add((date, name, isOff is JsonValueKind.True));
            }

            var list = new YearList(
                text.Year(root), Papers(text, root), null, OffSpans.Of(days.Where(d => d.IsOff).Select(d => (d.Date, d.Name))),
                [.. days.Where(d => !d.IsOff).OrderBy(d => d.Date).Select(d => new MakeUpDay(d.Date, d.Name))]);
            text.Check(list);
            return text.Reading(list);
        }
    }

    private static string Papers(ListText text, JsonElement root)
    {
        if (root.TryGetProperty("papers", out var papers) && papers.ValueKind is JsonValueKind.Array)
            return string.Join(' ', papers.EnumerateArray().Where(p => p.ValueKind is JsonValueKind.String).Select(p => p.GetString()!).Where(p => p.Length > 0));
        text.Find("$.papers", "TYPE", "应为数组", "must be a list");
        return "";
    }
}

/// <summary>Single days that follow each other under one name, as spans.</summary>
internal static class OffSpans
{
    public static ImmutableArray<OffSpan> Of(IEnumerable<(DateOnly Date, string Name)> days)
    {
        var spans = new List<OffSpan>();
        foreach (var (date, name) in days.OrderBy(d => d.Date))
        {
            if (spans.Count > 0 && spans[^1] is var last && last.Name == name && last.To.AddDays(1) == date) spans[^1] = last with { To = date };
            else spans.Add(new(name, date, date));
        }

        return [.. spans];
    }
}

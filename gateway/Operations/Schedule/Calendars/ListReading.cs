using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>What a file of days off held.</summary>
/// <param name="Findings">Not empty: nothing of the file is used.</param>
public sealed record ListReading(ImmutableArray<YearList> Lists, ImmutableArray<Finding> Findings)
{
    public bool IsGood => Findings.IsEmpty;
}

/// <summary>What the readers of lists have in common: bounds, dates, and the checks that hold for every list.</summary>
internal sealed class ListText
{
    public const int MaximumBytes = 1024 * 1024;
    public const int LongestName = 100;
    private const int MaximumFindings = 100;
    private const int LongestSpan = 31;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly ImmutableArray<Finding>.Builder _findings = ImmutableArray.CreateBuilder<Finding>();

    public bool HasFindings => _findings.Count > 0;

    public ListReading Reading(params IEnumerable<YearList> lists) => new(HasFindings ? [] : [.. lists], _findings.ToImmutable());

    public void Find(string place, string code, string zh, string en)
    {
        if (_findings.Count < MaximumFindings) _findings.Add(new(place, code, new(zh, en)));
    }

    public JsonDocument? Open(ReadOnlyMemory<byte> file)
    {
        try
        {
            if (file.Span.StartsWith("\uFEFF"u8)) file = file[3..];
            var document = JsonDocument.Parse(file, Lenient);
            if (document.RootElement.ValueKind is JsonValueKind.Object) return document;
            document.Dispose();
            Find("$", "TYPE", "应为 JSON 对象", "must be a JSON object");
        }
        catch (JsonException wrong)
        {
            Find($"line {(wrong.LineNumber ?? 0) + 1}", "JSON", "不是有效的 JSON", "not valid JSON");
        }

        return null;
    }

    public bool FitsIn(int length)
    {
        if (length <= MaximumBytes) return true;
        Find("line 1", "SIZE", $"文件超过 {MaximumBytes} 字节", $"the file is longer than {MaximumBytes} bytes");
        return false;
    }

    public void Known(JsonElement element, string place, params string[] known)
    {
        foreach (var member in element.EnumerateObject().Where(m => !known.Contains(m.Name)))
            Find($"{place}.{Shown(member.Name)}", "UNKNOWN", "未知成员", $"not known here: known are {string.Join(", ", known)}");
    }

    public string Text(JsonElement element, string member, string place, bool isNeeded = true)
    {
        if (!element.TryGetProperty(member, out var found) || found.ValueKind is JsonValueKind.Null)
        {
            if (isNeeded) Find($"{place}.{member}", "MISSING", "缺少必填项", "missing");
            return "";
        }

        if (found.ValueKind is JsonValueKind.String && found.GetString() is { Length: > 0 and <= LongestName } text && !text.Any(char.IsControl)) return text;
        Find($"{place}.{member}", "TEXT", $"应为 1 至 {LongestName} 字的文本", $"must be a text of 1 to {LongestName} characters");
        return "";
    }

    public DateOnly? Date(JsonElement element, string member, string place, bool isNeeded = true) =>
        Text(element, member, place, isNeeded) is { Length: > 0 } text ? Date(text, "yyyy-MM-dd", $"{place}.{member}") : null;

    public DateOnly? Date(string text, string form, string place)
    {
        if (DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        Find(place, "DATE", $"日期格式应为 {form}", $"a date reads {form}");
        return null;
    }

    public IEnumerable<(JsonElement Item, string Place)> Items(JsonElement element, string member, bool isNeeded)
    {
        if (!element.TryGetProperty(member, out var list) || list.ValueKind is JsonValueKind.Null)
        {
            if (isNeeded) Find($"$.{member}", "MISSING", "缺少必填项", "missing");
            yield break;
        }

        if (list.ValueKind is not JsonValueKind.Array)
        {
            Find($"$.{member}", "TYPE", "应为数组", "must be a list");
            yield break;
        }

        foreach (var (item, i) in list.EnumerateArray().Select((item, i) => (item, i)))
        {
            if (item.ValueKind is JsonValueKind.Object) yield return (item, $"$.{member}[{i}]");
            else Find($"$.{member}[{i}]", "TYPE", "应为对象", "must be an object");
        }
    }

    public int Year(JsonElement root)
    {
        if (root.TryGetProperty("year", out var year) && year.ValueKind is JsonValueKind.Number && year.TryGetInt32(out var number)
            && number is >= StatutoryDays.FirstYear and <= StatutoryDays.LastYear) return number;
        Find("$.year", "YEAR", "应为 2000 至 2099 的年份", "must be a year from 2000 to 2099");
        return StatutoryDays.FirstYear;
    }

    /// <summary>Checks that hold for a list whatever it was read from.</summary>
    public void Check(YearList list)
    {
        var off = new HashSet<DateOnly>();
        foreach (var span in list.Off)
        {
            if (span.To < span.From || span.To.DayNumber - span.From.DayNumber >= LongestSpan)
            {
                Find($"{span.From:yyyy-MM-dd}", "SPAN", "起止日期不合理", "ends before it begins, or lasts longer than a month");
                continue;
            }

            foreach (var day in span.Days)
            {
                if (!off.Add(day)) Find($"{day:yyyy-MM-dd}", "TWICE", "日期重复", "this date stands twice");
                Near(list.Year, day);
            }
        }

        var worked = new HashSet<DateOnly>();
        foreach (var day in list.MakeUp.Select(d => d.Date))
        {
            if (off.Contains(day)) Find($"{day:yyyy-MM-dd}", "BOTH", "同一天既放假又上班", "this date is a day off and a workday at once");
            if (!worked.Add(day)) Find($"{day:yyyy-MM-dd}", "TWICE", "日期重复", "this date stands twice");
            Near(list.Year, day);
        }
    }

    // The list of a year may speak of the last weeks before it: 2006-12-31 stands in that of 2007.
    private void Near(int year, DateOnly day)
    {
        if (day.Year == year || (day.Year == year - 1 && day.Month == 12) || (day.Year == year + 1 && day.Month == 1)) return;
        Find($"{day:yyyy-MM-dd}", "ELSEWHERE", $"不属于 {year} 年", $"does not belong to {year}");
    }

    private static string Shown(string name) => name.Length <= 40 && name.All(c => c is > ' ' and <= '~') ? name : "?";
}

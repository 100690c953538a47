using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>Lists of a year in our own form, as calendar.md describes it. What it counts itself is compared with what it lists.</summary>
public static class YearListJson
{
    private static readonly JsonWriterOptions Written = new() { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static ListReading Read(ReadOnlyMemory<byte> file)
    {
        var text = new ListText();
        if (!text.FitsIn(file.Length) || text.Open(file) is not { } document) return text.Reading();
        using (document)
        {
            var root = document.RootElement;
            text.Known(root, "$", "year", "source", "basis", "published", "status", "off", "statutory", "makeupWorkdays", "workdaysPerMonth", "workdaysTotal", "approved", "version");
            var list = new YearList(
                text.Year(root),
                text.Text(root, "source", "$", isNeeded: false) is { Length: > 0 } source ? source : Basis(root),
                text.Date(root, "published", "$", isNeeded: false),
                [.. Spans(text, root), .. Statutory(text, root)],
                [.. MakeUps(text, root)])
            {
                IsProvisional = IsProvisional(text, root),
                Approval = Approval(text, root),
                Version = root.TryGetProperty("version", out var version) && version.ValueKind is JsonValueKind.Number && version.TryGetInt32(out var number) ? number : 0,
            };
            text.Check(list);
            if (!text.HasFindings) Count(text, root, list);
            return text.Reading(list);
        }
    }

    public static byte[] Write(YearList list)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Written))
        {
            json.WriteStartObject();
            json.WriteNumber("year", list.Year);
            if (list.Version > 0) json.WriteNumber("version", list.Version);
            if (list.Source.Length > 0) json.WriteString("source", list.Source);
            if (list.Published is { } published) json.WriteString("published", Iso(published));
            json.WriteString("status", list.IsProvisional ? "provisional" : "published");
            json.WriteStartArray("off");
            foreach (var span in list.Off)
            {
                json.WriteStartObject();
                json.WriteString("name", span.Name);
                json.WriteString("from", Iso(span.From));
                json.WriteString("to", Iso(span.To));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("makeupWorkdays");
            foreach (var day in list.MakeUp)
            {
                json.WriteStartObject();
                json.WriteString("date", Iso(day.Date));
                json.WriteString("for", day.For);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (list.Approval is { } approval)
            {
                json.WriteStartObject("approved");
                json.WriteString("by", approval.By);
                json.WriteString("on", Iso(approval.On));
                if (approval.Word is { } word) json.WriteString("word", word);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Basis(JsonElement root) =>
        root.TryGetProperty("basis", out var basis) && basis.ValueKind is JsonValueKind.String ? basis.GetString()! : "";

    private static bool IsProvisional(ListText text, JsonElement root)
    {
        var status = text.Text(root, "status", "$", isNeeded: false);
        if (status is not ("" or "published" or "provisional")) text.Find("$.status", "STATUS", "应为 published 或 provisional", "must be published or provisional");
        return status is "provisional";
    }

    private static IEnumerable<OffSpan> Spans(ListText text, JsonElement root)
    {
        foreach (var (item, place) in text.Items(root, "off", isNeeded: !root.TryGetProperty("statutory", out _)))
        {
            text.Known(item, place, "name", "from", "to");
            var name = text.Text(item, "name", place);
            if (text.Date(item, "from", place) is { } from && text.Date(item, "to", place) is { } to) yield return new(name, from, to);
        }
    }

    private static IEnumerable<OffSpan> Statutory(ListText text, JsonElement root)
    {
        foreach (var (item, place) in text.Items(root, "statutory", isNeeded: false))
        {
            text.Known(item, place, "name", "dates");
            var name = text.Text(item, "name", place);
            if (!item.TryGetProperty("dates", out var dates) || dates.ValueKind is not JsonValueKind.Array)
            {
                text.Find($"{place}.dates", "TYPE", "应为数组", "must be a list");
                continue;
            }

            foreach (var date in dates.EnumerateArray())
            {
                if (text.Date(date.ValueKind is JsonValueKind.String ? date.GetString()! : "", "yyyy-MM-dd", $"{place}.dates") is { } day) yield return new(name, day, day);
            }
        }
    }

    private static IEnumerable<MakeUpDay> MakeUps(ListText text, JsonElement root)
    {
        foreach (var (item, place) in text.Items(root, "makeupWorkdays", isNeeded: false))
        {
            text.Known(item, place, "date", "for");
            var occasion = text.Text(item, "for", place);
            if (text.Date(item, "date", place) is { } date) yield return new(date, occasion);
        }
    }

    private static Approval? Approval(ListText text, JsonElement root)
    {
        if (!root.TryGetProperty("approved", out var approved) || approved.ValueKind is JsonValueKind.Null) return null;
        if (approved.ValueKind is not JsonValueKind.Object)
        {
            text.Find("$.approved", "TYPE", "应为对象", "must be an object");
            return null;
        }

        text.Known(approved, "$.approved", "by", "on", "word");
        var by = text.Text(approved, "by", "$.approved");
        var word = text.Text(approved, "word", "$.approved", isNeeded: false);
        return text.Date(approved, "on", "$.approved") is { } on ? new(by, on, word.Length > 0 ? word : null) : null;
    }

    // A slip of the pen in a date shows in the sums that the notice's readers publish beside it.
    private static void Count(ListText text, JsonElement root, YearList list)
    {
        var off = list.Off.SelectMany(s => s.Days).ToHashSet();
        var worked = list.MakeUp.Select(d => d.Date).ToHashSet();
        var months = new int[12];
        for (var day = new DateOnly(list.Year, 1, 1); day.Year == list.Year; day = day.AddDays(1))
        {
            if (worked.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !off.Contains(day))) months[day.Month - 1]++;
        }

        if (root.TryGetProperty("workdaysTotal", out var total)) Compare(text, "$.workdaysTotal", total, months.Sum());
        if (!root.TryGetProperty("workdaysPerMonth", out var each)) return;
        if (each.ValueKind is not JsonValueKind.Object) text.Find("$.workdaysPerMonth", "TYPE", "应为对象", "must be an object");
        else foreach (var month in each.EnumerateObject())
        {
            if (int.TryParse(month.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 12)
                Compare(text, $"$.workdaysPerMonth.{month.Name}", month.Value, months[number - 1]);
            else text.Find("$.workdaysPerMonth", "MONTH", "月份应为 01 至 12", "a month reads 01 to 12");
        }
    }

    private static void Compare(ListText text, string place, JsonElement said, int counted)
    {
        if (said.ValueKind is JsonValueKind.Number && said.TryGetInt32(out var number) && number == counted) return;
        text.Find(place, "SUM", $"工作日数不符：按所列日期应为 {counted}", $"the listed dates make {counted} workdays, not what stands here: check both");
    }
}

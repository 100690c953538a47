using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AvGateway.Host.Commands;

/// <summary>Inspections as they come from the bus: a head, and the rows of each room.</summary>
internal sealed class InspectionView
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, JsonElement> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Id, string Room), JsonElement> _rooms = [];

    public IEnumerable<JsonElement> Heads => _heads.Values;

    public void Take(string topic, ReadOnlyMemory<byte> payload)
    {
        var levels = topic[(topic.IndexOf("/$inspection/", StringComparison.Ordinal) + "/$inspection/".Length)..].Split('/');
        if (payload.IsEmpty)
        {
            if (levels.Length == 1) _heads.Remove(levels[0]);
            else _rooms.Remove((levels[0], levels[1]));
            return;
        }

        using var document = JsonDocument.Parse(payload);
        if (levels.Length == 1) _heads[levels[0]] = document.RootElement.Clone();
        else _rooms[(levels[0], levels[1])] = document.RootElement.GetProperty("rows").Clone();
    }

    /// <summary>It has ended, and every row that its head counts is here.</summary>
    public bool IsWhole(string id) => _heads.TryGetValue(id, out var head) && StateOf(id) != "running"
        && head.GetProperty("rooms").EnumerateArray().All(r => _rooms.TryGetValue((id, Text(r, "room")), out var rows) && rows.GetArrayLength() == r.GetProperty("rows").GetInt32());

    public string StateOf(string id) => Text(_heads[id], "state");

    public int FindingsOf(string id) => _heads[id].GetProperty("findings").GetInt32();

    /// <summary>One object with everything, as a filed report has it.</summary>
    public string Whole(string id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            foreach (var member in _heads[id].EnumerateObject()) member.WriteTo(json);
            json.WriteStartArray("rows");
            foreach (var row in RowsOf(id)) row.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public IEnumerable<string> Lines(string id)
    {
        var head = _heads[id];
        yield return Line(head);
        foreach (var row in RowsOf(id))
        {
            var more = string.Join("  ", new[] { Words(row, "says"), Texts.Said(row, "detail"), Text(row, "fault") }.Where(t => t.Length > 0));
            yield return $"  {Text(row, "state"),-12} {Text(row, "device"),-30} {more}";
            if (!row.TryGetProperty("checks", out var checks)) continue;
            foreach (var check in checks.EnumerateArray())
                yield return $"    {Text(check, "check"),-10} {Text(check, "state"),-10} {string.Join("  ", new[] { Words(check, "says"), Texts.Said(check, "detail") }.Where(t => t.Length > 0))}";
        }

        foreach (var row in head.GetProperty("hours").EnumerateArray())
            yield return string.Create(CultureInfo.InvariantCulture, $"  {Text(row, "row"),-43} {row.GetProperty("hours").GetDouble() - row.GetProperty("since").GetDouble():0} / {row.GetProperty("limit").GetDouble():0} h{(row.GetProperty("due").GetBoolean() ? "  !" : "")}");
        foreach (var row in head.GetProperty("manual").EnumerateArray()) yield return $"  {Text(row, "row"),-43} {Words(row, "title")}  {Text(row, "result")}  {Text(row, "by")}";
    }

    public static string Line(JsonElement head)
    {
        var counts = string.Join(", ", head.GetProperty("counts").EnumerateObject().Where(c => c.Value.GetInt32() > 0).Select(c => $"{c.Name} {c.Value.GetInt32()}"));
        return $"{Text(head, "id")}  {Words(head, "name")}  {Text(head, "scope")}  {Text(head, "state")}  {counts}{(head.TryGetProperty("signedBy", out var by) ? $"  {Texts.Say("签署人", "signed by")} {by.GetString()}" : "")}";
    }

    private IEnumerable<JsonElement> RowsOf(string id) =>
        _heads[id].GetProperty("rooms").EnumerateArray().SelectMany(r => _rooms[(id, Text(r, "room"))].EnumerateArray());

    private static string Words(JsonElement row, string member) => Text(row.GetProperty(member), Texts.IsChinese ? "zh" : "en");

    private static string Text(JsonElement row, string member) => row.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
}

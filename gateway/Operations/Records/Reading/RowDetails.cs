using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AvGateway.Operations.Records.Reading;

/// <summary>Members of a row's details. What is not there, or not of the kind, is null: an older version wrote other members.</summary>
internal readonly struct RowDetails(JsonElement root)
{
    public static RowDetails Of(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return new(default);
        }
    }

    public bool IsReadable => root.ValueKind is JsonValueKind.Object;

    public JsonElement? Member(string name) => IsReadable && root.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member : null;

    public string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public bool Flag(string name) => Member(name) is { ValueKind: JsonValueKind.True };

    public int Count(string name) => Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? count : 0;

    public long Long(string name) => Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) ? count : 0;

    public DateTimeOffset? Time(string name) => Member(name) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var at) ? at : null;

    public DateOnly? Date(string name) => DateOnly.TryParseExact(Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    public ImmutableArray<string> Texts(string name) => Member(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Where(e => e.ValueKind is JsonValueKind.String).Select(e => e.GetString()!)]
        : [];
}

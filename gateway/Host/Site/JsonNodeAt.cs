using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AvGateway.Host.Site;

/// <summary>A JSON value that knows where it stands, so that a finding can name the line.</summary>
/// <param name="Path">For example <c>$.rooms[0].devices[2].link</c>.</param>
internal sealed record JsonNodeAt(JsonValueKind Kind, string Path, string File, int Line, int Column)
{
    public string? Text { get; init; }
    public double Number { get; init; }
    public IReadOnlyList<JsonNodeAt> Items { get; init; } = [];
    public IReadOnlyList<(string Name, JsonNodeAt Value)> Members { get; init; } = [];

    public JsonNodeAt? this[string name]
    {
        get
        {
            foreach (var (member, value) in Members) if (member == name) return value;
            return null;
        }
    }

    /// <summary>This object with a member in the place of the one of its name, or at its end.</summary>
    public JsonNodeAt With(string name, JsonNodeAt value) =>
        this with { Members = this[name] is null ? [.. Members, (name, value)] : [.. Members.Select(m => m.Name == name ? (name, value) : m)] };

    /// <summary>The node at a path below this one, such as <c>$.sinks[1].home</c>; the last one that exists, when the path goes on.</summary>
    public JsonNodeAt? At(string path)
    {
        var node = this;
        foreach (var step in path.Split('.', '[').Skip(1))
        {
            var next = step.EndsWith(']')
                ? int.TryParse(step[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < node.Items.Count ? node.Items[index] : null
                : node[step];
            if (next is null) return node;
            node = next;
        }

        return node;
    }

    /// <summary>The value as plain JSON, UTF-8, for readers that know nothing of files.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var (name, value) in Members)
                {
                    json.WritePropertyName(name);
                    value.Write(json);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in Items) item.Write(json);
                json.WriteEndArray();
                break;
            case JsonValueKind.String: json.WriteStringValue(Text); break;
            case JsonValueKind.Number when Math.Truncate(Number) == Number && Math.Abs(Number) < 1e15: json.WriteNumberValue((long)Number); break;
            case JsonValueKind.Number: json.WriteNumberValue(Number); break;
            case JsonValueKind.True or JsonValueKind.False: json.WriteBooleanValue(Kind is JsonValueKind.True); break;
            default: json.WriteNullValue(); break;
        }
    }

    public Finding Error(string message, string remedy) => new(Severity.Error, File, Path, Line, Column, message, remedy);
    public Finding Refusal(string message, string remedy) => new(Severity.Refusal, File, Path, Line, Column, message, remedy);
    public Finding Notice(string message, string remedy) => new(Severity.Notice, File, Path, Line, Column, message, remedy);
}

/// <summary>Reads JSON with comments and trailing commas into <see cref="JsonNodeAt"/>.</summary>
internal static class JsonReaderAt
{
    private const int MostDepth = 32;

    /// <summary>Null when the text is not JSON; the finding then tells where it broke.</summary>
    public static JsonNodeAt? Read(byte[] utf8, string file, List<Finding> findings)
    {
        var bytes = utf8.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? utf8.AsMemory(3) : utf8;
        var reader = new Utf8JsonReader(bytes.Span, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MostDepth });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, bytes.Span, "$", file, findings);
            if (reader.Read()) findings.Add(root.Error("something follows the end of the site", "remove it"));
            return root;
        }
        catch (JsonException broken)
        {
            var line = (int)(broken.LineNumber ?? 0) + 1;
            var column = (int)(broken.BytePositionInLine ?? 0) + 1;
            findings.Add(new(Severity.Error, file, "$", line, column, "not JSON: " + WithoutPosition(broken.Message), "mend the text at this place"));
            return null;
        }
    }

    private static JsonNodeAt ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> all, string path, string file, List<Finding> findings)
    {
        var (line, column) = PlaceOf(all, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: return ReadObject(ref reader, all, new(JsonValueKind.Object, path, file, line, column), findings);
            case JsonTokenType.StartArray:
                var items = new List<JsonNodeAt>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(ReadValue(ref reader, all, $"{path}[{items.Count}]", file, findings));
                return new(JsonValueKind.Array, path, file, line, column) { Items = items };
            case JsonTokenType.String: return new(JsonValueKind.String, path, file, line, column) { Text = reader.GetString() };
            case JsonTokenType.Number: return new(JsonValueKind.Number, path, file, line, column) { Number = reader.GetDouble() };
            case JsonTokenType.True: return new(JsonValueKind.True, path, file, line, column);
            case JsonTokenType.False: return new(JsonValueKind.False, path, file, line, column);
            default: return new(JsonValueKind.Null, path, file, line, column);
        }
    }

    private static JsonNodeAt ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> all, JsonNodeAt empty, List<Finding> findings)
    {
        var members = new List<(string Name, JsonNodeAt Value)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = ReadValue(ref reader, all, $"{empty.Path}.{name}", empty.File, findings);
            if (members.Exists(m => m.Name == name)) findings.Add(value.Error($"\"{name}\" stands here twice", "keep one of them"));
            members.Add((name, value));
        }

        return empty with { Members = members };
    }

    private static (int Line, int Column) PlaceOf(ReadOnlySpan<byte> all, int index)
    {
        var before = all[..index];
        var lastBreak = before.LastIndexOf((byte)'\n');
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(lastBreak + 1)..]) + 1);
    }

    private static string WithoutPosition(string message)
    {
        var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (cut < 0 ? message : message[..cut]).TrimEnd('.');
    }
}

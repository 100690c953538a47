using System.Text.Json;
using AvGateway.Devices;

namespace AvGateway.Host.Site;

/// <summary>What one object of the site file may hold; collects everything that is wrong instead of stopping at the first.</summary>
internal sealed class JsonShape
{
    private const int LongestId = 40;
    private readonly JsonNodeAt _node;
    private readonly List<Finding> _findings;

    public JsonShape(JsonNodeAt node, List<Finding> findings, params string[] known)
    {
        _node = node;
        _findings = findings;
        if (node.Kind != JsonValueKind.Object)
        {
            findings.Add(node.Error($"an object is needed here, not {Word(node.Kind)}", "write { … }"));
            return;
        }

        foreach (var (name, value) in node.Members)
        {
            if (known.Contains(name)) continue;
            var near = known.MinBy(k => Distance(k, name));
            findings.Add(value.Error($"\"{name}\" is not known here", near is not null && Distance(near, name) <= 3
                ? $"did you mean \"{near}\"? Known are {string.Join(", ", known)}"
                : $"known are {string.Join(", ", known)}"));
        }
    }

    public JsonNodeAt? Member(string name) => _node[name];

    public string? Text(string name, bool required = false)
    {
        if (_node[name] is not { } value)
        {
            if (required) Missing(name);
            return null;
        }

        if (value.Kind is JsonValueKind.String && !string.IsNullOrWhiteSpace(value.Text)) return value.Text;
        _findings.Add(value.Error($"a text is needed here, not {(value.Kind is JsonValueKind.String ? "an empty one" : Word(value.Kind))}", "write \"…\""));
        return null;
    }

    /// <summary>An id of CONTRACT §1; the empty string when it is missing or wrong.</summary>
    public string Id(string name)
    {
        if (Text(name, required: true) is not { } id) return "";
        if (id.Length <= LongestId && id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')) return id;
        _findings.Add(_node[name]!.Error($"\"{id}\" is not an id", $"use a-z, 0-9 and -, at most {LongestId}; names for people stand in \"name\""));
        return "";
    }

    public bool Flag(string name, bool otherwise)
    {
        if (_node[name] is not { } value) return otherwise;
        if (value.Kind is JsonValueKind.True or JsonValueKind.False) return value.Kind is JsonValueKind.True;
        _findings.Add(value.Error($"true or false is needed here, not {Word(value.Kind)}", "write true or false"));
        return otherwise;
    }

    public TimeSpan? Duration(string name, TimeSpan least, TimeSpan most)
    {
        if (Text(name) is not { } text) return null;
        if (!Durations.TryParse(text, out var duration)) _findings.Add(_node[name]!.Error($"\"{text}\" is not a duration", Durations.Form));
        else if (duration < least || duration > most) _findings.Add(_node[name]!.Error($"{text} is outside {Short(least)} … {Short(most)}", "choose a value inside"));
        else return duration;
        return null;
    }

    public IReadOnlyList<JsonNodeAt> List(string name, bool required = false)
    {
        if (_node[name] is not { } value)
        {
            if (required) Missing(name);
            return [];
        }

        if (value.Kind is JsonValueKind.Array) return value.Items;
        _findings.Add(value.Error($"a list is needed here, not {Word(value.Kind)}", "write [ … ]"));
        return [];
    }

    public Names NamesOr(string fallback)
    {
        if (_node["name"] is not { } value) return new(fallback, fallback);
        var shape = new JsonShape(value, _findings, "zh", "en");
        return new(shape.Text("zh", required: true) ?? fallback, shape.Text("en", required: true) ?? fallback);
    }

    public void Missing(string name) => _findings.Add(_node.Error($"\"{name}\" is missing", $"add \"{name}\": …"));

    public static bool TryScalar(JsonNodeAt node, out Value value)
    {
        value = node.Kind switch
        {
            JsonValueKind.String => node.Text,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when Math.Abs(node.Number) < 1e15 && node.Number == Math.Truncate(node.Number) => (long)node.Number,
            JsonValueKind.Number => node.Number,
            _ => Value.None,
        };
        return value.Kind is not ValueKind.None;
    }

    public static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static string Short(TimeSpan span) => span.TotalSeconds < 1 ? $"{span.TotalMilliseconds:0}ms" : $"{span.TotalSeconds:0}s";

    // Levenshtein; the words are short and it runs only for a mistake.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), corner + (left[i - 1] == right[j - 1] ? 0 : 1));
                corner = above;
            }
        }

        return row[^1];
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Devices;

namespace AvGateway.Scenes.Model;

/// <summary>One place in a JSON file. Collects every finding with its path, unknown members included, instead of stopping at the
/// first.</summary>
internal sealed class StrictJson
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 16
    };

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly ImmutableArray<Finding>.Builder _findings;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private StrictJson(JsonElement element, string path, ImmutableArray<Finding>.Builder findings)
    {
        _element = element;
        _path = path;
        _findings = findings;
    }

    /// <summary>Null when the text is no JSON; the finding says where.</summary>
    public static StrictJson? Open(ReadOnlyMemory<byte> text, ImmutableArray<Finding>.Builder findings)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            if (IsReadable(document.RootElement)) return new(document.RootElement.Clone(), "$", findings);
            findings.Add(new("line 1", "TEXT", new("含有无效的字符编码", "it holds text that is no valid Unicode")));
            return null;
        }
        catch (JsonException wrong)
        {
            findings.Add(new($"line {(wrong.LineNumber ?? 0) + 1}", "JSON", new("不是有效的 JSON", "not valid JSON")));
            return null;
        }
    }

    // The parser takes broken UTF-8 and half surrogates inside strings and fails only when they are read.
    private static bool IsReadable(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(m => m.Name is not null && IsReadable(m.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(IsReadable),
                JsonValueKind.String => element.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public string Path => _path;
    public bool IsObject => _element.ValueKind is JsonValueKind.Object;
    public bool IsArray => _element.ValueKind is JsonValueKind.Array;

    public void Find(string code, string zh, string en, string? member = null) =>
        _findings.Add(new(member is null ? _path : $"{_path}.{member}", code, new(zh, en)));

    public bool Has(string member) => IsObject && _element.TryGetProperty(member, out _);

    public StrictJson? Member(string name, bool isNeeded = true)
    {
        _used.Add(name);
        if (IsObject && _element.TryGetProperty(name, out var found)) return new(found, $"{_path}.{name}", _findings);
        if (isNeeded) Find("MISSING", "缺少必填项", "missing", name);
        return null;
    }

    public IEnumerable<StrictJson> Items(string member, bool isNeeded = false)
    {
        if (Member(member, isNeeded) is not { } list) return [];
        return list.Items();
    }

    public IEnumerable<StrictJson> Items()
    {
        if (IsArray) return _element.EnumerateArray().Select((item, i) => new StrictJson(item, $"{_path}[{i}]", _findings));
        Find("TYPE", "应为数组", "must be a list");
        return [];
    }

    public string Text(string member, bool isNeeded = true, int maximum = 255)
    {
        if (Member(member, isNeeded) is not { } place) return "";
        if (place._element.ValueKind is not JsonValueKind.String) place.Find("TYPE", "应为文本", "must be a text");
        else if (place._element.GetString() is { } text && text.Length <= maximum && (text.Length > 0 || !isNeeded)) return text;
        else place.Find("LENGTH", $"长度应为 1 至 {maximum}", $"must have 1 to {maximum} characters");
        return "";
    }

    public bool Flag(string member)
    {
        if (Member(member, false) is not { } place) return false;
        if (place._element.ValueKind is JsonValueKind.True or JsonValueKind.False) return place._element.GetBoolean();
        place.Find("TYPE", "应为 true 或 false", "must be true or false");
        return false;
    }

    public Value Scalar(string member, bool isNeeded = true)
    {
        if (Member(member, isNeeded) is not { } place) return default;
        switch (place._element.ValueKind)
        {
            case JsonValueKind.String: return place._element.GetString();
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.Number when place._element.TryGetInt64(out var whole): return whole;
            case JsonValueKind.Number: return place._element.GetDouble();
            default:
                place.Find("TYPE", "应为文本、数字或 true/false", "must be a text, a number or a flag");
                return default;
        }
    }

    public ImmutableArray<string> Texts(string member)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in Items(member))
        {
            if (item._element.ValueKind is JsonValueKind.String && item._element.GetString() is { Length: > 0 and <= 64 } text)
                texts.Add(text);
            else item.Find("TYPE", "应为 1 至 64 字的文本", "must be a text of 1 to 64 characters");
        }

        return texts.ToImmutable();
    }

    public Wording Wording(string member)
    {
        if (Member(member) is not { } place) return new("", "");
        var wording = new Wording(place.Text("zh"), place.Text("en"));
        place.End();
        return wording;
    }

    /// <summary>A word of an enumeration, written <c>closed-evidence</c>.</summary>
    public T Word<T>(string member, T otherwise, bool isNeeded = false) where T : struct, Enum
    {
        var text = Text(member, isNeeded);
        if (text.Length == 0) return otherwise;
        if (!text.Any(char.IsDigit) && !text.Any(char.IsUpper)
            && Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value))
            return value;
        Find("WORD", $"未知的词：{text}", $"unknown word: {text}", member);
        return otherwise;
    }

    /// <summary>Call last: every member that nobody asked for is a finding.</summary>
    public void End()
    {
        if (!IsObject)
        {
            Find("TYPE", "应为对象", "must be an object");
            return;
        }

        foreach (var member in _element.EnumerateObject())
            if (!_used.Contains(member.Name)) Find("UNKNOWN", "未知的成员", "unknown member", member.Name);
    }
}

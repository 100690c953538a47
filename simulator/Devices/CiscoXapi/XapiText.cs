using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>
/// How documents and results look in the two output modes. Lines end CR LF; JSON objects begin and end in the first column.
/// </summary>
internal static class XapiText
{
    public const string End = "** end\r\n";

    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        NewLine = "\r\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line per leaf, such as <c>*s Audio Volume: 50</c>. The prefix ends with a space.</summary>
    public static string Lines(string prefix, XapiNode node)
    {
        var text = new StringBuilder();
        foreach (var child in node.Children) AppendLines(text, prefix + Words(child), child);
        return text.ToString();
    }

    public static JsonObject Json(XapiNode node)
    {
        var json = new JsonObject();
        if (node.Item is { } item) json["id"] = item.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (node.Ghost) json["ghost"] = "True";
        if (node.Value is { } value) AddValue(json, value);
        foreach (var group in node.Children.GroupBy(child => child.Name, StringComparer.Ordinal))
        {
            json[group.Key] = group.First().Item is null
                ? Json(group.First())
                : new JsonArray([.. group.Select(child => (JsonNode)Json(child))]);
        }

        return json;
    }

    public static JsonObject Value(string text) => new() { ["Value"] = text };

    public static string Write(JsonObject json, string? resultId)
    {
        if (resultId is not null) json["ResultId"] = resultId;
        return json.Count == 0 ? "{\r\n}\r\n" : json.ToJsonString(Pretty) + "\r\n";
    }

    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void AddValue(JsonObject json, XapiValue value)
    {
        if (value.Space is { } space) json["valueSpaceRef"] = $"/Valuespace/{space}";
        json["Value"] = value.Text;
    }

    private static void AppendLines(StringBuilder text, string path, XapiNode node)
    {
        if (node.Ghost) text.Append(path).Append(" (ghost=True):\r\n");
        if (node.Value is { } value) text.Append(path).Append(": ").Append(value.Quoted ? Quote(value.Text) : value.Text).Append("\r\n");
        foreach (var child in node.Children) AppendLines(text, $"{path} {Words(child)}", child);
    }

    private static string Words(XapiNode node) => node.Item is { } item ? $"{node.Name} {item}" : node.Name;
}

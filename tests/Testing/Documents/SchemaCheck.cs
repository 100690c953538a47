using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AvGateway.Testing.Documents;

/// <summary>Holds JSON against a JSON Schema, as far as the schemas of this product go; a keyword that is not known here is an error of the test.</summary>
public sealed class SchemaCheck(JsonElement root)
{
    private static readonly HashSet<string> Said = ["$schema", "$defs", "title", "description"];

    /// <summary>What is wrong with it, each with its place; nothing when it is as the definition says.</summary>
    public IReadOnlyList<string> Of(JsonElement value, string definition)
    {
        var findings = new List<string>();
        Check(value, root.GetProperty("$defs").GetProperty(definition), "$", findings);
        return findings;
    }

    private void Check(JsonElement value, JsonElement schema, string place, List<string> findings)
    {
        foreach (var rule in schema.EnumerateObject())
        {
            switch (rule.Name)
            {
                case "$ref":
                    Check(value, root.GetProperty("$defs").GetProperty(rule.Value.GetString()!["#/$defs/".Length..]), place, findings);
                    break;
                case "type" when !IsOf(value, rule.Value.GetString()!): findings.Add($"{place} is no {rule.Value.GetString()}"); break;
                case "type": break;
                case "const" when !JsonElement.DeepEquals(value, rule.Value): findings.Add($"{place} is not {rule.Value}"); break;
                case "const": break;
                case "enum" when !rule.Value.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)): findings.Add($"{place} is {value}, which is no word of it"); break;
                case "enum": break;
                case "pattern" when value.ValueKind is JsonValueKind.String && !Regex.IsMatch(value.GetString()!, rule.Value.GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)):
                    findings.Add($"{place} is {value}, which is not {rule.Value}");
                    break;
                case "pattern": break;
                case "required":
                    findings.AddRange(rule.Value.EnumerateArray().Where(n => value.ValueKind is JsonValueKind.Object && !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{place}.{n} is missing"));
                    break;
                case "properties": CheckMembers(value, rule.Value, place, findings); break;
                case "additionalProperties" when rule.Value.ValueKind is JsonValueKind.False:
                    if (value.ValueKind is JsonValueKind.Object)
                        findings.AddRange(value.EnumerateObject().Where(m => !schema.GetProperty("properties").TryGetProperty(m.Name, out _)).Select(m => $"{place}.{m.Name} is unknown"));
                    break;
                case "items":
                    if (value.ValueKind is not JsonValueKind.Array) break;
                    foreach (var (item, i) in value.EnumerateArray().Select((v, i) => (v, i))) Check(item, rule.Value, string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"), findings);
                    break;
                default:
                    if (!Said.Contains(rule.Name)) throw new NotSupportedException($"the check knows no \"{rule.Name}\"");
                    break;
            }
        }
    }

    private void CheckMembers(JsonElement value, JsonElement members, string place, List<string> findings)
    {
        if (value.ValueKind is not JsonValueKind.Object) return;
        foreach (var member in members.EnumerateObject())
            if (value.TryGetProperty(member.Name, out var held)) Check(held, member.Value, $"{place}.{member.Name}", findings);
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"the check knows no type \"{type}\""),
    };
}

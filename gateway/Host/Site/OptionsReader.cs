using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>"options"</c> of whatever declares what it takes: a driver, a kind of probe.</summary>
internal static class OptionsReader
{
    /// <param name="node">The object that holds <c>"options"</c>.</param>
    /// <returns>Every option, defaults filled in.</returns>
    public static Arguments Read(JsonNodeAt node, IReadOnlyList<OptionSpec> specs, List<Finding> findings)
    {
        var values = specs.ToDictionary(o => o.Name, o => o.Default);
        foreach (var missing in specs.Where(o => o.Required && node["options"]?[o.Name] is null))
            findings.Add((node["options"] ?? node).Error($"the option \"{missing.Name}\" is missing", missing.En));
        if (node["options"] is not { } options) return new(values);
        _ = new JsonShape(options, findings, [.. specs.Select(o => o.Name)]);
        foreach (var (name, given) in options.Members)
        {
            if (specs.FirstOrDefault(o => o.Name == name) is not { } spec) continue;
            if (JsonShape.TryScalar(given, out var value) && Fits(spec, ref value, out var range)) values[name] = value;
            else findings.Add(given.Error($"this does not fit the option \"{name}\"", $"it takes {Range(spec)}"));
        }

        return new(values);
    }

    private static bool Fits(OptionSpec spec, ref Value value, out string range)
    {
        range = Range(spec);
        if (spec.Kind is ValueKind.Number && value.Kind is ValueKind.Integer) value = value.Number;
        if (value.Kind != spec.Kind) return false;
        if (spec.OneOf is not null && !spec.OneOf.Contains(value.ToString())) return false;
        return value.Kind is not (ValueKind.Integer or ValueKind.Number) || (value.Number >= (spec.Min ?? double.MinValue) && value.Number <= (spec.Max ?? double.MaxValue));
    }

    private static string Range(OptionSpec spec) => spec switch
    {
        { OneOf: { } words } => "one of " + string.Join(", ", words),
        { Kind: ValueKind.Flag } => "true or false",
        { Kind: ValueKind.Integer, Min: { } min, Max: { } max } => $"a whole number of {min} … {max}",
        { Kind: ValueKind.Integer } => "a whole number",
        { Kind: ValueKind.Number } => "a number",
        _ => "a text",
    };
}

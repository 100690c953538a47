using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Switches;

/// <summary>The switches of one device, by name. A protocol adds its own in its constructor.</summary>
public sealed class SwitchBoard
{
    private readonly SortedDictionary<string, Switch> _byName = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Switch> All => _byName.Values;

    public bool TryFind(string name, [NotNullWhen(true)] out Switch? found) => _byName.TryGetValue(name, out found);

    /// <summary>true or false.</summary>
    public Switch<bool> Boolean(string name, string summary, bool start = false, Action? changed = null) =>
        Add(name, "true or false", summary, start, ReadBoolean, static on => JsonValue.Create(on), changed);

    /// <summary>Acts when it is set to true and stays false.</summary>
    public Switch<bool> Momentary(string name, string summary, Action act)
    {
        Switch<bool>? momentary = null;
        momentary = Add(name, "true, which acts once", summary, false, ReadBoolean, static on => JsonValue.Create(on), () =>
        {
            var set = momentary!.Now;
            momentary.Become(false);
            if (set) act();
        });
        return momentary;
    }

    /// <summary>A whole number within a range.</summary>
    public Switch<int> Integer(string name, string summary, int start, int lowest, int highest, Action? changed = null) =>
        Add(name, $"a whole number from {lowest} to {highest}", summary, start,
            (JsonNode? value, out int result) => TryInteger(value, out result) && result >= lowest && result <= highest,
            static number => JsonValue.Create(number), changed);

    /// <summary>A whole number within a range, or null for the device's own behaviour.</summary>
    public Switch<int?> OptionalInteger(string name, string summary, int lowest, int highest, Action? changed = null) =>
        Add<int?>(name, $"null or a whole number from {lowest} to {highest}", summary, null,
            (JsonNode? value, out int? result) =>
            {
                result = null;
                if (value is null) return true;
                if (!TryInteger(value, out var number) || number < lowest || number > highest) return false;
                result = number;
                return true;
            },
            static number => number is { } n ? JsonValue.Create(n) : null, changed);

    /// <summary>A number within a range.</summary>
    public Switch<double> Number(string name, string summary, double start, double lowest, double highest, Action? changed = null) =>
        Add(name, FormattableString.Invariant($"a number from {lowest} to {highest}"), summary, start,
            (JsonNode? value, out double result) =>
            {
                result = 0;
                return value is JsonValue number && number.TryGetValue(out result) && result >= lowest && result <= highest;
            },
            static number => JsonValue.Create(number), changed);

    /// <summary>A duration such as <c>200ms</c>; false, null and <c>0s</c> mean none.</summary>
    public Switch<TimeSpan> Duration(string name, string summary, TimeSpan start, Action? changed = null) =>
        Add(name, "a duration such as \"200ms\" or \"5s\", or false for none", summary, start, ReadDuration,
            static duration => JsonValue.Create(Durations.Format(duration)), changed);

    /// <summary>One word of a list.</summary>
    public Switch<string> Choice(string name, string summary, string start, IReadOnlyList<string> words, Action? changed = null) =>
        Add(name, "one of " + string.Join(", ", words.Select(word => $"\"{word}\"")), summary, start,
            (JsonNode? value, out string result) =>
            {
                result = AsTyped(value) ?? "";
                return words.Contains(result);
            },
            static word => JsonValue.Create(word), changed);

    /// <summary>A text, or null for none.</summary>
    public Switch<string?> Text(string name, string summary, int longest = 1024, Action? changed = null) =>
        Add<string?>(name, $"a text of at most {longest} characters, or null", summary, null,
            (JsonNode? value, out string? result) =>
            {
                result = AsTyped(value);
                return value is null || result is not null && result.Length <= longest;
            },
            static text => JsonValue.Create(text), changed);

    /// <summary>A list of whole numbers within a range.</summary>
    public Switch<IReadOnlyList<int>> Integers(string name, string summary, int lowest, int highest, Action? changed = null) =>
        Add<IReadOnlyList<int>>(name, $"a list of whole numbers from {lowest} to {highest}, such as [{lowest}]", summary, [],
            (JsonNode? value, out IReadOnlyList<int> result) => ReadIntegers(value, lowest, highest, out result),
            static numbers => new JsonArray([.. numbers.Select(number => (JsonNode)JsonValue.Create(number))]), changed);

    /// <summary>A switch of a kind of its own.</summary>
    public Switch<T> Add<T>(
        string name, string kind, string summary, T start, SwitchReader<T> read, Func<T, JsonNode?> write, Action? changed)
    {
        var added = new Switch<T>(name, kind, summary, start, read, write, changed);
        _byName.Add(name, added);
        return added;
    }

    internal ControlProblem? Set(string name, JsonNode? value)
    {
        if (!_byName.TryGetValue(name, out var found))
        {
            return new(ControlFault.Unknown, $"There is no switch '{name}' on this device.", $"/switches/{name}",
                "Use one of the known switches.", [.. _byName.Keys]);
        }

        if (found.TrySet(value)) return null;
        var shown = value?.ToJsonString() ?? "null";
        return new(ControlFault.Invalid, $"Switch '{name}' does not take {shown}.", $"/switches/{name}", $"Give {found.Kind}.");
    }

    private static bool ReadBoolean(JsonNode? value, out bool result)
    {
        result = false;
        return value is JsonValue flag && flag.TryGetValue(out result);
    }

    private static bool ReadDuration(JsonNode? value, out TimeSpan result)
    {
        result = TimeSpan.Zero;
        if (value is null || value.GetValueKind() == JsonValueKind.False) return true;
        return AsText(value) is { } text && Durations.TryParse(text, out result);
    }

    private static bool ReadIntegers(JsonNode? value, int lowest, int highest, out IReadOnlyList<int> result)
    {
        var numbers = new List<int>();
        result = numbers;
        if (value is not JsonArray list) return false;
        foreach (var item in list)
        {
            if (!TryInteger(item, out var number) || number < lowest || number > highest) return false;
            numbers.Add(number);
        }

        return true;
    }

    internal static bool TryInteger(JsonNode? value, out int result)
    {
        result = 0;
        return value is JsonValue number && number.TryGetValue(out result);
    }

    internal static string? AsText(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var found) ? found : null;

    /// <summary>
    /// A text, or a number or truth value as it was typed: versions and telephone numbers look like numbers on a command line.
    /// </summary>
    internal static string? AsTyped(JsonNode? value) =>
        value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? value.ToJsonString() : AsText(value);
}

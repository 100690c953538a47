using System.Globalization;
using System.Text.Json;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A value of a profile file that knows where it stands and collects what is wrong with it.</summary>
internal sealed class ProfilePlace(JsonElement json, string path, List<ProfileFinding> findings)
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60)];

    public string Path => path;
    public JsonValueKind Kind => json.ValueKind;
    public string? Word => json.ValueKind is JsonValueKind.String ? json.GetString() : null;

    public IEnumerable<(string Name, ProfilePlace Place)> Members => json.ValueKind is JsonValueKind.Object
        ? json.EnumerateObject().Select(m => (m.Name, new ProfilePlace(m.Value, $"{path}.{m.Name}", findings)))
        : [];

    public IEnumerable<ProfilePlace> Items => json.ValueKind is JsonValueKind.Array
        ? json.EnumerateArray().Select((item, i) => new ProfilePlace(item, $"{path}[{i}]", findings))
        : [];

    /// <summary>The place itself, or the places of a list in it.</summary>
    public IEnumerable<ProfilePlace> OneOrMore => Kind is JsonValueKind.Array ? Items : [this];

    public void Wrong(string message, string remedy) => findings.Add(new(path, message, remedy));

    public ProfilePlace? this[string name] => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var member)
        ? new(member, $"{path}.{name}", findings)
        : null;

    /// <summary>False when this is no object; unknown members are findings.</summary>
    public bool IsObject(params string[] known)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            Wrong("an object is needed here", "write { … }");
            return false;
        }

        foreach (var (name, place) in Members.Where(m => known.Length > 0 && !known.Contains(m.Name)))
            place.Wrong($"\"{name}\" is not known here", $"known are {string.Join(", ", known)}");
        return true;
    }

    public ProfilePlace? Required(string name, string example)
    {
        if (this[name] is { } member) return member;
        Wrong($"\"{name}\" is missing", $"add \"{name}\": {example}");
        return null;
    }

    public string? Text(string name, string? example = null)
    {
        if ((example is null ? this[name] : Required(name, example)) is not { } member) return null;
        if (member.Word is { } word && !string.IsNullOrWhiteSpace(word)) return word;
        member.Wrong("a text is needed here", example is null ? "write \"…\"" : $"write for example {example}");
        return null;
    }

    /// <summary>A text that may be blank, for bytes.</summary>
    public string Bytes(string name) => this[name] is { } member && member.IsText() ? member.Word! : "";

    public bool IsText()
    {
        if (Word is not null) return true;
        Wrong("a text is needed here", "write \"…\"");
        return false;
    }

    public bool Flag(string name)
    {
        if (this[name] is not { } member) return false;
        if (member.Kind is JsonValueKind.True or JsonValueKind.False) return member.Kind is JsonValueKind.True;
        member.Wrong("true or false is needed here", "write true or false");
        return false;
    }

    public int Whole(string name, int otherwise, int least, int most)
    {
        if (this[name] is not { } member) return otherwise;
        if (member.Kind is JsonValueKind.Number && member.Number() is { } number && number == Math.Truncate(number) && number >= least && number <= most) return (int)number;
        member.Wrong($"a whole number from {least} to {most} is needed here", $"write for example {Math.Clamp(otherwise, least, most)}");
        return otherwise;
    }

    public double? Number() => Kind is JsonValueKind.Number && json.TryGetDouble(out var number) ? number : null;

    public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (this[name] is not { } member) return otherwise;
        foreach (var (unit, seconds) in Units)
        {
            if (member.Word is not { } text || !text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            var duration = TimeSpan.FromSeconds(count * seconds);
            if (duration >= least && duration <= most) return duration;
            member.Wrong($"{text} is outside {Write(least)} … {Write(most)}", "choose a value inside");
            return otherwise;
        }

        member.Wrong("a duration is needed here", "write for example 500ms, 5s or 2m");
        return otherwise;
    }

    public static string Write(TimeSpan span) => span.TotalSeconds < 1 ? $"{span.TotalMilliseconds:0}ms" : $"{span.TotalSeconds:0.###}s";
}

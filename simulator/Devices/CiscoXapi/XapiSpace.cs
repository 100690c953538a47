using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>What a parameter or a configuration takes, with the name of its value space.</summary>
internal sealed record XapiSpace(string Name, Func<string, string?> Normalise, bool Quoted = false)
{
    public static readonly XapiSpace OnOff = Words("TTPAR_OnOff", "On", "Off");

    public static XapiSpace Integer(int lowest, int highest) => new(
        string.Create(CultureInfo.InvariantCulture, $"INT_{lowest}_{highest}"),
        text => TryInteger(text, out var number) && number >= lowest && number <= highest
            ? number.ToString(CultureInfo.InvariantCulture)
            : null);

    /// <summary>Any case is taken, the documented one is kept.</summary>
    public static XapiSpace Words(string name, params string[] words) =>
        new(name, text => Array.Find(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)));

    public static XapiSpace Text(int longest) =>
        new(string.Create(CultureInfo.InvariantCulture, $"STR_0_{longest}"), text => text.Length <= longest ? text : null, Quoted: true);

    private static bool TryInteger(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}

/// <summary>One parameter of a command. Names are matched in any case.</summary>
internal sealed record XapiParameter(string Name, XapiSpace Space, bool Required = false);

/// <summary>A command with its parameters and what it does.</summary>
internal sealed record XapiCommand(string Path, Func<XapiArguments, XapiResult> Act, params XapiParameter[] Parameters)
{
    /// <summary>Results are named after the last two words of the path.</summary>
    public string ResultName { get; } = string.Concat(Path.Split(' ').TakeLast(2)) + "Result";

    /// <summary>Takes the typed parameters; null with the name of the first bad, unknown or missing one.</summary>
    public XapiArguments? Check(XapiLine line, out string? bad)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        bad = line.Broken;
        foreach (var (name, text) in line.Parameters)
        {
            var known = Array.Find(Parameters, each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (known?.Space.Normalise(text) is { } value) values[known.Name] = value;
            else bad ??= name;
        }

        bad ??= Array.Find(Parameters, each => each.Required && !values.ContainsKey(each.Name))?.Name;
        return bad is null ? new(values) : null;
    }
}

/// <summary>The parameters of a command after they were checked.</summary>
internal sealed class XapiArguments(IReadOnlyDictionary<string, string> values)
{
    public string? this[string name] => values.GetValueOrDefault(name);

    public string Text(string name, string fallback = "") => values.GetValueOrDefault(name, fallback);

    public int? Number(string name) => values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}

/// <summary>What a command comes to: a status, and leaves in order.</summary>
internal sealed record XapiResult(string Status, params (string Name, string Text)[] Leaves)
{
    public static readonly XapiResult Ok = new("OK");

    public static XapiResult Error(string reason) => new("Error", ("Reason", reason));
}

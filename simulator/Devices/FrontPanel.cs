using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices;

/// <summary>One argument of a front panel act. <see cref="Kind"/> says in words what it takes.</summary>
public sealed record FrontPanelArgument(string Name, string Kind, bool Optional = false);

/// <summary>One thing that a hand can do at the device.</summary>
public sealed record FrontPanelAct(string Verb, string Summary, IReadOnlyList<FrontPanelArgument> Arguments);

/// <summary>The acts of one device, by verb.</summary>
public sealed class FrontPanel
{
    private readonly SortedDictionary<string, (FrontPanelAct Act, Func<FrontPanelArgs, ControlProblem?> Do)> _byVerb =
        new(StringComparer.Ordinal);

    public IEnumerable<FrontPanelAct> Acts => _byVerb.Values.Select(entry => entry.Act);

    /// <summary>Adds an act; the function returns null when it is done, else why not.</summary>
    public void Add(string verb, string summary, Func<FrontPanelArgs, ControlProblem?> act, params FrontPanelArgument[] arguments) =>
        _byVerb.Add(verb, (new(verb, summary, arguments), act));

    /// <summary>Adds an act without arguments that cannot fail.</summary>
    public void Add(string verb, string summary, Action act) => Add(verb, summary, _ =>
    {
        act();
        return null;
    });

    internal ControlProblem? Do(string verb, JsonObject? args)
    {
        if (!_byVerb.TryGetValue(verb, out var entry))
        {
            return new(ControlFault.Invalid, $"The front panel of this device has no '{verb}'.", "/verb", "Use one of the known verbs.",
                [.. _byVerb.Keys]);
        }

        foreach (var (name, _) in args ?? [])
        {
            if (entry.Act.Arguments.All(argument => argument.Name != name))
            {
                return new(ControlFault.Invalid, $"'{verb}' has no argument '{name}'.", $"/args/{name}", "Use the known arguments.",
                    [.. entry.Act.Arguments.Select(argument => argument.Name)]);
            }
        }

        return entry.Do(new(verb, args ?? []));
    }
}

/// <summary>The arguments of one act. Each getter returns false after it has put the reason into <see cref="Problem"/>.</summary>
public sealed class FrontPanelArgs(string verb, JsonObject args)
{
    public ControlProblem? Problem { get; private set; }

    public bool Has(string name) => args[name] is not null;

    public bool Integer(string name, int lowest, int highest, out int value)
    {
        if (Switches.SwitchBoard.TryInteger(args[name], out value) && value >= lowest && value <= highest) return true;
        return Fail(name, $"a whole number from {lowest} to {highest}");
    }

    public bool Text(string name, out string value)
    {
        var typed = Switches.SwitchBoard.AsTyped(args[name]);
        value = typed ?? "";
        if (typed is not null && !value.Any(char.IsControl)) return true;
        return Fail(name, "a text without control characters");
    }

    public bool Word(string name, out string value, params IReadOnlyList<string> words)
    {
        value = Switches.SwitchBoard.AsTyped(args[name]) ?? "";
        return words.Contains(value) || Fail(name, "one of " + string.Join(", ", words));
    }

    public bool Boolean(string name, out bool value)
    {
        value = false;
        return args[name] is JsonValue flag && flag.TryGetValue(out value) || Fail(name, "true or false");
    }

    private bool Fail(string name, string kind)
    {
        var found = args[name] is { } value ? $"does not take {value.ToJsonString()}" : "is missing";
        Problem = new(ControlFault.Invalid, $"Argument '{name}' of '{verb}' {found}.", $"/args/{name}", $"Give {kind}.");
        return false;
    }
}

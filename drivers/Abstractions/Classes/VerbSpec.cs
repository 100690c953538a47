using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>One argument of a verb.</summary>
/// <param name="Extent">Name of a numbered thing that the device counts (<c>input</c>); its range is then
/// <see cref="First"/> … First + count - 1 once the device has said how many it has.</param>
public sealed record ArgumentSpec(string Name, ValueKind Kind, string En, string Zh, string? Extent = null)
{
    public bool Optional { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public string? Unit { get; init; }
    public int MaxLength { get; init; } = 255;
    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>How people read each word of <see cref="OneOf"/>.</summary>
    public IReadOnlyList<WordSpec> Words { get; init; } = [];

    /// <summary>Number of the first one in the device's own protocol; with <see cref="Extent"/>.</summary>
    public int First { get; init; } = 1;

    /// <summary>A number just below <see cref="First"/> that means "none", where the device can disconnect.</summary>
    public bool AllowsNone { get; init; }

    /// <summary>Why this value can never be the argument, on whatever device; null: it can be. How many of a thing there are and what a text may hold only the device and its protocol know.</summary>
    public string? Excludes(in Value value)
    {
        if (value.Kind is ValueKind.Text) return OneOf is null || OneOf.Contains(value.Text) ? null : $"{Name} is none of {string.Join(", ", OneOf)}";
        if (value.Kind is not (ValueKind.Integer or ValueKind.Number) || !(value.Number < Min || value.Number > Max)) return null;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name} is {value}, and goes from {Min} to {Max} {Unit}").TrimEnd();
    }
}

/// <summary>Something a device can be asked to do.</summary>
/// <param name="Slot">Wishes with the same slot replace each other while they wait; <c>{argument}</c> is filled in, null never replaces.</param>
public sealed record VerbSpec(string Name, string En, string Zh, string? Slot = null)
{
    public IReadOnlyList<ArgumentSpec> Arguments { get; init; } = [];

    /// <summary>Can disturb a hearing: asks the guard right before its frame.</summary>
    public bool Disturbing { get; init; }

    /// <summary>Asking twice has the effect of asking once, so that a lost answer may be followed by another try (I3).</summary>
    public bool Idempotent { get; init; } = true;

    /// <summary>False: the device cannot show the effect and an acknowledgement is all there is (203).</summary>
    public bool ReadBack { get; init; } = true;

    /// <summary>Why these arguments can never be meant, or null. A missing one is the caller's matter.</summary>
    public string? Excludes(Arguments arguments)
    {
        foreach (var argument in Arguments)
        {
            if (arguments.TryGet(argument.Name, out var value) && argument.Excludes(value) is { } why) return why;
        }

        return null;
    }

    public string? SlotOf(Arguments arguments)
    {
        if (Slot is null) return null;
        var slot = Slot;
        foreach (var (name, value) in arguments) slot = slot.Replace($"{{{name}}}", value.ToString(), StringComparison.Ordinal);
        return slot;
    }
}

/// <summary>Something a device shows.</summary>
/// <param name="Name">The topic level; an indexed one is written <c>output-{output}</c>, with the name of its extent.</param>
public sealed record PropertySpec(string Name, ValueKind Kind, string En, string Zh)
{
    public string? Unit { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>How people read each word of <see cref="OneOf"/>, or the words of the device's own that are known.</summary>
    public IReadOnlyList<WordSpec> Words { get; init; } = [];

    /// <summary>How people read a value; null for one that is no word.</summary>
    public WordSpec? WordOf(string value) => Words.FirstOrDefault(w => w.Name == value);

    /// <summary>The verb that <c>set/PROPERTY</c> stands for; null when it cannot be set.</summary>
    public SetSpec? Set { get; init; }

    /// <summary>Number of the first index in the device's own protocol.</summary>
    public int First { get; init; } = 1;

    /// <summary>Not seen again for this long, it is stale although the link is alive; null: a live link vouches for it.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The extent's name of an indexed property, or null.</summary>
    public string? Index
    {
        get
        {
            var open = Name.IndexOf('{', StringComparison.Ordinal);
            return open < 0 ? null : Name[(open + 1)..^1];
        }
    }

    /// <summary>Whether a concrete name such as <c>output-4</c> is one of this.</summary>
    public bool Matches(string name, out int index)
    {
        index = 0;
        var open = Name.IndexOf('{', StringComparison.Ordinal);
        if (open < 0) return name == Name;
        return name.Length > open && name.AsSpan(0, open).SequenceEqual(Name.AsSpan(0, open))
            && int.TryParse(name.AsSpan(open), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out index);
    }
}

/// <summary>How a settable property is set: which verb, which argument takes the value, and which the index.</summary>
public sealed record SetSpec(string Verb, string ValueArgument, string? IndexArgument = null);

/// <summary>A fault that a driver can raise.</summary>
public sealed record FaultSpec(string Code, string En, string Zh);

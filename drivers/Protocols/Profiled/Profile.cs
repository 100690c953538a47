using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A device that differs from others in its words alone, as a profile file tells it. Read by <see cref="ProfileReader"/>.</summary>
public sealed record Profile(string Name, DeviceClass Class, string Models, string Source)
{
    /// <summary>What a site file calls the driver.</summary>
    public string Driver => $"profile:{Name}";

    internal ProfileFrame Frame { get; init; } = new(false);
    internal IReadOnlyList<LinkKind> Links { get; init; } = [];
    internal ProfilePace Pace { get; init; } = new(default, default, default, default, 1, default);

    /// <summary>Options of the profile's own, and the counts of numbered things.</summary>
    internal IReadOnlyList<OptionSpec> Options { get; init; } = [];

    /// <summary>Extent and the option that counts it.</summary>
    internal IReadOnlyList<(string Extent, string Option)> Counts { get; init; } = [];

    internal IReadOnlyList<ProfileRead> Reads { get; init; } = [];
    internal IReadOnlyList<ProfileVerb> Verbs { get; init; } = [];
    internal IReadOnlyList<PropertySpec> Properties { get; init; } = [];
    internal IReadOnlyList<ProfileTemplate> Refusals { get; init; } = [];

    /// <summary>What the device says unasked, and which reading it makes worth asking for.</summary>
    internal IReadOnlyList<(ProfileTemplate Template, ProfileRead Read)> Tells { get; init; } = [];

    internal IReadOnlyList<string> Absent { get; init; } = [];
    /// <summary>What whoever wires it has to know.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    internal bool IsReleased { get; init; }

    /// <summary>Nothing can be asked of it: what is shown is what was sent.</summary>
    internal bool IsBlind => Reads.Count == 0;

    internal ProfileRead? ReadOf(string property) => Reads.FirstOrDefault(r => r.Property.Name == property);

    /// <summary>Of a display whose power can be asked, the rest depends on it.</summary>
    internal bool HasPowerLife => Class is DeviceClass.Display && ReadOf(PowerWords.PowerState) is not null;

    internal bool HasOutlets => Class is DeviceClass.Power && Reads.Any(r => r.Property.Name == OutletWords.Outlets().Name);
}

/// <summary>How the device wants to be talked to.</summary>
/// <param name="Quiet">Pause after an answer that did not come: as long as a late one may be.</param>
/// <param name="Follow">How long the effect of a command may take.</param>
internal sealed record ProfilePace(TimeSpan Gap, TimeSpan Reply, TimeSpan Quiet, TimeSpan Poll, int Attempts, TimeSpan Follow);

/// <summary>A question and its answer, in which <c>{value}</c> is what the property shows.</summary>
internal sealed record ProfileRead(PropertySpec Property, ProfileTemplate Send, ProfileTemplate Answer)
{
    public const string Value = "value";

    /// <summary>Name of the index, for a property such as <c>outlet-{outlet}</c>.</summary>
    public string? Index => Property.Index;
}

/// <param name="Answer">The device's yes; null: it says nothing to it.</param>
/// <param name="IsToggle">One code for both ways: sent only from a state that was read, and never twice.</param>
/// <param name="Within">Longest wait for the yes, where it is not that of the pace.</param>
internal sealed record ProfileVerb(VerbSpec Spec, ProfileTemplate Send, ProfileTemplate? Answer, ProfileEffect? Effect, bool IsToggle, TimeSpan? Within = null);

/// <summary>What a command does to a property.</summary>
/// <param name="Property">As in its <see cref="PropertySpec"/>, with the index in braces.</param>
/// <param name="Argument">The argument that is the new value; null: <paramref name="Constant"/> is.</param>
internal sealed record ProfileEffect(string Property, string? Argument, Value Constant)
{
    public Value Of(CommandRequest command) => Argument is null ? Constant : command.Args[Argument];
}

using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers;

/// <summary>A kind of link that a driver can use, with the values that a site file may leave out.</summary>
public sealed record LinkKind(string Scheme, int? DefaultPort = null, string? Defaults = null)
{
    public static LinkKind Tcp(int port) => new("tcp", port);

    public static IReadOnlyList<LinkKind> Http() => [new("http", 80), new("https", 443)];
    public static LinkKind Ssh(int port) => new("ssh", port);

    public static LinkKind WebSocket(string scheme, int port) => new(scheme, port);

    /// <param name="defaults">Line settings, for example <c>baud=9600&amp;data=8&amp;parity=none&amp;stop=1</c>.</param>
    public static LinkKind Serial(string defaults) => new("serial", null, defaults);
}

/// <summary>How far a driver was proven; see drivers/README.md.</summary>
public enum Grade { Bench, Room, Court }

/// <summary>A driver's own option in the site file's <c>"options"</c>.</summary>
public sealed record OptionSpec(string Name, ValueKind Kind, Value Default, string En, string Zh)
{
    public double? Min { get; init; }
    public double? Max { get; init; }
    public IReadOnlyList<string>? OneOf { get; init; }
    public bool Secret { get; init; }

    /// <summary>True: the site file has to say it; no default would be right anywhere.</summary>
    public bool Required { get; init; }
}

/// <summary>What one device of the site needs beyond its link.</summary>
/// <param name="Options">Every option of the manifest, defaults filled in.</param>
public sealed record DriverSetup(LinkAddress Link, Arguments Options, Secret? Secret);

/// <summary>What a driver is and can do, as data: the router, the description topics, the docs and the tests read it.</summary>
public abstract record DriverManifest(string Name, DeviceClass Class, string Models)
{
    public required IReadOnlyList<LinkKind> Links { get; init; }
    public required IReadOnlyList<VerbSpec> Verbs { get; init; }
    public required IReadOnlyList<PropertySpec> Properties { get; init; }
    public required ReplyDiscipline Reply { get; init; }
    public IReadOnlyList<FaultSpec> Faults { get; init; } = [];
    public IReadOnlyList<OptionSpec> Options { get; init; } = [];
    public IReadOnlyList<string> Modes { get; init; } = [];

    /// <summary>How people read the modes, and the other states of the diagram, that <see cref="MachineWords"/> does not know.</summary>
    public IReadOnlyList<WordSpec> ModeWords { get; init; } = [];

    /// <summary>How people read a mode or another state of the diagram; null for one that nobody has named.</summary>
    public WordSpec? WordOfMode(string mode) => ModeWords.FirstOrDefault(w => w.Name == mode) ?? MachineWords.State(mode);
    public Grade Grade { get; init; } = Grade.Bench;

    /// <summary>How often the device is asked when the site file does not say.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many polls it takes until everything that the device is asked for in turns was asked once more. A driver whose polls compare one with the next leaves it at 1: they may come faster while somebody looks around.</summary>
    public int Round { get; init; } = 1;

    /// <summary>The longest time from an open link to being in step; slower is taken for a dead or foreign device.</summary>
    public TimeSpan SyncWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>False: the device has no question that could be put to it. Its silence then proves nothing, and an open link is all that is known of it.</summary>
    public bool CanBeAsked { get; init; } = true;

    /// <summary>True: the link is our own look at the device, and stays open while the device has no power. What is known of its power is its
    /// property alone; that its link lives tells nothing.</summary>
    public bool LinkOutlivesPower { get; init; }

    /// <summary>What of its frames may leave the court.</summary>
    public FrameRelease Frames { get; init; } = FrameRelease.Nothing;

    /// <summary>The state diagram in Mermaid, produced by the state machine itself.</summary>
    public required Func<string> Diagram { get; init; }

    /// <summary>Every option, as it is given or else by its default.</summary>
    public Arguments OptionsWith(Arguments given) =>
        Options.Aggregate(Arguments.None, (all, option) => all.With(option.Name, given.TryGet(option.Name, out var set) ? set : option.Default));

    public Arguments DefaultOptions() => OptionsWith(Arguments.None);

    /// <summary>For a driver that is only looked at: a link of its first kind that leads nowhere, and the options by default.</summary>
    public DriverSetup OnPaper() => new(new(Links[0].Scheme, null, "", Links[0].DefaultPort, "", new Dictionary<string, string>()), DefaultOptions(), null);

    /// <summary>Lets the runtime build what is generic over the reply type without reflection.</summary>
    public abstract TResult Accept<TResult>(IManifestVisitor<TResult> visitor);
}

public interface IManifestVisitor<out TResult>
{
    TResult Visit<TReply>(DriverManifest<TReply> manifest);
}

/// <summary>A manifest together with the way to make its driver.</summary>
public sealed record DriverManifest<TReply>(string Name, DeviceClass Class, string Models) : DriverManifest(Name, Class, Models)
{
    public required Func<DriverSetup, DeviceDriver<TReply>> Create { get; init; }

    public override TResult Accept<TResult>(IManifestVisitor<TResult> visitor) => visitor.Visit(this);
}

using System.Collections.Immutable;
using AvGateway.Channels;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Host.Tls;
using AvGateway.LineWatch.Watching;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Power;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Rooms;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Host.Site;

/// <summary>A name in both languages of the court.</summary>
internal sealed record Names(string Zh, string En);

/// <summary>A site file that was found good.</summary>
internal sealed record SiteModel(string Id, Names Name, TimeZoneInfo Zone, IReadOnlyList<string> Languages, IReadOnlyList<RoomModel> Rooms)
{
    /// <summary>The drivers that this site has: the built-in ones and those of the packages that it lets in.</summary>
    public required DriverCatalog Catalog { get; init; }

    /// <summary>Packages of drivers that were let in.</summary>
    public IReadOnlyList<PackageListing> Packages { get; init; } = [];

    public MqttSettings Mqtt { get; init; } = new();
    public DocketSettings? Docket { get; init; }
    public CalendarSettings Calendar { get; init; } = CalendarSettings.None;
    public ImmutableArray<JobPlan> Schedules { get; init; } = [];

    /// <summary>What feeds what; free of findings.</summary>
    public required PowerGraph Power { get; init; }
    public GuardOptions Guard { get; init; } = new();
    public InspectionSettings Inspection { get; init; } = new();
    public HttpSettings Http { get; init; } = new();
    public TlsSettings Tls { get; init; } = new();
    public IReadOnlyList<string> Vendors { get; init; } = [];
    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>Whom the court speaks with about its faults.</summary>
    public PartyBook Parties { get; init; } = PartyBook.Empty;

    /// <summary>Who is told of which faults.</summary>
    public ImmutableArray<Ladder> Ladders { get; init; } = [];

    /// <summary>What the maintenance contract promises.</summary>
    public ServiceSettings Service { get; init; } = ServiceSettings.Usual;

    /// <summary>What hangs on what, for root causes.</summary>
    public IReadOnlyList<Branch> Network { get; init; } = [];

    /// <summary>Lines that are watched from both ends.</summary>
    public ImmutableArray<LinePlan> Lines { get; init; } = [];

    /// <summary>What is looked at beside the devices' own links.</summary>
    public ImmutableArray<ProbePlan> Probes { get; init; } = [];

    /// <summary>The ways out of the house.</summary>
    public IReadOnlyList<ChannelPlan> Channels { get; init; } = [];

    /// <summary>Which lines are watched; null: none.</summary>
    public CapturePlan? Capture { get; init; }

    /// <summary>SHA-256 of all files that were read, in hexadecimal.</summary>
    public string Hash { get; init; } = "";

    public IEnumerable<DeviceModel> Devices => Rooms.SelectMany(r => r.Devices);
}

internal sealed record RoomModel(string Id, Names Name, IReadOnlyList<DeviceModel> Devices, RoomPlan Plan);

/// <param name="File">Absolute path; CSV, iCalendar or JSON by its ending. Null: no file.</param>
/// <param name="Every">How often it is looked at.</param>
/// <param name="IsPushed">It is brought over HTTP or MQTT.</param>
internal sealed record DocketSettings(string? File, TimeSpan Every, TimeSpan SilentAfter, bool IsPushed)
{
    public DocketSource[] Sources => [.. File is null ? [] : new[] { DocketSource.File }, .. IsPushed ? [DocketSource.Push] : Array.Empty<DocketSource>()];
}

internal sealed record DeviceModel(Names Name, string? Vendor, DevicePlan Plan)
{
    /// <summary>It may be away without being missed.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Where it is built in, for whoever comes to mend it.</summary>
    public string? Rack { get; init; }

    /// <summary>What it is, where it does not say so itself.</summary>
    public string? Model { get; init; }
}

/// <param name="Root">First level of every topic.</param>
/// <param name="Bind">HOST:PORT of the embedded broker; null: the command line's or the default.</param>
/// <param name="Tls">HOST:PORT of the embedded broker over TLS, or "off".</param>
/// <param name="Broker">URL of an external broker instead of the embedded one.</param>
internal sealed record MqttSettings(string Root = "avgw", string? Bind = null, string? Tls = null, string? Broker = null)
{
    /// <summary>PEM file with the authority of the external broker, as a full path; null: the machine's.</summary>
    public string? BrokerAuthority { get; init; }


    public TimeSpan DefaultExpiry { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan MaximumExpiry { get; init; } = TimeSpan.FromSeconds(60);
}

/// <param name="Bind">HOST:PORT of the web; null: the command line's or the default.</param>
/// <param name="Tls">HOST:PORT of the web over TLS; null: the command line's or off.</param>
internal sealed record HttpSettings(string? Bind = null, string? Tls = null)
{
    /// <summary>Other web servers whose pages may speak to this one, as <c>https://host:port</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}

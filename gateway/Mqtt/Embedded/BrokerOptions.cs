using System.Globalization;
using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Embedded;

/// <summary>How often one user may publish: <paramref name="PerSecond"/> in the long run, <paramref name="Burst"/> at once.</summary>
public sealed record PublishRate(double PerSecond, int Burst);

/// <summary>The limits of the embedded broker. Sizes in bytes; every default is safe for a court of some hundred panels.</summary>
public sealed record BrokerOptions
{
    /// <summary>First levels of every topic.</summary>
    public string Root { get; init; } = "avgw";

    /// <summary>The site that this gateway speaks for.</summary>
    public required string Site { get; init; }

    /// <summary>Open connections in all, those that did not sign in yet included.</summary>
    public int MaxConnections { get; init; } = 2_000;

    /// <summary>Connections of one account that belongs to a room or a vendor.</summary>
    public int MaxConnectionsPerPanel { get; init; } = 16;

    /// <summary>Connections of one account of the service: engineers' tools open many.</summary>
    public int MaxConnectionsPerEngineer { get; init; } = 1_000;

    public int MaxSubscriptions { get; init; } = 20;

    /// <summary>Largest CONNECT, fixed header included.</summary>
    public int MaxConnectPacket { get; init; } = 16 * 1024;

    /// <summary>Largest packet of any other kind, fixed header included.</summary>
    public int MaxPacket { get; init; } = 256 * 1024;

    public int MaxTopicBytes { get; init; } = 256;

    /// <summary>The longest request of the contract has eleven levels under a root of one.</summary>
    public int MaxTopicLevels { get; init; } = 12;

    /// <summary>Topic aliases that one client may set.</summary>
    public int MaxTopicAliases { get; init; } = 32;

    /// <summary>Time from the open socket to the last byte of CONNECT.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest keep-alive. An MQTT 5 client that asks for more, or for none, is told this one.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same for MQTT 3.1.1, where a client cannot be told and closing too early would drop an honest one.</summary>
    public TimeSpan KeepAliveUntold { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Rate of panels, judges, clerks and vendors.</summary>
    public PublishRate PanelRate { get; init; } = new(20, 40);

    /// <summary>Rate of the service's own accounts.</summary>
    public PublishRate EngineerRate { get; init; } = new(20_000, 40_000);

    /// <summary>
    /// Events and answers that may wait for one client; with one more it is disconnected and has to ask for the state anew. As many states wait
    /// change by change; beyond that their last words wait.
    /// </summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>The same in bytes of payload.</summary>
    public int MaxWaitingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Publications with QoS 1 that one client may leave unacknowledged; a smaller Receive Maximum of its own wins.</summary>
    public int InFlight { get; init; } = 256;

    /// <summary>Time that a connection has to take its last packets when it is closed.</summary>
    public TimeSpan CloseWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Everything that is out of its range, by member; empty when the options can be used.</summary>
    public IEnumerable<string> Findings()
    {
        (string Name, double Value, double Least, double Most)[] ranges =
        [
            (nameof(MaxConnections), MaxConnections, 1, 100_000),
            (nameof(MaxConnectionsPerPanel), MaxConnectionsPerPanel, 1, 100_000),
            (nameof(MaxConnectionsPerEngineer), MaxConnectionsPerEngineer, 1, 100_000),
            (nameof(MaxSubscriptions), MaxSubscriptions, 1, 1_000),
            (nameof(MaxConnectPacket), MaxConnectPacket, 256, 64 * 1024),
            (nameof(MaxPacket), MaxPacket, 1024, 16 * 1024 * 1024),
            (nameof(MaxTopicBytes), MaxTopicBytes, 64, 1024),
            (nameof(MaxTopicLevels), MaxTopicLevels, 11, 64),
            (nameof(MaxTopicAliases), MaxTopicAliases, 0, 1_000),
            (nameof(ConnectWithin), ConnectWithin.TotalSeconds, 1, 60),
            (nameof(KeepAlive), KeepAlive.TotalSeconds, 5, 3_600),
            (nameof(KeepAliveUntold), KeepAliveUntold.TotalSeconds, 5, 18 * 3_600),
            (nameof(PanelRate), PanelRate.PerSecond, 0.1, 1_000_000),
            (nameof(PanelRate), PanelRate.Burst, 1, 1_000_000),
            (nameof(EngineerRate), EngineerRate.PerSecond, 0.1, 1_000_000),
            (nameof(EngineerRate), EngineerRate.Burst, 1, 1_000_000),
            (nameof(MaxWaiting), MaxWaiting, 100, 1_000_000),
            (nameof(MaxWaitingBytes), MaxWaitingBytes, 64 * 1024, 1024 * 1024 * 1024),
            (nameof(InFlight), InFlight, 1, 10_000),
            (nameof(CloseWithin), CloseWithin.TotalSeconds, 0.1, 10),
        ];
        return ranges.Where(r => r.Value < r.Least || r.Value > r.Most)
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name}: {r.Value} is outside {r.Least} to {r.Most}"));
    }

    internal static bool IsService(Role role) => role is Role.Engineer or Role.Scheduler or Role.Auditor or Role.Admin;

    internal int MaxConnectionsOf(Role role) => IsService(role) ? MaxConnectionsPerEngineer : MaxConnectionsPerPanel;

    internal PublishRate RateOf(Role role) => IsService(role) ? EngineerRate : PanelRate;
}

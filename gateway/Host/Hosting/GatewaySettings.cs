using AvGateway.Links;
using AvGateway.Mqtt.External;

namespace AvGateway.Host.Hosting;

/// <summary>What the command line and the environment decide, over what the site file says.</summary>
internal sealed record GatewaySettings(HostAndPort Http, HostAndPort Mqtt, DataDirectory Data)
{
    /// <summary>Null: the embedded broker.</summary>
    public BrokerAddress? Broker { get; init; }

    public Secret? BrokerPassword { get; init; }

    /// <summary><c>postgres://…</c>; null: the embedded store.</summary>
    public string? Store { get; init; }

    public Serilog.Events.LogEventLevel LogLevel { get; init; } = Serilog.Events.LogEventLevel.Information;
}

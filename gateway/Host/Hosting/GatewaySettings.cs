using AvGateway.Host.Engineering;
using AvGateway.Host.Tls;
using AvGateway.Links;
using AvGateway.Mqtt.External;

namespace AvGateway.Host.Hosting;

/// <summary>What the command line and the environment decide, over what the site file says.</summary>
internal sealed record GatewaySettings(HostAndPort Http, HostAndPort Mqtt, DataDirectory Data)
{
    /// <summary>MQTT over TLS; null: off.</summary>
    public HostAndPort? Mqtts { get; init; }

    /// <summary>HTTPS, with MQTT over WebSocket inside; null: off.</summary>
    public HostAndPort? Https { get; init; }

    public TlsSettings Tls { get; init; } = new();

    /// <summary>Null: the embedded broker.</summary>
    public BrokerAddress? Broker { get; init; }

    public Secret? BrokerPassword { get; init; }

    /// <summary>PEM file with the authority of the external broker; null: the machine's.</summary>
    public string? BrokerAuthority { get; init; }

    /// <summary>Looks at the site file once more, for the console.</summary>
    public SiteCheck Check { get; init; } = new("", _ => null);

    /// <summary><c>postgres://…</c>; null: the embedded store.</summary>
    public string? Store { get; init; }

    public Serilog.Events.LogEventLevel LogLevel { get; init; } = Serilog.Events.LogEventLevel.Information;
}

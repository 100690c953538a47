using System.Net;
using AvGateway.Host.Site;
using AvGateway.Host.Tls;
using AvGateway.Mqtt.Embedded;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AvGateway.Host.Hosting;

/// <summary>The open doors of one run, and how to tell others of them.</summary>
internal sealed partial class Listeners(GatewaySettings settings, TlsSetup? tls)
{
    private ListenOptions? _http, _https, _mqtt, _mqtts;

    public void Open(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        Listen(kestrel, settings.Http, l => _http = l);
        Listen(kestrel, settings.Https, l => (_https = l).UseTls(tls!.Identity, tls.Clients));
        if (settings.Broker is not null) return;
        Listen(kestrel, settings.Mqtt, l => (_mqtt = l).UseGatewayMqtt());
        Listen(kestrel, settings.Mqtts, l =>
        {
            (_mqtts = l).UseTls(tls!.Identity, tls.Clients, TlsListening.Mqtt);
            l.UseGatewayMqtt();
        });
    }

    /// <summary>Passwords cross the network in the clear where a plain listener serves others than this machine.</summary>
    public void WarnOfPlain(ILogger log)
    {
        foreach (var (name, listener) in (ReadOnlySpan<(string, ListenOptions?)>)[("HTTP", _http), ("MQTT", _mqtt)])
            if (listener?.IPEndPoint is { } bound && !IPAddress.IsLoopback(bound.Address)) PlainToOthers(log, name, bound);
    }

    public ReadyLine Ready(SiteModel site, bool hasSimulators)
    {
        var web = $"http://{Reachable(_http!)}";
        return new(Ready: true, site.Id, web, _mqtt is null ? settings.Broker!.ToString() : Reachable(_mqtt), hasSimulators ? web : null, settings.Data.Path)
        {
            Mqtts = _mqtts is null ? null : Reachable(_mqtts),
            Https = _https is null ? null : $"https://{Reachable(_https)}",
            Ca = tls?.RootFile,
        };
    }

    private static void Listen(KestrelServerOptions kestrel, HostAndPort? at, Action<ListenOptions> configure)
    {
        if (at is not null) kestrel.Listen(at.Address, at.Port, configure);
    }

    // An address that listens everywhere is no address to connect to.
    private static string Reachable(ListenOptions listener)
    {
        var bound = listener.IPEndPoint!;
        return new IPEndPoint(bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : bound.Address, bound.Port).ToString();
    }

    [LoggerMessage(EventId = 523, Level = LogLevel.Warning, Message = "{Protocol} at {Address} is not encrypted and open to other machines: passwords cross the network in the clear")]
    private static partial void PlainToOthers(ILogger log, string protocol, IPEndPoint address);
}

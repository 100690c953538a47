using AvGateway.Drivers.Transports.Http;
using AvGateway.Drivers.Transports.Modbus;
using AvGateway.Drivers.Transports.Serial;
using AvGateway.Drivers.Transports.Sip;
using AvGateway.Drivers.Transports.Snmp;
using AvGateway.Drivers.Transports.Ssh;
using AvGateway.Drivers.Transports.Tcp;
using AvGateway.Drivers.Transports.Udp;
using AvGateway.Drivers.Transports.Wake;
using AvGateway.Drivers.Transports.WebSockets;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports;

/// <summary>All link factories under one roof: a table from scheme to factory.</summary>
public sealed class LinkFactories : ILinkFactory
{
    private readonly Dictionary<string, ILinkFactory> _byScheme = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="ArgumentException"/> when two factories offer the same scheme.</summary>
    public LinkFactories(IEnumerable<ILinkFactory> factories)
    {
        ArgumentNullException.ThrowIfNull(factories);
        foreach (var factory in factories)
        {
            foreach (var scheme in factory.Schemes) _byScheme.Add(scheme, factory);
        }
    }

    public IReadOnlyCollection<string> Schemes => _byScheme.Keys;

    /// <summary>The transports of this assembly.</summary>
    public static LinkFactories BuiltIn(TimeProvider clock, ILoggerFactory loggers)
    {
        var resolver = new HostResolver(clock, loggers.CreateLogger<HostResolver>());
        var udp = new UdpLinkFactory(resolver, loggers.CreateLogger<UdpLinkFactory>());
        var tcp = new TcpLinkFactory(clock, resolver);
        var serial = new SerialLinkFactory(clock, loggers.CreateLogger<SerialLinkFactory>());
        return new(
        [
            tcp,
            udp,
            serial,
            new HttpLinkFactory(clock, resolver, loggers.CreateLogger<HttpLinkFactory>()),
            new SshLinkFactory(clock, resolver),
            new WebSocketLinkFactory(clock),
            new SipLinkFactory(clock, resolver, loggers.CreateLogger<SipLinkFactory>()),
            new SnmpLinkFactory(clock, udp),
            new ModbusLinkFactory(tcp, serial, clock),
            new WakeLinkFactory(clock, resolver),
        ]);
    }

    public IEnumerable<string> Check(LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _byScheme.TryGetValue(address.Scheme, out var factory) ? factory.Check(address) : [Unknown(address)];
    }

    public ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _byScheme.TryGetValue(address.Scheme, out var factory)
            ? factory.OpenAsync(address, secret, cancellation)
            : throw new LinkException(Devices.StatusReasons.ConnectFailed, Unknown(address));
    }

    private string Unknown(LinkAddress address) =>
        $"the scheme \"{address.Scheme}\" is not known; known are {string.Join(", ", _byScheme.Keys.Order(StringComparer.Ordinal))}";
}

using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Tcp;

/// <summary>Opens <c>tcp://HOST:PORT</c>. The caller's token bounds the whole opening; without it <see cref="Patience"/> does.</summary>
public sealed class TcpLinkFactory(TimeProvider clock, HostResolver resolver) : ILinkFactory
{
    /// <inheritdoc cref="TcpConnector.Patience"/>
    public static readonly TimeSpan Patience = TcpConnector.Patience;

    private readonly TcpConnector _connector = new(clock, resolver);

    public IReadOnlyCollection<string> Schemes { get; } = ["tcp"];

    public IEnumerable<string> Check(LinkAddress address) => HostAndPort.Check(address);

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        var (host, port) = HostAndPort.Of(address);
        return new TcpLink(await _connector.ConnectAsync(host, port, address.ToString(), cancellation));
    }
}

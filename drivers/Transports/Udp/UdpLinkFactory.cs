using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Udp;

/// <summary>Opens <c>udp://HOST:PORT</c>: a connected socket, so that only the device's own datagrams come in.</summary>
/// <remarks>Refusals are told. Opening proves nothing about the device: UDP has no connection. Each flush is one datagram, each datagram one read.</remarks>
public sealed class UdpLinkFactory(HostResolver resolver, ILogger<UdpLinkFactory> log) : ILinkFactory
{
    public IReadOnlyCollection<string> Schemes { get; } = ["udp"];

    public IEnumerable<string> Check(LinkAddress address) => HostAndPort.Check(address);

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        var (host, port) = HostAndPort.Of(address);
        var addresses = await resolver.ResolveAsync(host, cancellation);

        // No address can prove itself without a connection; devices on a control network are IPv4 far more often than not.
        var device = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        var socket = new Socket(device.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(device, port, cancellation);
            var link = new UdpLink(socket, address.ToString(), log);
            socket = null;
            return link;
        }
        catch (SocketException e)
        {
            throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {SocketWords.Explain(e.SocketErrorCode)}", e);
        }
        finally
        {
            socket?.Dispose();
        }
    }
}

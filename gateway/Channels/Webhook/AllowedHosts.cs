using System.Net;
using System.Net.Sockets;
using AvGateway.Drivers.Transports;
using AvGateway.Links;

namespace AvGateway.Channels.Webhook;

/// <summary>A host of a webhook has no address that we would connect to.</summary>
internal sealed class ForbiddenAddressException(string message) : Exception(message);

/// <summary>
/// Connects to an address that was looked at, and to no other: what a name resolves to is judged at each connection, so a name that is changed
/// to point at this machine or into the network of the court's devices reaches nothing.
/// </summary>
internal sealed class AllowedHosts(IReadOnlyList<IPNetwork> allowed, HostResolver resolver)
{
    /// <summary>Not of the public internet: RFC 1918, 6598, 3927, 4193, 4291, loopback, documentation, multicast and above.</summary>
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/127", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10",
            "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool IsInside(IPNetwork network) => Array.Exists(Inside, i => i.PrefixLength <= network.PrefixLength && i.Contains(network.BaseAddress));

    /// <summary>Whether a connection to this address may be made.</summary>
    public bool Admits(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Count > 0 ? allowed.Any(n => n.Contains(plain)) : !Array.Exists(Inside, i => i.Contains(plain));
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var found = await FindAsync(host, cancellation);
        var admitted = Array.FindAll(found, Admits);
        if (admitted.Length == 0)
        {
            throw new ForbiddenAddressException($"{host} leads to {string.Join(", ", found.Take(3).Select(a => a.ToString()))}, where this channel may not send; "
                + (allowed.Count > 0 ? "\"allow\" names other networks" : "an address inside the house must be named in \"allow\""));
        }

        SocketException? last = null;
        foreach (var address in admitted)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failed)
            {
                socket.Dispose();
                last = failed;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }

        throw last!;
    }

    private async ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        try { return await resolver.ResolveAsync(host.Trim('[', ']'), cancellation); }
        catch (LinkException unknown) { throw new IOException(unknown.Message, unknown); }
    }
}

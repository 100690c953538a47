using System.Net;
using System.Net.Sockets;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Finds the address behind a URI.</summary>
/// <remarks>
/// Host addresses only, no NAPTR and SRV (RFC 3263): a courthouse writes addresses into its site file, and .NET has no way to ask for
/// those records.
/// </remarks>
internal sealed class SipResolver(SipLoop loop)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    /// <summary>Calls back on the loop: at once for an address, later for a name.</summary>
    public void Resolve(SipUri uri, Action<SipPeer?> found)
    {
        if (!uri.IsSip || ProtocolOf(uri) is not { } protocol)
        {
            found(null);
            return;
        }

        var host = (uri.Parameters["maddr"] ?? uri.Host).Trim('[', ']');
        var port = uri.Port ?? (protocol == SipProtocol.Tls ? 5061 : 5060);
        if (IPAddress.TryParse(host, out var address)) found(new(protocol, new(address, port), host));
        else _ = LookUpAsync(host, protocol, port, found);
    }

    private static SipProtocol? ProtocolOf(SipUri uri) => (uri.IsSecure, uri.Parameters["transport"]?.ToLowerInvariant()) switch
    {
        (true, _) or (_, "tls") => SipProtocol.Tls,
        (_, null or "udp") => SipProtocol.Udp,
        (_, "tcp") => SipProtocol.Tcp,
        _ => null,
    };

    private async Task LookUpAsync(string host, SipProtocol protocol, int port, Action<SipPeer?> found)
    {
        SipPeer? peer = null;
        using var within = new CancellationTokenSource(Within, loop.Timers.Time);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, within.Token);
            var chosen = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
            if (chosen is not null) peer = new(protocol, new(chosen, port), host);
        }
        catch (SocketException) { peer = null; }
        catch (OperationCanceledException) { peer = null; }

        try { await loop.PostAsync(_ => found(peer), null); }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The stack has stopped while the name was looked up; nobody waits for the answer any more.
        }
    }
}

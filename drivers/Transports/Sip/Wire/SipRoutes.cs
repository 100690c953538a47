using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Which transport carries what, what our own address looks like from outside, and where a response goes.</summary>
internal sealed class SipRoutes(SipStackOptions options)
{
    /// <summary>RFC 3261 §18.1.1: a larger request goes over a transport with congestion control.</summary>
    public const int LargestDatagram = 1300;

    private readonly ISipTransport?[] _transports = new ISipTransport?[3];

    public void Add(ISipTransport transport) => _transports[(int)transport.Protocol] = transport;

    public bool Has(SipProtocol protocol) => _transports[(int)protocol] is not null;

    public ISipTransport? Transport(SipProtocol protocol) => _transports[(int)protocol];

    public SipVia Via(SipPeer peer, string branch)
    {
        var local = LocalFor(peer);
        var parameters = SipParameters.None.With("rport", null).With("branch", branch);
        return new("2.0", peer.Protocol.ToString().ToUpperInvariant(), Host(local.Address), local.Port, parameters);
    }

    /// <summary>Where peers reach us over the protocol that this peer is reached by.</summary>
    public SipUri Contact(SipPeer peer, string? user)
    {
        var local = LocalFor(peer);
        var uri = SipUri.Of(user, Host(local.Address), local.Port);
        return peer.Protocol == SipProtocol.Udp
            ? uri
            : uri with { Parameters = SipParameters.None.With("transport", peer.Protocol.ToString().ToLowerInvariant()) };
    }

    public IPAddress LocalAddressFor(SipPeer peer) => LocalFor(peer).Address;

    /// <summary>§18.2.1 and RFC 3581: notes in the topmost Via where the request really came from.</summary>
    public static void Stamp(SipRequest request, IPEndPoint source)
    {
        var via = request.Via!;
        var parameters = via.Parameters;
        var address = source.Address.ToString();
        if (via.WantsRport)
        {
            parameters = parameters.With("rport", source.Port.ToString(CultureInfo.InvariantCulture)).With("received", address);
        }
        else if (!via.Host.Trim('[', ']').Equals(address, StringComparison.OrdinalIgnoreCase))
        {
            parameters = parameters.With("received", address);
        }

        if (!ReferenceEquals(parameters, via.Parameters)) request.ReplaceTopVia(via with { Parameters = parameters });
    }

    /// <summary>
    /// §18.2.2, always back to the address that the request came from: maddr is not followed, since it would let a stranger aim our
    /// responses at anyone.
    /// </summary>
    public static SipPeer Back(SipRequest request, SipPeer source)
    {
        var via = request.Via!;
        if (source.Protocol == SipProtocol.Udp && via.WantsRport) return source;
        var port = via.Port ?? (source.Protocol == SipProtocol.Tls ? 5061 : 5060);
        return source with { EndPoint = new(source.EndPoint.Address, port) };
    }

    private IPEndPoint LocalFor(SipPeer peer)
    {
        var local = _transports[(int)peer.Protocol]!.Local;
        if (options.Advertised is { } shown) return new(shown, local.Port);
        if (!local.Address.Equals(IPAddress.Any) && !local.Address.Equals(IPAddress.IPv6Any)) return local;

        // Bound to all addresses: the system's routing decides which of them this peer sees.
        using var probe = new Socket(peer.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(peer.EndPoint);
            return new(((IPEndPoint)probe.LocalEndPoint!).Address, local.Port);
        }
        catch (SocketException) { return new(IPAddress.Loopback, local.Port); }
    }

    private static string Host(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}

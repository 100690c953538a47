using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>Whether the network connection that leads to a peer has a link, as the system shows it.</summary>
internal sealed class LinkSight(IPEndPoint peer, TimeProvider time)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);

    private string? _name;
    private long? _lookedAt;
    private LinkState _state;

    public LinkState State
    {
        get
        {
            if (_lookedAt is { } at && time.GetElapsedTime(at) < Often) return _state;
            _lookedAt = time.GetTimestamp();
            return _state = Look();
        }
    }

    private LinkState Look()
    {
        try
        {
            // Kept: when the link is gone so may be the way that led there.
            _name ??= NameOf();
            if (_name is null) return LinkState.Missing;
            return File.ReadAllText($"/sys/class/net/{_name}/operstate").Trim() is "up" or "unknown" ? LinkState.Up : LinkState.Down;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or SocketException or NetworkInformationException)
        {
            return LinkState.Missing;
        }
    }

    private string? NameOf()
    {
        using var socket = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(peer);
        var own = ((IPEndPoint)socket.LocalEndPoint!).Address;
        return NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(n => n.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(own)))?.Name;
    }
}

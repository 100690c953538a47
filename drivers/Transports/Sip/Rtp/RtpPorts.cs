using System.Net;
using System.Net.Sockets;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Pairs of UDP ports for media, out of the range that a firewall lets through. Not more sessions than the bound.</summary>
public sealed class RtpPorts(IPAddress address, int first, int last, int sessions)
{
    private readonly Lock _gate = new();
    private int _next = first + (first & 1);
    private int _open;

    public IPAddress Address => address;

    public int Open
    {
        get { lock (_gate) return _open; }
    }

    /// <summary>Opens an even port and the odd one above it; false when the bound is reached or no pair is free.</summary>
    internal bool TryOpen(out Socket rtp, out Socket rtcp)
    {
        (rtp, rtcp) = (null!, null!);
        lock (_gate)
        {
            if (_open >= sessions) return false;
            for (var tries = (last - first + 1) / 2; tries > 0; tries--)
            {
                var port = _next;
                _next = _next + 3 > last ? first + (first & 1) : _next + 2;
                if (!TryBind(port, out rtp)) continue;
                if (TryBind(port + 1, out rtcp))
                {
                    _open++;
                    return true;
                }

                rtp.Dispose();
            }
        }

        return false;
    }

    internal void Close(Socket rtp, Socket rtcp)
    {
        rtp.Dispose();
        rtcp.Dispose();
        lock (_gate) _open--;
    }

    private bool TryBind(int port, out Socket socket)
    {
        socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return false;
        }
    }
}

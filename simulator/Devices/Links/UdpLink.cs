using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// A device on a UDP port: each peer address has its wire, each frame is one datagram. What the device does not take while it is off is lost,
/// and nobody is told.
/// </summary>
public sealed class UdpLink : ISimulatedLink
{
    private const int MostPeers = 64;

    private readonly SimulatedDevice _device;
    private readonly Socket _socket;
    private readonly Dictionary<EndPoint, Connection> _peers = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _receiving;

    private UdpLink(SimulatedDevice device, Socket socket)
    {
        _device = device;
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        Uri = $"{device.About.UdpScheme}://{LocalEndPoint}";
        _receiving = ReceiveAsync();
    }

    public IPEndPoint LocalEndPoint { get; }

    public string Uri { get; }

    /// <summary>Binds; port 0 takes a free one. Throws <see cref="SocketException"/> when the address cannot be had.</summary>
    public static UdpLink Start(SimulatedDevice device, IPAddress bind, int port)
    {
        var socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(bind, port));
            return new(device, socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _receiving;
        _stopping.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65_536];
        var anybody = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anybody, _stopping.Token);
                if (_device.AcceptsConnections) Peer(received.RemoteEndPoint).Hear(buffer.AsSpan(0, received.ReceivedBytes));
            }
            catch (SocketException)
            {
                // A peer that has gone refuses what was sent to it; others go on asking.
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private Connection Peer(EndPoint peer)
    {
        if (_peers.TryGetValue(peer, out var connection)) return connection;
        if (_peers.Count == MostPeers)
        {
            foreach (var old in _peers.Values) old.Ended();
            _peers.Clear();
        }

        return _peers[peer] = _device.Attach(new Wire(_socket, peer));
    }

    /// <summary>The way back to one peer.</summary>
    private sealed class Wire(Socket socket, EndPoint peer) : IWire
    {
        public LinkKind Kind => LinkKind.Udp;

        public string Peer => ((IPEndPoint)peer).Address.ToString();

        public void Send(ReadOnlyMemory<byte> bytes)
        {
            try
            {
                socket.SendTo(bytes.Span, peer);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // A datagram may be lost at any time; nobody is told.
            }
        }

        public void Close()
        {
        }

        public void Abort()
        {
        }
    }
}

using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices.SipCodec;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// A SIP port: UDP and TCP on the same number. Over UDP each peer (address and port) is a connection of its own, made by its first datagram;
/// while the device refuses connections the UDP socket is closed, so that peers hear "port unreachable".
/// </summary>
internal sealed class SipLink : ISimulatedLink
{
    private const int MostPeers = 4096;
    private const int MostTries = 20;

    private readonly SimulatedSip _device;
    private readonly TcpLink _tcp;
    private readonly Dictionary<IPEndPoint, UdpWire> _peers = [];
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _socket;
    private Task _receiving = Task.CompletedTask;

    private SipLink(SimulatedSip device, TcpLink tcp) => (_device, _tcp) = (device, tcp);

    public string Uri => $"sip:codec@{_tcp.LocalEndPoint}";

    /// <summary>Binds both; port 0 takes one that is free for both. Throws <see cref="SocketException"/> when it cannot be had.</summary>
    public static SipLink Start(SimulatedSip device, IPAddress bind, int port)
    {
        for (var tries = 0; ; tries++)
        {
            var socket = Bind(new(bind, port));
            try
            {
                var link = new SipLink(device, TcpLink.Start(device, bind, ((IPEndPoint)socket.LocalEndPoint!).Port));
                lock (device.Gate)
                {
                    link.Use(socket);
                    device.LinkChanged += link.Follow;
                    device.Wired = (bind, link.Reach);
                    device.Local = link._tcp.LocalEndPoint;
                    link.Follow();
                }

                return link;
            }
            catch (SocketException taken)
            {
                socket.Dispose();

                // Free for UDP and taken for TCP: another number.
                if (port != 0 || tries >= MostTries || taken.SocketErrorCode != SocketError.AddressAlreadyInUse) throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_device.Gate)
        {
            _device.LinkChanged -= Follow;
            _device.Wired = null;

            // The device outlives its link: what it still repeats finds no socket.
            _socket?.Dispose();
            _socket = null;
        }

        await _stopping.CancelAsync();
        await _receiving;
        await _tcp.DisposeAsync();
        _stopping.Dispose();
    }

    // Under the device's lock, as all that follows but the receiving itself.
    private void Follow()
    {
        if (_device.AcceptsConnections && _socket is null)
        {
            Use(Bind(_tcp.LocalEndPoint));
        }
        else if (!_device.AcceptsConnections && _socket is not null)
        {
            _socket.Dispose();
            _socket = null;
            _peers.Clear();
        }
    }

    private static Socket Bind(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(local);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private void Use(Socket socket)
    {
        _socket = socket;
        _receiving = ReceiveAsync(socket);
    }

    private SipSession? Reach(IPEndPoint peer) => _socket is null ? null : (SipSession)WireOf(peer).Connection.Session;

    private UdpWire WireOf(IPEndPoint peer)
    {
        if (_peers.TryGetValue(peer, out var known) && !known.IsOver) return known;
        if (_peers.Count >= MostPeers) _peers.Clear();
        var wire = new UdpWire(this, peer);
        _peers[peer] = wire;
        wire.Connection = _device.Attach(wire);
        return wire;
    }

    private async Task ReceiveAsync(Socket socket)
    {
        await Task.Yield();
        var buffer = new byte[65_536];
        var any = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var read = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stopping.Token);
                lock (_device.Gate)
                {
                    if (_socket != socket) return;
                    WireOf((IPEndPoint)read.RemoteEndPoint).Connection.Hear(buffer.AsSpan(0, read.ReceivedBytes));
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException) { return; }
            catch (SocketException ended) when (ended.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted) { return; }
            catch (SocketException)
            {
                // ICMP for a peer that has gone: the others are still there.
            }
        }
    }

    private sealed class UdpWire(SipLink link, IPEndPoint peer) : IWire
    {
        public Connection Connection { get; set; } = null!;

        public bool IsOver { get; private set; }

        public LinkKind Kind => LinkKind.Sip;

        public string Peer => peer.Address.ToString();

        public void Send(ReadOnlyMemory<byte> bytes)
        {
            try
            {
                if (!IsOver) link._socket?.SendTo(bytes.Span, peer);
            }
            catch (SocketException)
            {
                // The network refused this datagram; it is lost like any other.
            }
        }

        public void Close() => IsOver = true;

        public void Abort() => IsOver = true;
    }
}

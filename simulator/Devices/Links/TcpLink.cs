using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices.Links.Ssh;
using AvGateway.Simulator.Devices.Links.WebSockets;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// A device on a TCP port, bare or inside SSH or a WebSocket. While the device refuses connections the port stays bound and does not listen, so that clients get "connection
/// refused" and nobody else gets the port. No thread waits: reading and accepting are asynchronous.
/// </summary>
public sealed class TcpLink : ISimulatedLink
{
    private const int Backlog = 64;

    private readonly SimulatedDevice _device;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<IServedWire> _wires = [];
    private readonly List<Task> _running = [];
    private Socket _socket;
    private bool _listening;
    private bool _disposed;

    private readonly SshHostKey? _hostKey;
    private readonly LinkKind _kind;

    private TcpLink(SimulatedDevice device, Socket socket, LinkKind kind)
    {
        _device = device;
        _socket = socket;
        _kind = kind;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        if (kind == LinkKind.Ssh) _hostKey = new();
        Uri = kind switch
        {
            LinkKind.Ssh => $"ssh://{device.UserName}@{LocalEndPoint}?hostKey={_hostKey!.Fingerprint}",
            LinkKind.WebSocket => $"ws://{device.UserName}@{LocalEndPoint}/ws",
            _ => $"{device.About.Scheme(kind)}://{LocalEndPoint}{device.LinkSuffix}",
        };
    }

    public IPEndPoint LocalEndPoint { get; }

    public string Uri { get; }

    /// <summary>Binds and listens; port 0 takes a free one. Throws <see cref="SocketException"/> when the address cannot be had.</summary>
    public static TcpLink Start(SimulatedDevice device, IPAddress bind, int port, LinkKind kind = LinkKind.Tcp)
    {
        var link = new TcpLink(device, Bind(new(bind, port)), kind);
        lock (device.Gate)
        {
            device.LinkChanged += link.Follow;
            link.Follow();
        }

        return link;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_device.Gate) _device.LinkChanged -= Follow;
        IServedWire[] wires;
        Task[] running;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _socket.Dispose();
            wires = [.. _wires];
            running = [.. _running];
        }

        await _stopping.CancelAsync();
        foreach (var wire in wires) wire.Abort();
        await Task.WhenAll(running);
        _stopping.Dispose();
        _hostKey?.Dispose();
    }

    private static Socket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    // Called under the device's lock. Rebinding takes microseconds; the port cannot change hands while the old socket is bound.
    private void Follow()
    {
        lock (_gate)
        {
            // Who was let in while nothing passed finds that the device has forgotten it.
            if (!_device.Common.HalfOpen.Now) foreach (var wire in _wires.Where(wire => wire.IsStranded)) wire.Abort();
            if (_disposed || _listening == _device.AcceptsConnections) return;
            if (_listening)
            {
                _listening = false;
                _socket.Dispose();
                _socket = Bind(LocalEndPoint);
                return;
            }

            _socket.Listen(Backlog);
            _listening = true;
            Run(AcceptAsync(_socket));
        }
    }

    private void Run(Task task)
    {
        _running.RemoveAll(each => each.IsCompletedSuccessfully);
        _running.Add(task);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // A socket that stopped listening ends its loop; a client that went before it was accepted does not.
                if (ended is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted }) continue;
                return;
            }

            lock (_gate)
            {
                if (_disposed)
                {
                    accepted.Dispose();
                    return;
                }

                var wire = NewWire(accepted);
                _wires.Add(wire);
                Run(ServeAsync(wire));
            }
        }
    }

    private IServedWire NewWire(Socket accepted) => _kind switch
    {
        LinkKind.Ssh => new SshWire(accepted, _device, _hostKey!),
        LinkKind.WebSocket => new WebSocketWire(accepted, _device),
        _ => new TcpWire(accepted, _device.Time),
    };

    private async Task ServeAsync(IServedWire wire)
    {
        // Away from the accept loop's lock before the device is touched: locks are taken device first, link second.
        await Task.Yield();
        await wire.RunAsync(_device, _stopping.Token);
        lock (_gate) _wires.Remove(wire);
    }
}

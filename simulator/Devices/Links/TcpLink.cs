using System.Net;
using System.Net.Sockets;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// A device on a TCP port. While the device refuses connections the port stays bound and does not listen, so that clients get "connection
/// refused" and nobody else gets the port. No thread waits: reading and accepting are asynchronous.
/// </summary>
public sealed class TcpLink : ISimulatedLink
{
    private const int Backlog = 64;

    private readonly SimulatedDevice _device;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<TcpWire> _wires = [];
    private readonly List<Task> _running = [];
    private Socket _socket;
    private bool _listening;
    private bool _disposed;

    private TcpLink(SimulatedDevice device, Socket socket)
    {
        _device = device;
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        Uri = $"{device.About.Scheme(LinkKind.Tcp)}://{LocalEndPoint}{device.LinkSuffix}";
    }

    public IPEndPoint LocalEndPoint { get; }

    public string Uri { get; }

    /// <summary>Binds and listens; port 0 takes a free one. Throws <see cref="SocketException"/> when the address cannot be had.</summary>
    public static TcpLink Start(SimulatedDevice device, IPAddress bind, int port)
    {
        var link = new TcpLink(device, Bind(new(bind, port)));
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
        TcpWire[] wires;
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

                var wire = new TcpWire(accepted, _device.Time);
                _wires.Add(wire);
                Run(ServeAsync(wire));
            }
        }
    }

    private async Task ServeAsync(TcpWire wire)
    {
        // Away from the accept loop's lock before the device is touched: locks are taken device first, link second.
        await Task.Yield();
        await wire.RunAsync(_device, _stopping.Token);
        lock (_gate) _wires.Remove(wire);
    }
}

using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices.Links.Ssh;
using AvGateway.Simulator.Devices.WakeOnLan;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// A PC on the network: an SSH port that greets, refuses or answers nothing at all, as the PC does, and a UDP port where its card hears.
/// </summary>
/// <remarks>
/// Loopback has no host that is off: a port where nobody listens refuses. A listener whose queue is full lets what comes wait without an answer,
/// which is what the far end of a host sees that is off.
/// </remarks>
internal sealed class PcLink : ISimulatedLink
{
    private const int Backlog = 64;

    private readonly SimulatedPc _pc;
    private readonly SshHostKey _hostKey = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<SshWire> _wires = [];
    private readonly List<Task> _running = [];
    private readonly IPEndPoint _local;
    private readonly UdpLink _card;
    private Socket _socket;
    private Socket? _filler;
    private Manner _manner = Manner.Refuses;
    private bool _disposed;

    private PcLink(SimulatedPc pc, Socket socket, UdpLink card)
    {
        (_pc, _socket, _card) = (pc, socket, card);
        _local = (IPEndPoint)socket.LocalEndPoint!;
        var mac = BitConverter.ToString(pc.Address).ToLowerInvariant();
        Uri = $"wake://{pc.UserName}@{_local}?mac={mac}&broadcast={card.LocalEndPoint}&hostKey={_hostKey.Fingerprint}";
    }

    private enum Manner
    {
        Refuses,
        Silent,
        Greets,
    }

    public string Uri { get; }

    /// <summary>Binds both; port 0 takes free ones, and any other is that of SSH. Throws <see cref="SocketException"/> when one cannot be had.</summary>
    public static PcLink Start(SimulatedPc pc, IPAddress bind, int port)
    {
        var socket = Bind(new(bind, port));
        try
        {
            var link = new PcLink(pc, socket, UdpLink.Start(pc, bind, 0));
            lock (pc.Gate)
            {
                pc.LinkChanged += link.Follow;
                link.Follow();
            }

            return link;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_pc.Gate) _pc.LinkChanged -= Follow;
        SshWire[] wires;
        Task[] running;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _socket.Dispose();
            _filler?.Dispose();
            wires = [.. _wires];
            running = [.. _running];
        }

        await _stopping.CancelAsync();
        foreach (var wire in wires) wire.Abort();
        await Task.WhenAll(running);
        await _card.DisposeAsync();
        _stopping.Dispose();
        _hostKey.Dispose();
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

    private Manner Wanted() => _pc.Common.Drop.Now ? Manner.Refuses
        : !_pc.Powered ? Manner.Silent
        : _pc.Power switch
        {
            PcState.On or PcState.ShuttingDown => Manner.Greets,
            PcState.Closing => Manner.Refuses,
            _ => Manner.Silent,
        };

    // Called under the device's lock.
    private void Follow()
    {
        lock (_gate)
        {
            if (!_pc.Common.HalfOpen.Now) foreach (var wire in _wires.Where(wire => wire.IsStranded)) wire.Abort();
            var manner = Wanted();
            if (_disposed || manner == _manner) return;
            if (_manner is not Manner.Refuses)
            {
                _filler?.Dispose();
                _filler = null;
                _socket.Dispose();
                _socket = Bind(_local);
            }

            _manner = manner;
            if (manner is Manner.Silent) FallSilent();
            else if (manner is Manner.Greets) Greet();
        }
    }

    private void FallSilent()
    {
        _socket.Listen(0);
        _filler = new(_local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _filler.Connect(_local);
    }

    private void Greet()
    {
        _socket.Listen(Backlog);
        Run(AcceptAsync(_socket));
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
            catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // A client that went before it was accepted.
                continue;
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }

            lock (_gate)
            {
                if (_disposed)
                {
                    accepted.Dispose();
                    return;
                }

                var wire = new SshWire(accepted, _pc, _hostKey);
                _wires.Add(wire);
                Run(ServeAsync(wire));
            }
        }
    }

    private async Task ServeAsync(SshWire wire)
    {
        // Away from the accept loop's lock before the device is touched: locks are taken device first, link second.
        await Task.Yield();
        await wire.RunAsync(_pc, _stopping.Token);
        lock (_gate) _wires.Remove(wire);
    }
}

using System.Net;
using System.Net.Sockets;
using AvGateway.Mqtt.Tests.Embedded;

namespace AvGateway.Mqtt.Tests.Profile;

/// <summary>A piece of wire to a port on loopback that a test can cut and mend: no packet says goodbye.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _ends = [];
    private readonly List<Task> _pumps = [];
    private readonly Task _accepting;
    private bool _isCut;

    public Relay(int target)
    {
        _listener.Start();
        _accepting = AcceptAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var end in _ends) end.Close(0);
            _ends.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate) _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_pumps).WaitAsync(BrokerRig.Patience);
        _stop.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        while (true)
        {
            try
            {
                var near = await _listener.AcceptSocketAsync(_stop.Token);
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                near.NoDelay = true;
                lock (_gate)
                {
                    _ends.AddRange([near, far]);
                    if (_isCut) near.Close(0);
                }

                _pumps.Add(CarryAsync(near, far, target));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task CarryAsync(Socket near, Socket far, int target)
    {
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, _stop.Token);
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The broker is away, or the wire was cut: both ends see it close.
        }

        near.Close(0);
        far.Close(0);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is var read and > 0)
            {
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Cut.
        }
    }
}

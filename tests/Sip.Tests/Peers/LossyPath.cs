using System.Net;
using System.Net.Sockets;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Stands in front of a media port and drops a share of what comes: of each hundred packets exactly so many, at seeded places.</summary>
internal sealed class LossyPath : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly IPEndPoint _to;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private readonly bool[] _drops = new bool[100];
    private int _passed;

    public LossyPath(SipMediaPlan to, int percent)
    {
        _to = new(to.Address, to.AudioPort);
        _socket = new(to.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(to.Address, 0));
        Plan = new(to.Address, ((IPEndPoint)_socket.LocalEndPoint!).Port);
        for (var i = 0; i < percent; i++) _drops[i] = true;
        new Random(5).Shuffle(_drops);
        _running = RunAsync();
    }

    /// <summary>For the call: the far end sends here.</summary>
    public SipMediaPlan Plan { get; }

    /// <summary>Packets that have come, dropped ones included.</summary>
    public int Passed => Volatile.Read(ref _passed);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[2048];
        var any = new IPEndPoint(IPAddress.Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var read = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stopping.Token);
                if (!_drops[Interlocked.Increment(ref _passed) % _drops.Length]) _socket.SendTo(buffer.AsSpan(0, read.ReceivedBytes), _to);
            }
            catch (OperationCanceledException) { return; }
            catch (SocketException)
            {
                // ICMP after the end of the call: nobody wants the packet any more.
            }
        }
    }
}

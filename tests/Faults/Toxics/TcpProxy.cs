using System.Net;
using System.Net.Sockets;

namespace AvGateway.Faults.Toxics;

/// <summary>A TCP port on loopback that leads to another one.</summary>
public sealed class TcpProxy : ToxicProxy
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _device;
    private readonly Task _accepting;

    public TcpProxy(IPEndPoint device, int seed) : base(seed)
    {
        _device = device;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>In front of a device's own link.</summary>
    public static TcpProxy Before(string uri, int seed) => new(IPEndPoint.Parse(new Uri(uri).Authority), seed);

    public override string Uri => $"tcp://{_listener.LocalEndPoint}";

    protected override void Stop() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var accepted = await _listener.AcceptAsync(Stopping.Token);
                var device = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                accepted.NoDelay = true;
                try
                {
                    await device.ConnectAsync(_device, Stopping.Token);
                }
                catch (SocketException)
                {
                    // A device that refuses is to look like one also from here.
                    new SocketEnd(accepted).Break();
                    device.Dispose();
                    continue;
                }

                _ = Carry(new SocketEnd(accepted), new SocketEnd(device));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}

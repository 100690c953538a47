using System.Net;
using System.Net.Sockets;

namespace AvGateway.Bench.Wire;

/// <summary>A listening socket on the loop.</summary>
internal sealed class Listener : ISource, IDisposable
{
    private const int Backlog = 512;

    private readonly Loop _loop;
    private readonly Action<Socket> _accepted;
    private readonly int _token;

    public Listener(Loop loop, IPEndPoint at, Action<Socket> accepted)
    {
        _loop = loop;
        _accepted = accepted;
        Socket = new(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        Socket.Bind(at);
        Socket.Listen(Backlog);
        _token = loop.Add(this);
    }

    public Socket Socket { get; }

    public void Readable()
    {
        // The loop tells again while more wait.
        try { _accepted(Socket.Accept()); }
        catch (SocketException gone) when (gone.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.ConnectionReset)
        {
            // It went before it was taken.
        }
    }

    public void Writable()
    {
    }

    public void Dispose()
    {
        _loop.Remove(this, _token);
        Socket.Dispose();
    }

    /// <summary>A port that was free a moment ago; peers want to be told theirs before they start.</summary>
    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}

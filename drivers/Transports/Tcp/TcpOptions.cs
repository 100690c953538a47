using System.Net.Sockets;

namespace AvGateway.Drivers.Transports.Tcp;

/// <summary>The socket options that make a silent peer known: within <see cref="SilenceLimit"/> whether we send or only listen.</summary>
internal static class TcpOptions
{
    /// <summary>Quiet time after which the system asks the peer whether it is still there.</summary>
    public static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(2);

    public const int KeepAliveTries = 3;

    /// <summary>How long sent bytes may stay without acknowledgement, or the peer's window shut (TCP_USER_TIMEOUT, RFC 5482).</summary>
    public static readonly TimeSpan UserTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Within this time a half-open link ends (fault D2).</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    /// <summary>IPPROTO_TCP and TCP_USER_TIMEOUT of Linux; .NET has no name for the second.</summary>
    internal const int ProtocolTcp = 6;
    internal const int UserTimeoutOption = 18;

    public static void Apply(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)KeepAliveAfter.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)KeepAliveEvery.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
        if (!OperatingSystem.IsLinux()) return;

        // Without it a link with unacknowledged bytes lives on for tcp_retries2, a quarter of an hour:
        // keepalive is off while bytes are due.
        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(milliseconds, (int)UserTimeout.TotalMilliseconds);
        socket.SetRawSocketOption(ProtocolTcp, UserTimeoutOption, milliseconds);
    }
}

using System.Net.Sockets;

namespace AvGateway.Faults.Toxics;

/// <summary>One side of a proxied line.</summary>
internal interface IProxyEnd
{
    /// <summary>What has come; empty when this side is gone.</summary>
    ValueTask<byte[]> ReadAsync(CancellationToken cancellation);

    /// <summary>False when this side is gone.</summary>
    ValueTask<bool> TryWriteAsync(byte[] bytes, CancellationToken cancellation);

    /// <summary>Ends it in order.</summary>
    void Close();

    /// <summary>Ends it as by a pulled cable.</summary>
    void Break();
}

internal sealed class SocketEnd(Socket socket) : IProxyEnd
{
    private readonly byte[] _buffer = new byte[16 * 1024];

    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return _buffer[..await socket.ReceiveAsync(_buffer, cancellation)];
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return [];
        }
    }

    public async ValueTask<bool> TryWriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;) sent += await socket.SendAsync(bytes.AsMemory(sent), cancellation);
            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Close() => socket.Dispose();

    public void Break()
    {
        try
        {
            socket.LingerState = new(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Gone already: there is nothing left to reset.
        }

        socket.Dispose();
    }
}

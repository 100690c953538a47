using System.Net;
using System.Net.Sockets;

namespace AvGateway.Faults.Abuse;

/// <summary>One connection of somebody who means no good. Whatever the broker does to it is no error here.</summary>
public sealed class Attacker : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Null when the broker takes no more.</summary>
    public static async Task<Attacker?> ConnectAsync(IPEndPoint broker, CancellationToken cancellation)
    {
        var attacker = new Attacker();
        try
        {
            await attacker._socket.ConnectAsync(broker, cancellation);
            return attacker;
        }
        catch (SocketException)
        {
            attacker.Dispose();
            return null;
        }
    }

    /// <summary>False when the broker has had enough.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
            return true;
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What the broker says next; empty when it closed.</summary>
    public async Task<byte[]> HearAsync(CancellationToken cancellation)
    {
        var buffer = new byte[1024];
        try
        {
            return buffer[..await _socket.ReceiveAsync(buffer, cancellation)];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>Completes when the broker has closed the connection.</summary>
    public async Task ClosedAsync(CancellationToken cancellation)
    {
        while ((await HearAsync(cancellation)).Length > 0)
        {
            // What it still says is of no interest.
        }
    }

    public void Dispose() => _socket.Dispose();
}

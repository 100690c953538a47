using System.Net.Sockets;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// The socket under an envelope (SSH, WebSocket). With the switch <c>slice</c> on, what is written leaves in random pieces, so that the
/// envelope's own packets are cut as well as what they carry.
/// </summary>
internal sealed class CutStream(Socket socket, SimulatedDevice device) : Stream
{
    private const int LongestPiece = 64;

    // Only where a piece ends depends on it, and that need not be the same twice.
    private readonly Random _random = new(device.Common.Seed.Now);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        socket.ReceiveAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var length = device.Common.Slice.Now ? Math.Min(buffer.Length, _random.Next(1, LongestPiece)) : buffer.Length;
            buffer = buffer[await socket.SendAsync(buffer[..length], cancellationToken)..];
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reading is asynchronous here.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Writing is asynchronous here.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

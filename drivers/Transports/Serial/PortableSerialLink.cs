using System.IO.Pipelines;
using System.IO.Ports;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>A <see cref="SerialPort"/> as a link.</summary>
/// <remarks>
/// After a hang-up the class throws once, then looks like a mute device; and one write after it blocks its Close for ever
/// (dotnet/runtime #121627, #100690). So the first error is final, and closing happens elsewhere. Its errors of a port that has gone are
/// of three kinds, for ObjectDisposedException is an InvalidOperationException.
/// </remarks>
internal sealed class PortableSerialLink : OpenLink
{
    private const int ReadSize = 512;

    private static readonly PipeOptions Arrivals =
        new(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);

    private readonly SerialPort _port;
    private readonly Action<Action> _close;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _reading;

    public PortableSerialLink(SerialPort port, Action<Action> close) : base(Arrivals)
    {
        _port = port;
        _close = close;
        _reading = ReadAsync();
    }

    protected override void Shut()
    {
        // Ends the pending read and write before the port goes: Close waits for a write that is under way.
        _over.Cancel();
        _close(CloseAndForgive);
    }

    protected override Task ClosedAsync() => _reading;

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellation);

            // The write itself may never come back when the port hangs up under it; the link does.
            await _port.BaseStream.WriteAsync(bytes, either.Token).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException e)
        {
            var ours = !HasEnded;
            End(LinkEnd.Aborted);
            if (ours && cancellation.IsCancellationRequested) throw;
            throw Gone(e);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            End(LinkEnd.HungUp);
            throw Gone(e);
        }
    }

    private async Task ReadAsync()
    {
        var end = await ReadToEndAsync();
        End(end);
        await Arrived.CompleteAsync();
    }

    private async Task<LinkEnd> ReadToEndAsync()
    {
        var buffer = new byte[ReadSize];
        try
        {
            while (true)
            {
                var count = await _port.BaseStream.ReadAsync(buffer, _over.Token);
                if (count == 0) return LinkEnd.HungUp;
                var taken = await Arrived.WriteAsync(buffer.AsMemory(0, count));
                if (taken.IsCompleted || taken.IsCanceled) return LinkEnd.Aborted;
            }
        }
        catch (OperationCanceledException)
        {
            return LinkEnd.Aborted;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return LinkEnd.HungUp;
        }
    }

    private void CloseAndForgive()
    {
        try
        {
            _port.Dispose();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            // The port is gone, which is what was wanted.
        }

        _over.Dispose();
    }
}

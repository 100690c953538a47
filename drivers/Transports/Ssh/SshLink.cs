using System.IO.Pipelines;
using AvGateway.Links;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace AvGateway.Drivers.Transports.Ssh;

/// <summary>A shell on an SSH connection as a link.</summary>
/// <remarks>
/// The library's asynchronous reads ignore their token, its writes wait for the far end, and it takes whatever arrives whether or not
/// somebody reads. So a thread of the link reads, writes go out on threads of their own, and the library's own thread is held back while
/// too much is unread. A far end that is silent is found by the runtime's questions; the library does not notice it.
/// </remarks>
internal sealed class SshLink : OpenLink
{
    public const int BufferSize = 4096;

    /// <summary>What may lie unread before the far end is held back.</summary>
    private const int MostUnread = 64 * 1024;

    private static readonly TimeSpan ClosesWithin = TimeSpan.FromSeconds(3);

    private static readonly PipeOptions Arrivals =
        new(pauseWriterThreshold: MostUnread, resumeWriterThreshold: MostUnread / 2, useSynchronizationContext: false);

    private readonly object _gate = new();
    private readonly SshClient _client;
    private readonly ShellStream _stream;
    private readonly TimeProvider _clock;
    private readonly Task<bool> _reading;
    private Task _closing = Task.CompletedTask;
    private int _unread;

    public SshLink(SshClient client, ShellStream stream, TimeProvider clock) : base(Arrivals)
    {
        _client = client;
        _stream = stream;
        _clock = clock;
        client.ErrorOccurred += Failed;
        stream.DataReceived += HoldBack;
        _reading = OwnThread.RunAsync("read ssh", ReadToEnd);
    }

    protected override void Shut()
    {
        lock (_gate) Monitor.PulseAll(_gate);
        _closing = OwnThread.RunAsync("close ssh", Close);
    }

    // Closing asks the far end, and a frozen one does not answer: what is not done in time goes on behind our back.
    protected override async Task ClosedAsync()
    {
        try
        {
            await Task.WhenAll(_reading, _closing).WaitAsync(ClosesWithin, _clock);
        }
        catch (Exception e) when (e is TimeoutException or SshException or IOException or ObjectDisposedException)
        {
            // The link has ended; how the library took leave of a far end that may be gone changes nothing.
        }
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        try
        {
            await OwnThread.RunAsync("write ssh", () => Write(bytes.ToArray())).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            End(LinkEnd.Aborted);
            throw;
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException or IOException or System.Net.Sockets.SocketException)
        {
            End(LinkEnd.Reset);
            throw Gone(e);
        }
    }

    private bool Write(byte[] bytes)
    {
        _stream.Write(bytes, 0, bytes.Length);
        _stream.Flush();
        return true;
    }

    private bool Close()
    {
        _stream.Dispose();
        _client.Dispose();
        return true;
    }

    private void Failed(object? sender, ExceptionEventArgs failure) =>
        End(failure.Exception is SshConnectionException or System.Net.Sockets.SocketException ? LinkEnd.Reset : LinkEnd.Failed);

    /// <summary>On the library's receiving thread: waits until enough has been read.</summary>
    private void HoldBack(object? sender, ShellDataEventArgs arrived)
    {
        lock (_gate)
        {
            _unread += arrived.Data.Length;
            while (_unread > MostUnread && !HasEnded) Monitor.Wait(_gate);
        }
    }

    private void Read(int count)
    {
        lock (_gate)
        {
            _unread = Math.Max(0, _unread - count);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>On the link's own thread: waits until the reader has taken enough, or the link has ended, which cancels the flush.</summary>
    private void Await(Task flush)
    {
        if (flush.IsCompleted) return;
        flush.ContinueWith(_ => Read(0), TaskScheduler.Default);
        lock (_gate)
        {
            while (!flush.IsCompleted) Monitor.Wait(_gate);
        }
    }

    private bool ReadToEnd()
    {
        var buffer = new byte[BufferSize];
        var end = LinkEnd.ClosedByPeer;
        try
        {
            while (_stream.Read(buffer, 0, buffer.Length) is var count and > 0)
            {
                buffer.AsSpan(0, count).CopyTo(Arrived.GetSpan(count));
                Arrived.Advance(count);
                Await(Arrived.FlushAsync().AsTask());
                Read(count);
                if (!HasEnded) continue;
                end = LinkEnd.Aborted;
                break;
            }
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException or IOException)
        {
            end = LinkEnd.Reset;
        }

        End(end);
        Arrived.Complete();
        return true;
    }
}

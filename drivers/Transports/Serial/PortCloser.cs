using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>Closes ports on threads to throw away, because a driver may never come back from a close (fault D12).</summary>
internal sealed partial class PortCloser(TimeProvider clock, ILogger log)
{
    /// <summary>A close that takes longer is counted as stuck.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>With so many closes stuck no further port is opened: each of them holds a thread.</summary>
    public const int MostStuck = 8;

    private int _stuck;

    public int Stuck => Volatile.Read(ref _stuck);

    /// <summary>Throws when too many closes are stuck already.</summary>
    public void RefuseWhenStuck()
    {
        if (Stuck < MostStuck) return;
        throw new LinkException(
            StatusReasons.ConnectFailed,
            $"{MostStuck} serial ports cannot be closed because their driver hangs; no more are opened. "
            + "Replug the adapters or restart the gateway");
    }

    /// <summary>Begins to close, by a call that does not throw; the task completes when it has really ended, which may be never.</summary>
    public Task Close(string port, Action close)
    {
        var closing = OwnThread.RunAsync($"close {port}", () =>
        {
            close();
            return true;
        });
        return WatchAsync(port, closing);
    }

    private async Task WatchAsync(string port, Task closing)
    {
        try
        {
            await closing.WaitAsync(Limit, clock);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _stuck);
            LogStuck(port, Limit.TotalSeconds);
            await closing;
            Interlocked.Decrement(ref _stuck);
            LogUnstuck(port);
        }
    }

    [LoggerMessage(3210, LogLevel.Warning, "Closing {Port} has not ended after {Seconds} s; its thread is given up")]
    private partial void LogStuck(string port, double seconds);

    [LoggerMessage(3211, LogLevel.Information, "Closing {Port} has ended after all")]
    private partial void LogUnstuck(string port);
}

using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Runtime;

/// <summary>What a device did since the gateway started; all counts only grow.</summary>
public sealed class DeviceCounters
{
    private long _sent, _received, _timeouts, _links, _protocolErrors, _crashes, _polls;

    public long RequestsSent => Volatile.Read(ref _sent);
    public long RepliesReceived => Volatile.Read(ref _received);
    public long Timeouts => Volatile.Read(ref _timeouts);
    public long LinksOpened => Volatile.Read(ref _links);
    public long ProtocolErrors => Volatile.Read(ref _protocolErrors);
    public long DriverCrashes => Volatile.Read(ref _crashes);

    /// <summary>How often the driver was told to ask for what it asks in rounds.</summary>
    public long Polls => Volatile.Read(ref _polls);

    internal void Polled() => Interlocked.Increment(ref _polls);
    internal void Sent() => Interlocked.Increment(ref _sent);
    internal void Received(int replies) => Interlocked.Add(ref _received, replies);
    internal void TimedOut() => Interlocked.Increment(ref _timeouts);
    internal void LinkOpened() => Interlocked.Increment(ref _links);
    internal void ProtocolError() => Interlocked.Increment(ref _protocolErrors);
    internal void Crashed() => Interlocked.Increment(ref _crashes);
}

/// <summary>A device that this gateway runs.</summary>
public abstract class RunningDevice : IDevice, IAsyncDisposable
{
    public abstract DeviceId Id { get; }
    public abstract DriverManifest Manifest { get; }
    public abstract DeviceStatus Status { get; }
    public abstract int QueueDepth { get; }
    public DeviceCounters Counters { get; } = new();

    /// <summary>Begins to open the link and keeps it open until <see cref="StopAsync"/>.</summary>
    public abstract void Start();

    /// <summary>Ends waiting commands as Unreachable, closes the link and shows every value as stale. Sends nothing to the device.</summary>
    public abstract Task StopAsync();

    /// <summary>Completes when everything posted before it has been handled.</summary>
    public abstract Task SettleAsync();

    /// <summary>Asks the device for everything once more, faster than its usual rounds where those take several polls. What comes of it is seen as always.</summary>
    public abstract void LookAround();

    /// <summary>What passed on its link last, oldest first, a secret as a gap.</summary>
    public abstract IReadOnlyList<LinkFrame> Frames { get; }

    public abstract DeviceSnapshot Snapshot();
    public abstract bool TryGetReading(string property, out Reading reading);
    public abstract int? Extent(string name);
    public abstract Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn);
    public abstract void TryNow();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }
}

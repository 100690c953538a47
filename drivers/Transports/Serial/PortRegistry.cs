using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>Who in this process has which port, by real path: two names of one port are one port.</summary>
/// <remarks>The system refuses a second opening only to users other than root, so it cannot be left to the system.</remarks>
internal sealed class PortRegistry(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PortClaim> _claims = new(StringComparer.Ordinal);

    /// <summary>Takes the port for an owner. A close that is still running is waited for, within its limit.</summary>
    public async ValueTask<PortClaim> ClaimAsync(string path, string owner, CancellationToken cancellation)
    {
        for (var waited = false; ; waited = true)
        {
            PortClaim? other;
            lock (_gate)
            {
                if (!_claims.TryGetValue(path, out other))
                {
                    var claim = new PortClaim(this, path, owner);
                    _claims.Add(path, claim);
                    return claim;
                }
            }

            if (waited || other.Closing is not { } closing) throw Taken(path, other);
            try
            {
                await closing.WaitAsync(PortCloser.Limit, clock, cancellation);
            }
            catch (TimeoutException)
            {
                throw Taken(path, other);
            }
        }
    }

    internal void Release(PortClaim claim)
    {
        lock (_gate)
        {
            if (_claims.TryGetValue(claim.Path, out var current) && current == claim) _claims.Remove(claim.Path);
        }
    }

    private static LinkException Taken(string path, PortClaim other) => new(StatusReasons.ConnectFailed, other.Closing is null
        ? $"{path} is already in use by {other.Owner}; one port serves one device"
        : $"{path} was used by {other.Owner} and its driver has not closed it yet; replug the adapter");
}

/// <summary>The right to one port, from before it is opened until after it is closed.</summary>
internal sealed class PortClaim(PortRegistry registry, string path, string owner)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;
    private int _due;

    /// <summary>The real path; what was checked is what is opened, wherever a symbolic link points by then.</summary>
    public string Path { get; } = path;

    public string Owner { get; } = owner;

    /// <summary>Completes when the port is free again; null as long as it is in use.</summary>
    public Task? Closing => _closing ? _released.Task : null;

    /// <summary>Gives the port free as soon as this and everything named before has ended.</summary>
    public void ReleaseAfter(Task end)
    {
        Interlocked.Increment(ref _due);
        _closing = true;
        _ = AwaitAsync(end);
    }

    /// <summary>Gives the port free at once: it was not opened.</summary>
    public void Release() => registry.Release(this);

    private async Task AwaitAsync(Task end)
    {
        await end;
        if (Interlocked.Decrement(ref _due) > 0) return;
        registry.Release(this);
        _released.TrySetResult();
    }
}

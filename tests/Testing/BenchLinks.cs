using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Testing;

/// <summary>
/// Gives a device its links in memory, and knows at each moment whether its link keeper has come to rest: in use of a link, or in a pause
/// on the virtual clock. Without that, a test could move the clock before the pause had begun.
/// </summary>
public sealed class BenchLinks : ILinkFactory, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly WatchedClock _clock;
    private TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Rest _rest = Rest.Opening;
    private ITimer? _pause;
    private int _drawnOn;

    public BenchLinks(WatchedClock clock)
    {
        _clock = clock;
        clock.Created += TimerCreated;
        clock.Firing += TimerFiring;
    }

    private enum Rest { Opening, InUse, Ended, Pausing, Stopped }

    /// <summary>Called with each link that is opened.</summary>
    public Action<InMemoryLink>? Opened { get; set; }

    /// <summary>Null opens; else the reason why not.</summary>
    public Func<string?> Refuses { get; set; } = () => null;

    public InMemoryLink? Current { get; private set; }
    public int Opens { get; private set; }
    public IReadOnlyCollection<string> Schemes { get; } = ["tcp", "serial"];
    public IEnumerable<string> Check(LinkAddress address) => [];

    public ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        if (Refuses() is { } why)
        {
            Become(Rest.Ended);
            throw new LinkException(StatusReasons.ConnectFailed, why);
        }

        Become(Rest.Opening);
        var link = new InMemoryLink();
        Current = link;
        Opens++;
        Watch(link);
        Opened?.Invoke(link);
        return new(link);
    }

    /// <summary>
    /// The bench's luck: always 1, so that pauses and first polls have their longest, known length. The keeper draws it right before it
    /// makes the timer of its pause, on the same thread: that tells this timer from the simulator's.
    /// </summary>
    public double Draw()
    {
        lock (_gate) _drawnOn = _rest is Rest.Ended ? Environment.CurrentManagedThreadId : 0;
        return 1;
    }

    /// <summary>Waits until the link keeper rests, and who reads the link has handled all that came.</summary>
    public async Task RestAsync(CancellationToken cancellation)
    {
        Task rest;
        lock (_gate) rest = _atRest.Task;
        await rest.WaitAsync(Deadline, cancellation);
        if (Current is { } link) await link.AtRest.WaitAsync(Deadline, cancellation);
    }

    public void Dispose()
    {
        Become(Rest.Stopped);
        _clock.Created -= TimerCreated;
        _clock.Firing -= TimerFiring;
    }

    private void Watch(InMemoryLink link)
    {
        link.TakenIntoUse = () =>
        {
            if (!link.Ended.IsCompleted && link == Current) Become(Rest.InUse);
        };
        link.HasEnded = () =>
        {
            if (link == Current) Become(Rest.Ended);
        };
    }

    private void TimerCreated(ITimer timer)
    {
        lock (_gate)
        {
            if (_rest is not Rest.Ended || _drawnOn != Environment.CurrentManagedThreadId) return;
            _pause = timer;
            Become(Rest.Pausing);
        }
    }

    private void TimerFiring(ITimer timer)
    {
        lock (_gate)
        {
            if (_rest is Rest.Pausing && timer == _pause) Become(Rest.Opening);
        }
    }

    private void Become(Rest rest)
    {
        lock (_gate)
        {
            if (_rest is Rest.Stopped) return;
            _rest = rest;
            if (rest is Rest.InUse or Rest.Pausing or Rest.Stopped) _atRest.TrySetResult();
            else if (_atRest.Task.IsCompleted) _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

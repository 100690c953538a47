namespace AvGateway.Faults.Toxics;

/// <summary>A line to a device that can be made to behave badly while it is in use.</summary>
public abstract class ToxicProxy(int seed) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Relay> _relays = [];
    private readonly List<Task> _running = [];
    private readonly Random _seeds = new(seed);
    private Toxic _toxic = Toxic.None;

    /// <summary>Where the gateway shall reach the device.</summary>
    public abstract string Uri { get; }

    /// <summary>In force from the next bytes on. A line on which something was swallowed breaks when it is changed: it could not be mended.</summary>
    public Toxic Toxic
    {
        get
        {
            lock (_gate) return _toxic;
        }

        set
        {
            Relay[] beyondRepair;
            lock (_gate)
            {
                _toxic = value;
                beyondRepair = [.. _relays.Where(r => r.HasSwallowed)];
            }

            foreach (var relay in beyondRepair) relay.Break();
        }
    }

    protected CancellationTokenSource Stopping { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await Stopping.CancelAsync();
        Stop();
        Relay[] relays;
        Task[] running;
        lock (_gate)
        {
            relays = [.. _relays];
            running = [.. _running];
        }

        foreach (var relay in relays) relay.Break();
        await Task.WhenAll(running);
        Stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual void Stop()
    {
    }

    private protected Task Carry(IProxyEnd gateway, IProxyEnd device)
    {
        lock (_gate)
        {
            var relay = new Relay(gateway, device, () => Toxic, new(_seeds.Next()));
            _relays.Add(relay);
            _running.RemoveAll(t => t.IsCompletedSuccessfully);
            var running = RunAsync(relay);
            _running.Add(running);
            return running;
        }
    }

    private async Task RunAsync(Relay relay)
    {
        await Task.Yield();
        await relay.RunAsync(Stopping.Token);
        lock (_gate) _relays.Remove(relay);
    }
}

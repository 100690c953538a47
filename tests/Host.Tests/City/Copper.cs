using AvGateway.Devices;
using AvGateway.Operations.Power;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.City;

namespace AvGateway.Host.Tests.City;

/// <summary>The wires of a simulated court in real time: relays are looked at often enough for what is measured.</summary>
internal sealed class Copper : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly Mains _mains;
    private readonly Task _looking;

    public Copper(CityPlan plan, SimulatedCourt court)
    {
        _mains = new(plan.Feeds, court.Devices.ToDictionary(d => new DeviceId(d.Setting.Room, d.Setting.Device), d => d.Device), TimeProvider.System);
        _mains.CloseAll();
        _looking = Task.Run(LookAsync, CancellationToken.None);
    }

    /// <summary>Every relay that moved since the last call, in its order.</summary>
    public IReadOnlyList<MainsEvent> Take()
    {
        lock (_gate)
        {
            MainsEvent[] events = [.. _mains.Events];
            _mains.Events.Clear();
            return events;
        }
    }

    public IReadOnlyList<MainsEvent> Events
    {
        get { lock (_gate) return [.. _mains.Events]; }
    }

    public bool HasPower(OutletRef outlet)
    {
        lock (_gate) return _mains.HasPower(outlet);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _looking;
        _ending.Dispose();
    }

    private async Task LookAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            lock (_gate) _mains.Look();
            await Task.Delay(LookEvery, TimeProvider.System, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

namespace AvGateway.Acceptance.Tests.Support;

/// <summary>One demo court for the tests of a collection, which run one after another.</summary>
public sealed class DemoCourt : IAsyncLifetime
{
    private GatewayProcess? _gateway;
    private SimulatorControl? _simulators;

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("the demo is not started");
    public SimulatorControl Simulators => _simulators ?? throw new InvalidOperationException("the demo is not started");

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayProcess.DemoAsync();
        _simulators = new(_gateway);
        await AllOnlineAsync();
    }

    /// <summary>Sets a switch of a simulated device for the time of a test; at its end the device is itself again, and online at the gateway.</summary>
    public async Task<IAsyncDisposable> WithSwitchAsync(string device, string name)
    {
        await Simulators.SwitchAsync(device, name, true);
        return new Switched(this, device, name);
    }

    public MosquittoClient Client(string user = "engineer", string version = "mqttv5") => new(Gateway, user, version);

    public async ValueTask DisposeAsync()
    {
        _simulators?.Dispose();
        if (_gateway is not null) await _gateway.DisposeAsync();
    }

    private async Task AllOnlineAsync()
    {
        string[] devices = ["court-1/matrix", "court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder", "court-2/codec", "machine-room/matrix", "machine-room/backup-recorder"];
        foreach (var device in devices) await OnlineAsync(device);
    }

    private async Task OnlineAsync(string device)
    {
        await using var client = Client();
        await client.SubscribeAsync($"{client.Base}/{device}/$state");
        await client.NextAsync($"{client.Base}/{device}/$state", s => s.GetProperty("state").GetString() == "online", TimeSpan.FromSeconds(40));
    }

    private sealed class Switched(DemoCourt court, string device, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await court.Simulators.SwitchAsync(device, name, false);
            await court.OnlineAsync(device);
        }
    }
}

[CollectionDefinition(nameof(DemoCourt))]
public sealed class DemoCourtCollection : ICollectionFixture<DemoCourt>;

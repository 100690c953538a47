using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Transports;
using AvGateway.Faults.Toxics;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;
using AvGateway.Testing;
using Microsoft.Extensions.Logging;

namespace AvGateway.Faults.Tests;

/// <summary>Real drivers on the real runtime and real links, each behind a line that can be made to behave badly.</summary>
internal sealed class ToxicBench : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly DriverCatalog Catalog = new(typeof(VideohubDriver).Assembly);

    private readonly TempFolder _folder = new();
    private readonly BenchLog _log = new() { Worst = LogLevel.Error };
    private readonly SimulatedCourt _court;
    private readonly Dictionary<string, ToxicProxy> _proxies = [];
    private readonly DeviceFleet _fleet;
    private int _number;

    private ToxicBench(SimulatedCourt court, int seed)
    {
        _court = court;
        foreach (var each in court.Devices)
        {
            _proxies[each.Setting.Device] = each.Setting.Link is LinkKind.Serial
                ? PtyProxy.Before(each.Link.Uri, _folder.Sub(each.Setting.Device), seed)
                : TcpProxy.Before(each.Link.Uri, seed);
        }

        var around = new DeviceSurroundings(TimeProvider.System, LinkFactories.BuiltIn(TimeProvider.System, _log), Seen, new SequenceSource(1), new HostGate(), _log)
        {
            Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)),
        };
        _fleet = new(court.Devices.Select(Plan), around);
        _fleet.Start();
    }

    public BenchObserver Seen { get; } = new();

    public static async Task<ToxicBench> StartAsync(int seed, params DeviceSetting[] devices) =>
        new(await SimulatedCourt.StartAsync(devices, TimeProvider.System), seed);

    public static DeviceSetting Matrix(string name) => new("room", name, "videohub");

    public static DeviceSetting SerialMatrix(string name) => new("room", name, "extron-sis") { Link = LinkKind.Serial };

    public void Set(string device, Toxic toxic) => _proxies[device].Toxic = toxic;

    public async Task<CommandResult> RouteAsync(string device, int output, int input, TimeSpan within)
    {
        var arguments = Arguments.Of(("output", output), ("input", input));
        var command = new CommandRequest($"c{++_number}", "route", arguments, Deadline.In(within, TimeProvider.System), "tester");
        return await Actor(device).AskAsync(command, null, CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>What the device itself says; Extron counts from 1, and its ties are told for all planes.</summary>
    public int RouteOf(string device, int output)
    {
        var found = _court.Find("room", device)!;
        var state = found.Device.State();
        return found.Setting.Protocol == "videohub" ? (int)state["routing"]![output]! : (int)((JsonArray)state["video"]!)[output - 1]!;
    }

    public Task OnlineAsync(string device) => UntilAsync(() => Actor(device).Status.State is DeviceState.Online);

    public Task ShownAsync(string device, int output, int input) =>
        UntilAsync(() => Actor(device).TryGetReading($"output-{output}", out var reading) && reading.Quality is Quality.Good && reading.Value == input);

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        foreach (var proxy in _proxies.Values) await proxy.DisposeAsync();
        await _court.DisposeAsync();
        _folder.Dispose();
        _log.Check();
    }

    private RunningDevice Actor(string device) => _fleet.Running.Single(d => d.Id.Name == device);

    private DevicePlan Plan(CourtDevice device)
    {
        var manifest = Catalog.Find(device.Setting.Protocol)!;
        var uri = _proxies[device.Setting.Device].Uri;
        if (!LinkAddress.TryParse(uri, out var address, out var wrong)) throw new InvalidOperationException($"{uri}: {wrong}");
        var options = manifest.DefaultOptions();
        return new(new("room", device.Setting.Device), manifest, address, options);
    }

    /// <summary>Waits for the condition, looked at after each change that any device tells.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Seen.Changed = () =>
        {
            if (condition()) met.TrySetResult();
        };
        Seen.Changed();
        await met.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Seen.Changed = null;
    }
}

using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Modbus;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Tests.Drivers;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Counterparts;

/// <summary>libmodbus as the unit that our driver drives, and as the client of our simulated units; by TCP and on a line.</summary>
public sealed class LibmodbusTests : IDisposable
{
    private const string Source = "modbus-peer.c", Package = "gcc libc6-dev libmodbus-dev";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Folder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Our_driver_switches_a_coil_of_a_unit_on_tcp()
    {
        await CompileAsync();
        var port = Foreign.FreePort(SocketType.Stream);
        await using var unit = Foreign.Start(Peer, Package, _folder.Path, "unit", "tcp", $"{port}", "17");
        await unit.SaysAsync("ready");

        await DriveAsync($"modbus+tcp://127.0.0.1:{port}/17");
    }

    [Fact]
    public async Task Our_driver_switches_a_coil_of_a_unit_on_a_line()
    {
        await CompileAsync();
        var (ours, theirs) = (Path.Combine(_folder.Path, "ours"), Path.Combine(_folder.Path, "theirs"));
        await using var cable = Foreign.Start("socat", "socat", _folder.Path, "-d", "-d", $"pty,link={ours},raw,echo=0", $"pty,link={theirs},raw,echo=0");
        await cable.SaysAsync("starting data transfer loop");
        await using var unit = Foreign.Start(Peer, Package, _folder.Path, "unit", "rtu", theirs, "17");
        await unit.SaysAsync("ready");

        await DriveAsync($"modbus+serial:{ours}?baud=9600/17");
    }

    [Theory, InlineData(Simulator.Devices.Wires.LinkKind.Tcp), InlineData(Simulator.Devices.Wires.LinkKind.Serial)]
    public async Task A_client_switches_a_coil_of_our_simulated_sequencer(Simulator.Devices.Wires.LinkKind kind)
    {
        await CompileAsync();
        await using var court = await SimulatedCourt.StartAsync([Setting("modbus-sequencer", kind)], TimeProvider.System);

        var output = await AskAsync(court, kind, "client");

        Assert.Equal(["coils 00000000", "coils 00100000", "beyond: Illegal data address"], output);
    }

    [Theory, InlineData(Simulator.Devices.Wires.LinkKind.Tcp), InlineData(Simulator.Devices.Wires.LinkKind.Serial)]
    public async Task A_client_reads_our_simulated_sensor_and_cannot_write_to_it(Simulator.Devices.Wires.LinkKind kind)
    {
        await CompileAsync();
        await using var court = await SimulatedCourt.StartAsync([Setting("modbus-sensor", kind)], TimeProvider.System);

        Assert.Equal(["registers 247 450", "write: Illegal function"], await AskAsync(court, kind, "reader"));
    }

    private string Peer => Path.Combine(_folder.Path, "modbus-peer");

    private static DeviceSetting Setting(string protocol, Simulator.Devices.Wires.LinkKind kind) => new("bench", "unit", protocol)
    {
        Link = kind,
        Options = new() { ["unit"] = 17 },
        Switches = protocol == "modbus-sequencer" ? new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["relay-delay"] = false } : [],
    };

    private async Task<string[]> AskAsync(SimulatedCourt court, Simulator.Devices.Wires.LinkKind kind, string role)
    {
        Assert.True(LinkAddress.TryParse(court.Devices[0].Link.Uri, out var address, out var why), why);
        string[] way = kind is Simulator.Devices.Wires.LinkKind.Tcp ? ["tcp", $"{address.Port}"] : ["rtu", address.Path];
        var (_, output) = await Foreign.RunAsync(Peer, Package, _folder.Path, [role, .. way, "17"]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task CompileAsync()
    {
        var source = Catalog.File("tests", "Drivers.Tests", "Counterparts", Source);
        var (code, output) = await Foreign.RunAsync("cc", Package, _folder.Path, "-I/usr/include/modbus", "-o", Peer, source, "-lmodbus");
        Assert.True(code == 0, $"{output}\non Debian: sudo apt-get install {Package}");
    }

    /// <summary>Outlet 3 on and off again, each read back from the unit's own coils.</summary>
    private static async Task DriveAsync(string link)
    {
        var manifest = ModbusSequencerDriver.Manifest;
        Assert.True(LinkAddress.TryParse(link, out var address, out var why), why);
        var options = manifest.DefaultOptions().With("min-off", 0);
        using var log = new BenchLog();
        var seen = new BenchObserver();
        var around = new DeviceSurroundings(TimeProvider.System, LinkFactories.BuiltIn(TimeProvider.System, log), seen, new SequenceSource(1), new HostGate(), log);
        await using var device = new DeviceActor<ModbusReply>(new(new("room", "unit"), manifest, address, options), manifest, around);
        var online = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        seen.Changed = () =>
        {
            if (device.Status.State is DeviceState.Online) online.TrySetResult();
        };
        device.Start();
        await online.Task.WaitAsync(Patience, Cancellation);

        foreach (var verb in (string[])["outlet-on", "outlet-off"])
        {
            var command = new CommandRequest(verb, verb, Arguments.Of(("outlet", 3)), Deadline.In(Patience, TimeProvider.System), "tester");
            var result = await device.AskAsync(command, null, Cancellation).WaitAsync(Patience, Cancellation);
            Assert.Equal(CommandOutcome.Verified, result.Outcome);
            Assert.Equal(verb[7..], device.Snapshot()["outlet-3"].Text);
        }

        log.Check();
    }
}

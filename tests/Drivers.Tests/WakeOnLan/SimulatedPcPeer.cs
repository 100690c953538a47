using System.Buffers;
using AvGateway.Drivers.Transports.Wake;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.WakeOnLan;

/// <summary>The simulated PC behind the product's own link; the bench's link carries the lines between it and the driver.</summary>
internal sealed class SimulatedPcPeer : SimulatedPeer
{
    public const string Mac = "02-00-5e-10-00-01";
    public const string Link = $"wake://gateway@10.1.1.60:22?mac={Mac}&broadcast=10.1.1.255";

    private readonly SimulatedMachine _machine;
    private (InMemoryLink Bench, WakeLink Wake)? _open;

    public SimulatedPcPeer(DeviceSetting setting, VirtualClock clock) : base(setting, clock)
    {
        Assert.True(MacAddress.TryParse(Mac, out var mac, out _));
        _machine = new(Device, clock, mac);
    }

    // The link opens onto what is up and onto what is silent.
    public override string? Refuses => _machine.IsRefused ? "the PC answers and refuses this port"
        : _machine.IsDeaf && Power is "on" or "shutting-down" ? "what listens does not greet"
        : null;

    public string Power => (string)Device.State()["power"]!;

    /// <summary>Magic packets since it came up or went down last.</summary>
    public int Packets => (int)Device.State()["packets"]!;

    public override void Connected(InMemoryLink link)
    {
        EndFormer();
        _open = (link, new(_machine));
    }

    public override async Task<bool> ShuttleAsync()
    {
        if (_open is not { } open) return false;
        if (open.Bench.Ended.IsCompleted)
        {
            EndFormer();
            return true;
        }

        var said = open.Bench.Take();
        if (said.Length > 0) await open.Wake.Output.WriteAsync(said);
        if (!open.Wake.Input.TryRead(out var read)) return said.Length > 0;
        var bytes = read.Buffer.ToArray();
        open.Wake.Input.AdvanceTo(read.Buffer.End);
        foreach (var piece in SingleBytes ? bytes.Select(b => new[] { b }) : [bytes]) await open.Bench.WriteAsync(piece);
        return said.Length > 0 || bytes.Length > 0;
    }

    public override void Dispose()
    {
        EndFormer();
        base.Dispose();
    }

    private void EndFormer()
    {
        _open?.Wake.Abort(LinkEnd.Aborted);
        _open = null;
    }
}

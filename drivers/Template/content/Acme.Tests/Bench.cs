using System.Text.Json.Nodes;
using Acme.Simulator;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Conformance;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace Acme.Tests;

/// <summary>The simulated display on a real port of loopback.</summary>
public sealed class Bench : IAsyncDisposable, IFarEnd
{
    private readonly SimulatedCourt _court;

    private Bench(SimulatedCourt court, LinkAddress link)
    {
        _court = court;
        Link = link;
    }

    public LinkAddress Link { get; }

    public SimulatedDevice Display => _court.Devices[0].Device;

    public static async Task<Bench> StartAsync()
    {
        var catalog = SimulatorCatalog.BuiltIn.With(SimulatedDisplay.Descriptor);
        var court = await SimulatedCourt.StartAsync([new("bench", "display", SimulatedDisplay.Descriptor.Protocol)], TimeProvider.System, catalog);
        Assert.True(LinkAddress.TryParse(court.Devices[0].Link.Uri, out var link, out var why), why);
        return new(court, link);
    }

    /// <summary>Makes the display unkind.</summary>
    public void Set(string name, Value value)
    {
        JsonNode? json = value.Kind switch
        {
            ValueKind.Flag => value.Flag,
            ValueKind.Integer => (int)value.Integer,
            ValueKind.Number => value.Number,
            _ => value.Text,
        };
        if (Display.SetSwitch(name, json) is { } problem) throw new InvalidOperationException($"{problem.Detail} {problem.Remedy}");
    }

    /// <summary>A hand at the display.</summary>
    public bool TryPress(Act act) =>
        act.Verb == DisplayWords.InputVerb && Display.UseFrontPanel("input", new() { ["name"] = act.Seen.Text.ToUpperInvariant() }) is null;

    public ValueTask DisposeAsync() => _court.DisposeAsync();
}

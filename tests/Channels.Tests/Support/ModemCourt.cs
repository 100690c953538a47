using System.Text.Json.Nodes;
using AvGateway.Drivers.Transports.Serial;
using AvGateway.Links;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Channels.Tests;

/// <summary>A simulated modem on a pseudo-terminal.</summary>
internal sealed class ModemCourt : IAsyncDisposable
{
    private readonly SimulatedCourt _court = new(TimeProvider.System);
    private readonly CourtDevice _modem;
    private readonly TaskCompletionSource _submitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ModemCourt(string options = "{}", params (string Switch, JsonNode? Value)[] switches)
    {
        _modem = _court.Add(new("office", "modem", "gsm-modem") { Options = (JsonObject)JsonNode.Parse(options)! });
        Set(switches);
        _modem.Device.Trace.Added += frame =>
        {
            if (frame.Text.EndsWith(@"\x1A", StringComparison.OrdinalIgnoreCase)) _submitted.TrySetResult();
        };
    }

    public SerialLinkFactory Links { get; } = new(TimeProvider.System, NullLogger<SerialLinkFactory>.Instance);

    public LinkAddress Link => LinkAddress.TryParse(_modem.Link.Uri, out var link, out var why) ? link : throw new InvalidOperationException(why);

    /// <summary>What the telephones show, as TO: TEXT.</summary>
    public IReadOnlyList<string> Arrived =>
        [.. ((JsonArray)_modem.Device.State()["messages"]!).Where(m => (bool)m!["whole"]!).Select(m => $"{m!["to"]}: {m["text"]}")];

    public int PinTries => (int)_modem.Device.State()["pinTries"]!;

    public void Set(params (string Switch, JsonNode? Value)[] switches)
    {
        foreach (var (name, value) in switches) Assert.Null(_modem.Device.SetSwitch(name, value));
    }

    /// <summary>Completes when a message was entered at the prompt.</summary>
    public Task SubmittedAsync() => _submitted.Task.Soon();

    public ValueTask DisposeAsync() => _court.DisposeAsync();
}

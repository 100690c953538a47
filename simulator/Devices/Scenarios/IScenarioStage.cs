using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>The devices that a scenario is played on: in this process, or behind the control API of another.</summary>
public interface IScenarioStage
{
    bool Has(string device);

    /// <summary>Null when it is done, else what is wrong, for people.</summary>
    ValueTask<string?> SwitchAsync(string device, string name, JsonNode? value, CancellationToken cancellation);

    /// <inheritdoc cref="SwitchAsync"/>
    ValueTask<string?> PressAsync(string device, string verb, JsonObject? args, CancellationToken cancellation);

    ValueTask<JsonNode?> StateAsync(string device, CancellationToken cancellation);

    /// <summary>The frames after this number that are still kept, oldest first.</summary>
    ValueTask<IReadOnlyList<TraceFrame>> TraceAsync(string device, long since, CancellationToken cancellation);

    /// <summary>As the scenario's own client; null when it is said, else why not.</summary>
    /// <inheritdoc cref="SwitchAsync"/>
    string? Say(string device, byte[] bytes);

    void Leave(string device);

    /// <summary>What the scenario's own client heard since it spoke last, in the notation of <see cref="Wires.WireText"/>.</summary>
    string Heard(string device);
}

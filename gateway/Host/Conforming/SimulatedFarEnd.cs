using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Conformance;
using AvGateway.Simulator.Devices;

namespace AvGateway.Host.Conforming;

/// <summary>A simulated device as the kit's far end.</summary>
internal sealed class SimulatedFarEnd(SimulatedDevice device) : IFarEnd
{
    public void Set(string name, Value value)
    {
        if (device.SetSwitch(name, Json(value)) is { } problem) throw new InvalidOperationException($"{problem.Detail} {problem.Remedy}");
    }

    public bool TryPress(Act act)
    {
        (string Verb, JsonObject Arguments)? hand = act.Verb switch
        {
            MatrixWords.RouteVerb => ("route", new() { ["input"] = (int)act.Seen.Integer, ["output"] = (int)act.Arguments[MatrixWords.OutputArgument].Integer }),
            RecorderWords.RecordVerb => ("record", []),
            RecorderWords.StopVerb => ("stop", []),
            CodecWords.HangUpVerb => ("hang-up", []),
            OutletWords.OnVerb or OutletWords.OffVerb => ("switch", new() { ["outlet"] = (int)act.Arguments[OutletWords.OutletArgument].Integer, ["on"] = act.Verb == OutletWords.OnVerb }),
            CodecWords.DialVerb => ("dial", new() { ["uri"] = act.Arguments["uri"].Text }),
            _ => null,
        };

        // Some models have no key for it, and say so.
        return hand is { } pressed && device.UseFrontPanel(pressed.Verb, pressed.Arguments) is null;
    }

    private static JsonValue Json(Value value) => value.Kind switch
    {
        ValueKind.Flag => JsonValue.Create(value.Flag),
        ValueKind.Integer => JsonValue.Create((int)value.Integer),
        ValueKind.Number => JsonValue.Create(value.Number),
        _ => JsonValue.Create(value.Text),
    };
}

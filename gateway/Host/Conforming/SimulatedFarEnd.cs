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
        if (act.Verb == HandWords.Measured) return TryMeasure(act);

        // Some models have no key for it, and say so.
        return Hand(act) is { } pressed && device.UseFrontPanel(pressed.Verb, pressed.Arguments) is null;
    }

    private static (string Verb, JsonObject Arguments)? Hand(Act act) => act.Verb switch
    {
        MatrixWords.RouteVerb => ("route", new() { ["input"] = (int)act.Seen.Integer, ["output"] = (int)act.Arguments[MatrixWords.OutputArgument].Integer }),
        RecorderWords.RecordVerb => ("record", []),
        RecorderWords.StopVerb => ("stop", []),
        CodecWords.HangUpVerb => ("hang-up", []),
        HandWords.FarEndHangsUp => (HandWords.FarEndHangsUp, []),
        OutletWords.OnVerb or OutletWords.OffVerb => ("switch", new() { ["outlet"] = (int)act.Arguments[OutletWords.OutletArgument].Integer, ["on"] = act.Verb == OutletWords.OnVerb }),
        CodecWords.DialVerb => ("dial", new() { ["uri"] = act.Arguments["uri"].Text }),
        CodecWords.SetVolumeVerb => ("volume", new() { ["level"] = (int)act.Seen.Integer }),
        AudioWords.MuteVerb or AudioWords.UnmuteVerb when act.Arguments.TryGet(AudioWords.ChannelArgument, out var channel) => ("mute", new() { ["channel"] = (int)channel.Integer, ["muted"] = act.Seen.Flag }),
        PowerWords.OnVerb => ("remote-on", []),
        PowerWords.OffVerb => ("remote-standby", []),
        DisplayWords.InputVerb => ("set", new() { ["property"] = act.Property, ["value"] = act.Seen.Text }),
        CameraWords.MoveVerb => ("push", []),
        _ => null,
    };

    /// <summary>What is measured is no key at the device: it is what its switches say.</summary>
    private bool TryMeasure(Act act)
    {
        (string Switch, Value Value)? measured = act.Property switch
        {
            SensorWords.OnBatteryFlag => ("mains", !act.Seen.Flag),
            SensorWords.LoadPercent => ("load-percent", act.Seen),
            CommonWords.TemperatureReading or SensorWords.HumidityReading or SensorWords.LeakFlag => (act.Property, act.Seen),
            _ => null,
        };
        return measured is { } found && device.SetSwitch(found.Switch, Json(found.Value)) is null;
    }

    private static JsonValue Json(Value value) => value.Kind switch
    {
        ValueKind.Flag => JsonValue.Create(value.Flag),
        ValueKind.Integer => JsonValue.Create((int)value.Integer),
        ValueKind.Number => JsonValue.Create(value.Number),
        _ => JsonValue.Create(value.Text),
    };
}

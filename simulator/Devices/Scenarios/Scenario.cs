using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>Which clock a scenario is played by.</summary>
public enum ScenarioTime
{
    /// <summary>Nothing waits: a day passes as fast as it is computed, the same way each time, with clients in memory alone.</summary>
    Virtual,

    /// <summary>The machine's own, with every device on its real wire.</summary>
    Real,
}

/// <summary>A time line of acts at simulated devices and of what is expected of them.</summary>
/// <param name="Name">For people.</param>
/// <param name="Seed">Start of everything that is random in it: jitter of steps, and the seed of each device that names none itself.</param>
/// <param name="Starts">What the virtual clock shows at the beginning.</param>
/// <param name="Devices">Empty when it is played on a court that runs elsewhere.</param>
public sealed record Scenario(
    string Name, int Seed, ScenarioTime Time, DateTimeOffset Starts, IReadOnlyList<DeviceSetting> Devices, IReadOnlyList<ScenarioStep> Steps);

/// <summary>One line of the time line.</summary>
/// <param name="Place">Where it stands in the file, such as <c>/steps/3</c>.</param>
/// <param name="At">Since the beginning.</param>
/// <param name="Device">Room and device.</param>
public sealed record ScenarioStep(string Place, TimeSpan At, string Device, ScenarioAct Act)
{
    /// <summary>Zero: once.</summary>
    public TimeSpan Every { get; init; }

    /// <summary>The last moment at which it is repeated, since the beginning.</summary>
    public TimeSpan Until { get; init; }

    /// <summary>Each time is later by something between nothing and this.</summary>
    public TimeSpan Jitter { get; init; }
}

/// <summary>What a step does, or expects.</summary>
public abstract record ScenarioAct;

/// <summary>A switch of the simulator is set.</summary>
public sealed record SwitchAct(string Name, JsonNode? Value) : ScenarioAct
{
    public override string ToString() => $"{Name} = {Value?.ToJsonString() ?? "null"}";
}

/// <summary>A hand at the device.</summary>
public sealed record PressAct(string Verb, JsonObject? Args) : ScenarioAct
{
    public override string ToString() => $"front panel {Verb} {Args?.ToJsonString()}".TrimEnd();
}

/// <summary>A client of the scenario's own says something; it connects when it speaks for the first time, and stays.</summary>
/// <param name="Text">In the notation of <see cref="Wires.WireText"/>.</param>
public sealed record SayAct(string Text) : ScenarioAct
{
    public override string ToString() => $"say {Text}";
}

/// <summary>The scenario's own client hangs up.</summary>
public sealed record LeaveAct : ScenarioAct
{
    public override string ToString() => "leave";
}

/// <summary>Something that must come true within a time, or must stay untrue for it.</summary>
/// <param name="Within">How long it may take; for what must not be, how long it must hold.</param>
public abstract record Expectation(TimeSpan Within, bool Never) : ScenarioAct
{
    /// <summary>The condition in words.</summary>
    protected abstract string Words { get; }

    public sealed override string ToString() => $"{(Never ? "never " : "")}{Words}";
}

/// <summary>A value of the device's state, found by JSON Pointer (RFC 6901).</summary>
public sealed record StateExpectation(string Pointer, JsonNode? Value, TimeSpan Within, bool Never) : Expectation(Within, Never)
{
    protected override string Words => $"state {Pointer} is {Value?.ToJsonString() ?? "null"}";
}

/// <summary>A text in one frame that the device receives, or says to anybody, from this step on.</summary>
public sealed record FrameExpectation(TraceDirection Direction, string Text, TimeSpan Within, bool Never) : Expectation(Within, Never)
{
    protected override string Words => $"{(Direction is TraceDirection.Received ? "receives" : "says")} {Text}";
}

/// <summary>A text in what the scenario's own client heard since it spoke last.</summary>
public sealed record HearExpectation(string Text, TimeSpan Within, bool Never) : Expectation(Within, Never)
{
    protected override string Words => $"client hears {Text}";
}

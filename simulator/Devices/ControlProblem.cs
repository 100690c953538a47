namespace AvGateway.Simulator.Devices;

/// <summary>What is wrong with a request to a simulated device.</summary>
public enum ControlFault
{
    /// <summary>The request cannot be read at all.</summary>
    Malformed,

    /// <summary>It names something that is not there.</summary>
    Unknown,

    /// <summary>It can be read, and its content is not acceptable.</summary>
    Invalid,

    /// <summary>It is in order, and the device cannot do it in its present state.</summary>
    Impossible,
}

/// <summary>
/// A refusal by the control side of the simulator (never by the simulated device on its wire): what is wrong, at which place of the
/// request (a JSON pointer or the part of the path), and what to do instead. <see cref="Known"/> lists the names that would have been
/// right.
/// </summary>
public sealed record ControlProblem(ControlFault Fault, string Detail, string Place, string Remedy, IReadOnlyList<string>? Known = null);

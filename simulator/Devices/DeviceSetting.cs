using System.Net;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices;

/// <summary>One device to simulate: which, where, how it is reached, and what is peculiar to it.</summary>
public sealed record DeviceSetting(string Room, string Device, string Protocol)
{
    /// <summary>Null takes the first kind of link that the protocol knows.</summary>
    public LinkKind? Link { get; init; }

    /// <summary>TCP: where to listen. Loopback unless told otherwise.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>TCP: 0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>Serial: stable path of a symbolic link to the pseudo-terminal; null makes one in the court's own directory.</summary>
    public string? PtyPath { get; init; }

    /// <summary>Null where the device lets everybody in or has its own default.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>What the model is like (counts, names). A protocol reads what it knows and leaves the rest.</summary>
    public JsonObject Options { get; init; } = [];

    /// <summary>Switches that are set from the start, and again after a reset.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Switches { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Room and device as one id.</summary>
    public string Id => $"{Room}/{Device}";

    /// <summary>A whole number of the options, held to a range; the fallback when it is absent or no number.</summary>
    public int Count(string option, int fallback, int lowest, int highest) =>
        Devices.Switches.SwitchBoard.TryInteger(Options[option], out var number) ? Math.Clamp(number, lowest, highest) : fallback;

    /// <summary>A text of the options.</summary>
    public string Word(string option, string fallback) =>
        Devices.Switches.SwitchBoard.AsText(Options[option]) is { Length: > 0 } word ? word : fallback;
}

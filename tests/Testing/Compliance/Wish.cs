using System.Text.Json.Nodes;
using AvGateway.Devices;

namespace AvGateway.Testing.Compliance;

/// <summary>Something to ask of a device, how its effect is seen, and how a hand at the device has the same effect.</summary>
/// <param name="Panel">Verb and arguments of the simulator's front panel; null where no hand can do it.</param>
public sealed record Wish(string Verb, (string Name, Value Value)[] Arguments, string Property, Value Seen, (string Verb, JsonObject Arguments)? Panel = null);

using AvGateway.Simulator.Devices.Scenarios;

namespace AvGateway.Simulator.Tests;

/// <summary>The clock of a bench, from a second of its own on.</summary>
public sealed class VirtualClock() : VirtualTime(Start)
{
    public static readonly DateTimeOffset Start = new(2023, 11, 20, 8, 0, 1, TimeSpan.Zero);
}

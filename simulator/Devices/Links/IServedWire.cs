using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>A wire that a TCP port has accepted.</summary>
internal interface IServedWire : IWire
{
    /// <summary>It connected while nothing passed, and was never told to the device.</summary>
    bool IsStranded => false;

    /// <summary>Serves the connection until either end is through with it.</summary>
    Task RunAsync(SimulatedDevice device, CancellationToken stopping);
}

namespace AvGateway.Simulator.Devices.Links;

public sealed class PtyLink : ISimulatedLink
{
    public string Uri => "";
    public static PtyLink Start(SimulatedDevice device, string path) => throw new PlatformNotSupportedException();
    public ValueTask DisposeAsync() => default;
}

using AvGateway.Drivers.Protocols;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Transports;
using AvGateway.Links;

namespace AvGateway.Host.Hosting;

/// <summary>What this build of the gateway has: drivers and transports.</summary>
internal static class Parts
{
    public static DriverCatalog Catalog { get; } = new([typeof(BuiltInProtocols).Assembly]);
}

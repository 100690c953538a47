using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Hosting;

/// <summary>What this build of the gateway has: drivers and transports.</summary>
internal static class Parts
{
    public static DriverCatalog Catalog { get; } = new([typeof(VideohubDriver).Assembly]);

    /// <summary>Transports for checking addresses, where nothing is opened.</summary>
    public static LinkFactories Links() => Links(TimeProvider.System, NullLoggerFactory.Instance);

    public static LinkFactories Links(TimeProvider time, ILoggerFactory logs) => LinkFactories.BuiltIn(time, logs);
}

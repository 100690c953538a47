using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Probes;
using AvGateway.Probes;
using AvGateway.Store.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Hosting;

/// <summary>What this build of the gateway has: drivers and transports.</summary>
internal static class Parts
{
    public static DriverCatalog Catalog { get; } = new([typeof(VideohubDriver).Assembly]);

    /// <summary>Transports for checking addresses, where nothing is opened.</summary>
    public static LinkFactories Links() => Links(TimeProvider.System, NullLoggerFactory.Instance);

    public static LinkFactories Links(TimeProvider time, ILoggerFactory logs) => LinkFactories.BuiltIn(time, logs);

    /// <summary>Kinds of probes for reading a site file, where none is run.</summary>
    public static ProbeTable ProbeKinds(ILinkFactory links) => Probes.ProbeKinds.Table(ProbeTools(links, TimeProvider.System, NullLoggerFactory.Instance));

    public static ProbeTools ProbeTools(ILinkFactory links, TimeProvider time, ILoggerFactory logs) => new(links, new HostResolver(time, logs.CreateLogger<HostResolver>()), new SqlPing(), time, logs);
}

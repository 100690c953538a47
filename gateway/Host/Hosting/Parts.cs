using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Runtime.Packages;
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
    /// <summary>The built-in drivers; <see cref="Site.SiteModel.Catalog"/> also has those that a site lets in.</summary>
    public static DriverCatalog Catalog { get; } = new([typeof(VideohubDriver).Assembly]);

    /// <summary>The drivers of others, loaded once in the life of the process however often a site file is looked at.</summary>
    public static PackageShelf Packages { get; } = new();

    /// <summary>Transports for checking addresses, where nothing is opened.</summary>
    public static LinkFactories Links() => Links(TimeProvider.System, NullLoggerFactory.Instance);

    public static LinkFactories Links(TimeProvider time, ILoggerFactory logs) => LinkFactories.BuiltIn(time, logs);

    /// <summary>Kinds of probes for reading a site file, where none is run.</summary>
    public static ProbeTable ProbeKinds(ILinkFactory links) => Probes.ProbeKinds.Table(ProbeTools(links, TimeProvider.System, NullLoggerFactory.Instance));

    public static ProbeTools ProbeTools(ILinkFactory links, TimeProvider time, ILoggerFactory logs) => new(links, new HostResolver(time, logs.CreateLogger<HostResolver>()), new SqlPing(), time, logs);
}

using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Runtime;

/// <summary>One device as the site file has it, checked.</summary>
/// <param name="Options">The driver's options, defaults filled in.</param>
public sealed record DevicePlan(DeviceId Id, DriverManifest Manifest, LinkAddress Link, Arguments Options)
{
    public Secret? Secret { get; init; }

    /// <summary>The only identity that may answer here; null: the first one that does.</summary>
    public string? SerialNumber { get; init; }

    public TimeSpan? Poll { get; init; }

    /// <summary>False: known, shown as disabled, never opened.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>What all devices of a gateway share.</summary>
public sealed record DeviceSurroundings(
    TimeProvider Time,
    ILinkFactory Links,
    IDeviceObserver Observer,
    SequenceSource Sequence,
    HostGate Hosts,
    Microsoft.Extensions.Logging.ILoggerFactory Logs)
{
    public Backoff Backoff { get; init; } = Backoff.Default;

    /// <summary>Asked before each frame of a command; null where nothing is to be guarded.</summary>
    public ICommandGuard? Guard { get; init; }

    /// <summary>0 … 1, for jitter; a test gives its own.</summary>
    public Func<double> Luck { get; init; } = Random.Shared.NextDouble;
}

using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Probes;
using Microsoft.Extensions.Logging;

namespace AvGateway.Probes;

/// <summary>What kinds of probes are made from.</summary>
/// <param name="Links">The gateway's own transports, so that a serial line has one owner.</param>
public sealed record ProbeTools(ILinkFactory Links, HostResolver Names, ISqlPing Databases, TimeProvider Time, ILoggerFactory Logs)
{
    /// <summary>Null where no device runs: while a site file is checked.</summary>
    public IDeviceDirectory? Devices { get; init; }
}

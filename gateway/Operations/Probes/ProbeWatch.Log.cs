using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Probes;

public sealed partial class ProbeWatch
{
    [LoggerMessage(EventId = 2800, Level = LogLevel.Error, Message = "Trace {Trace}: the probe {Probe} failed by an error of ours")]
    private static partial void Crashed(ILogger log, Exception bug, string trace, string probe);

    [LoggerMessage(EventId = 2801, Level = LogLevel.Warning, Message = "The probe {Probe} has not ended after {Within}; it is not run again before it has")]
    private static partial void StillRunning(ILogger log, string probe, TimeSpan within);

    [LoggerMessage(EventId = 2803, Level = LogLevel.Warning, Message = "What the probe {Probe} saw grow could not be stored; it is tried again within the hour")]
    private static partial void NotKept(ILogger log, Exception unwell, string probe);

    [LoggerMessage(EventId = 2802, Level = LogLevel.Warning, Message = "The probe {Probe} has not been run for three of its periods; what it shows is stale")]
    private static partial void GrownStale(ILogger log, string probe);
}

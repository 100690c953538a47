using AvGateway.Devices;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Commands;

public sealed partial class CommandRouter
{
    [LoggerMessage(EventId = 2100, Level = LogLevel.Error, Message = "The command store failed at command {Command}")]
    private static partial void LedgerFailed(ILogger log, Exception broken, string command);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "{Device} threw instead of ending command {Command}")]
    private static partial void DeviceThrew(ILogger log, Exception bug, DeviceId device, string command);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Trace {Trace}: {Device} ended command {Command} by an error of ours: {Reason}")]
    private static partial void CommandCrashed(ILogger log, string trace, DeviceId device, string command, string reason);
}

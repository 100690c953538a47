using Microsoft.Extensions.Logging;

namespace AvGateway.Mqtt.Session;

public sealed partial class RequestDesk
{
    [LoggerMessage(EventId = 3100, Level = LogLevel.Warning, Message = "A request on {Topic} names no caller and is dropped")]
    private static partial void ForeignTopic(ILogger log, string topic);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "Trace {Trace}: a request to {Family} failed by an error of ours")]
    private static partial void RequestCrashed(ILogger log, Exception bug, string trace, string family);
}

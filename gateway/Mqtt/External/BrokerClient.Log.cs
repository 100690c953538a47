using Microsoft.Extensions.Logging;

namespace AvGateway.Mqtt.External;

public sealed partial class BrokerClient
{
    [LoggerMessage(EventId = 3200, Level = LogLevel.Information, Message = "Connected to {Broker}")]
    private static partial void BrokerConnected(ILogger log, BrokerAddress broker);

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning, Message = "{Broker} is lost: {Why}. Trying again until it is back")]
    private static partial void BrokerLost(ILogger log, Exception? bug, BrokerAddress broker, string why);

    [LoggerMessage(EventId = 3202, Level = LogLevel.Warning, Message = "{Broker} is not there; the gateway works without it until it is")]
    private static partial void GoesOnWithout(ILogger log, BrokerAddress broker);

    [LoggerMessage(EventId = 3203, Level = LogLevel.Information, Message = "{Count} retained topics were sent in {Milliseconds} ms to a broker that {Kept} its own")]
    private static partial void Resynchronised(ILogger log, int count, long milliseconds, string kept);

    [LoggerMessage(EventId = 3204, Level = LogLevel.Error, Message = "Another gateway writes {Topic}: two must not have the same id")]
    private static partial void ForeignState(ILogger log, string topic);

    [LoggerMessage(EventId = 3205, Level = LogLevel.Error, Message = "{Most} publications wait for the broker; {Refused} more were refused")]
    private static partial void OutboxFull(ILogger log, int most, long refused);

    [LoggerMessage(EventId = 3206, Level = LogLevel.Warning, Message = "The broker refuses {Topic}: {Why}; look at its access list")]
    private static partial void PublicationRefused(ILogger log, string topic, string why);

    [LoggerMessage(EventId = 3207, Level = LogLevel.Warning, Message = "Stopped with {Count} publications undelivered")]
    private static partial void NotDelivered(ILogger log, int count);
}

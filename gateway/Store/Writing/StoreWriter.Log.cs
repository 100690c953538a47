using Microsoft.Extensions.Logging;

namespace AvGateway.Store.Writing;

internal sealed partial class StoreWriter
{
    [LoggerMessage(700, LogLevel.Error, "The store is {Condition}: {Reason}")]
    private static partial void LogUnwell(ILogger logger, StoreCondition condition, string reason);

    [LoggerMessage(701, LogLevel.Information, "The store takes everything again")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(702, LogLevel.Error, "A round of the store's writer failed")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);

    [LoggerMessage(703, LogLevel.Error, "Something cannot be stored in any state of the store")]
    private static partial void LogImpossible(ILogger logger, Exception exception);

    [LoggerMessage(704, LogLevel.Error, "The store did not close within {Limit}; the next start recovers it as after a kill")]
    private static partial void LogAbandoned(ILogger logger, TimeSpan limit);
}

using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Access;

public sealed partial class CredentialsFile
{
    [LoggerMessage(3101, LogLevel.Information, "{Count} users with random passwords were made in {Path}; take the passwords out of it once they are handed out")]
    private static partial void LogFirstUsers(ILogger log, int count, string path);

    [LoggerMessage(3102, LogLevel.Information, "{Path} changed: {Count} users are in force")]
    private static partial void LogReloaded(ILogger log, string path, int count);

    [LoggerMessage(3103, LogLevel.Error, "the credentials were not taken, the users before stay in force: {Finding}")]
    private static partial void LogRefused(ILogger log, string finding);
}

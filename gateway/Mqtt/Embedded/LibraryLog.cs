using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;

namespace AvGateway.Mqtt.Embedded;

/// <summary>The library calls each stranger's bad packet an error; here that is counted, and told for debugging alone.</summary>
internal sealed partial class LibraryLog(ILogger log) : IMqttNetLogger
{
    public bool IsEnabled => log.IsEnabled(LogLevel.Debug);

    public void Publish(MqttNetLogLevel logLevel, string source, string message, object[]? parameters, Exception? exception)
    {
        if (logLevel is MqttNetLogLevel.Verbose || !IsEnabled) return;
        LogLibrary(log, source, parameters is { Length: > 0 } ? string.Format(null, System.Text.CompositeFormat.Parse(message), parameters) : message, exception);
    }

    [LoggerMessage(4001, LogLevel.Debug, "{Source}: {Text}")]
    private static partial void LogLibrary(ILogger log, string source, string text, Exception? exception);
}

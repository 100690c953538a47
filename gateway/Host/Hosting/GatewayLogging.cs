using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace AvGateway.Host.Hosting;

/// <summary>Console for people, compact JSON in the data directory for machines. One event is one line, whatever it holds.</summary>
internal static class GatewayLogging
{
    // The law wants network logs for six months (Cybersecurity Law art. 21); a day's file each.
    private const int DaysKept = 190;
    private const long LargestFile = 256L * 1024 * 1024;

    public static Serilog.Core.Logger Create(string file, LogEventLevel level) => new LoggerConfiguration()
        .MinimumLevel.Is(level)
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Warning)
        .Enrich.FromLogContext()
        // Standard output belongs to the ready line and to answers that scripts read.
        .WriteTo.Console(
            standardErrorFromLevel: LogEventLevel.Verbose,
            formatProvider: CultureInfo.InvariantCulture,
            outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}")
        .WriteTo.File(
            new CompactJsonFormatter(),
            file,
            rollingInterval: RollingInterval.Day,
            rollOnFileSizeLimit: true,
            fileSizeLimitBytes: LargestFile,
            retainedFileCountLimit: null,
            retainedFileTimeLimit: TimeSpan.FromDays(DaysKept),
            buffered: false)
        .CreateLogger();
}

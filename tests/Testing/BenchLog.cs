using Microsoft.Extensions.Logging;

namespace AvGateway.Testing;

/// <summary>Keeps what is logged; an Error that a test did not announce fails it.</summary>
public sealed class BenchLog : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>The worst level that this test expects.</summary>
    public LogLevel Worst { get; set; } = LogLevel.Warning;

    /// <summary>Wire bytes are kept as well.</summary>
    public bool Traces { get; set; }

    /// <summary>Throws when something worse than expected was logged.</summary>
    public void Check()
    {
        var worse = Lines.Where(line => line.Level > Worst).Select(line => $"{line.Level}: {line.Text}").ToArray();
        if (worse.Length > 0) Xunit.Assert.Fail("logged:\n" + string.Join('\n', worse));
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    bool ILogger.IsEnabled(LogLevel logLevel) => Traces || logLevel >= LogLevel.Information;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate) _lines.Add((logLevel, formatter(state, exception) + (exception is null ? "" : "\n" + exception)));
    }

    void IDisposable.Dispose()
    {
    }
}

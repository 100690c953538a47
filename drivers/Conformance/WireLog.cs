using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Conformance;

/// <summary>A frame as it passed; a secret stands there as <c>***</c>.</summary>
public sealed record PassedFrame(long At, bool IsSent, string Text);

/// <summary>Hears what the runtime says of one device: its frames, and whatever is worth an error.</summary>
internal sealed class WireLog(TimeProvider time) : ILoggerFactory, ILogger
{
    private const int Wire = 116;
    private const int MostFrames = 100_000;

    private readonly Lock _gate = new();
    private readonly List<PassedFrame> _frames = [];
    private readonly List<string> _errors = [];

    public IReadOnlyList<PassedFrame> Frames
    {
        get
        {
            lock (_gate) return [.. _frames];
        }
    }

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate) return [.. _errors];
        }
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    // Whoever adds one expects to hear everything; here one device is heard, and the card says what was heard.
    void ILoggerFactory.AddProvider(ILoggerProvider provider)
    {
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == Wire && state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            var frame = (string)values.First(v => v.Key == "Frame").Value!;
            var isSent = (char)values.First(v => v.Key == "Direction").Value! == '>';
            lock (_gate)
            {
                if (frame.Length > 0 && _frames.Count < MostFrames) _frames.Add(new(time.GetTimestamp(), isSent, frame));
            }
        }

        if (logLevel < LogLevel.Error) return;
        lock (_gate) _errors.Add(formatter(state, exception) + (exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})"));
    }

    void IDisposable.Dispose()
    {
    }
}

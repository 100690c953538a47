using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AvGateway.Faults.History;

/// <summary>
/// Numbers what both sides of the gateway saw in the order in which it was seen, writes it to a file with one JSON object a line, and shows it
/// to a listener at once. Safe from any thread.
/// </summary>
public sealed class HistoryRecorder : IDisposable
{
    private static readonly JsonSerializerOptions Form = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly StreamWriter _file;
    private readonly Action<HistoryEvent> _listener;
    private long _last;
    private bool _closed;

    public HistoryRecorder(string path, Action<HistoryEvent> listener)
    {
        Path = path;
        _file = new(path);
        _listener = listener;
    }

    public string Path { get; }

    /// <summary>Reads a file back, for a checker that was not there.</summary>
    public static IEnumerable<HistoryEvent> Read(string path) =>
        File.ReadLines(path).Select(line => JsonSerializer.Deserialize<HistoryEvent>(line, Form)!);

    /// <summary>Adds an event; number and time are given here. What comes after the end is left out.</summary>
    public void Add(EventKind kind, string subject = "", string? id = null, string? effect = null, double? expiry = null, string? text = null)
    {
        lock (_gate)
        {
            if (_closed) return;
            var at = Math.Round(Stopwatch.GetElapsedTime(_began).TotalMilliseconds, 3);
            var added = new HistoryEvent(++_last, at, kind, subject) { Id = id, Effect = effect, Expiry = expiry, Text = text };
            _file.WriteLine(JsonSerializer.Serialize(added, Form));
            _listener(added);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file.Dispose();
        }
    }
}

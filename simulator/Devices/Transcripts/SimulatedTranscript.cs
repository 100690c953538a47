using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Transcripts;

/// <summary>A device that says what stands in a transcript, to whoever says what stands there. Each connection begins at its beginning.</summary>
public sealed class SimulatedTranscript : SimulatedDevice
{
    private int _departures;

    private SimulatedTranscript(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(1)) =>
        Steps = Transcript.Read(setting.Word("file", ""));

    /// <summary>The option <c>file</c> names the transcript. Not in the catalog: it is no protocol of its own.</summary>
    public static SimulatorDescriptor Descriptor { get; } = new("transcript", "any", "What was recorded", [LinkKind.Tcp, LinkKind.Serial],
        static (setting, time) => new SimulatedTranscript(setting, time));

    /// <summary>Somebody said something else than the transcript has: its line, what was expected, and what was heard.</summary>
    public event Action<string>? Departed;

    internal IReadOnlyList<TranscriptStep> Steps { get; }

    protected override Session NewSession(Connection connection) => new TranscriptSession(this, connection);

    protected override void Describe(JsonObject state) => state["departures"] = _departures;

    protected override void BackToFactory() => _departures = 0;

    protected override void Restarted()
    {
        // A transcript has no memory beyond its connection.
    }

    internal void Depart(Connection connection, int line, byte[] expected, byte[] heard)
    {
        _departures++;
        var words = line == 0
            ? $"after the end of the transcript: heard {WireText.Write(heard)}"
            : $"line {line}: expected {WireText.Write(expected)}, heard {WireText.Write(heard)}";
        connection.Note(words);
        Departed?.Invoke(words);
    }
}

internal sealed class TranscriptSession(SimulatedTranscript device, Connection connection) : Session(connection)
{
    private const int MostWaiting = 64 * 1024;

    private readonly List<byte> _heard = [];
    private int _at;
    private IDisposable? _pause;

    protected internal override void Opened() => GoOn();

    protected internal override void Closed() => _pause?.Dispose();

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        device.Heard(this, bytes);
        if (_heard.Count + bytes.Length <= MostWaiting) _heard.AddRange(bytes);
        if (_pause is null) GoOn();
    }

    private void GoOn()
    {
        _pause = null;
        while (_at < device.Steps.Count)
        {
            switch (device.Steps[_at])
            {
                case TranscriptStep.Says says:
                    _at++;
                    Say(says.Bytes);
                    break;
                case TranscriptStep.Waits waits:
                    _at++;
                    // How long the other side takes before it speaks is its own affair.
                    if (_at < device.Steps.Count && device.Steps[_at] is TranscriptStep.Hears) break;
                    _pause = device.After(waits.Span, GoOn);
                    return;
                case TranscriptStep.Hears hears when !TryTake(hears):
                    return;
                default:
                    _at++;
                    break;
            }
        }

        if (_heard.Count == 0) return;
        if (Kind is LinkKind.Serial)
        {
            // A line has no new connection to begin again with.
            _at = 0;
            GoOn();
            return;
        }

        Depart(0, []);
    }

    private bool TryTake(TranscriptStep.Hears hears)
    {
        var common = Math.Min(hears.Bytes.Length, _heard.Count);
        for (var i = 0; i < common; i++)
        {
            if (_heard[i] == hears.Bytes[i]) continue;
            Depart(hears.Line, hears.Bytes);
            return false;
        }

        if (_heard.Count < hears.Bytes.Length) return false;
        _heard.RemoveRange(0, hears.Bytes.Length);
        return true;
    }

    private void Depart(int line, byte[] expected)
    {
        byte[] heard = [.. _heard];
        _heard.Clear();
        device.Depart(Connection, line, expected, heard);
    }
}

using System.Collections.Concurrent;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Scenes.Hearings.Guard;

/// <summary>
/// Recordings that somebody of the service side started outside of any hearing. A recorder that runs for any other reason may be the only
/// sign of a hearing that nobody announced; one of these is a test, and does not keep an engineer from working. Not kept over a restart:
/// then nobody knows any more, and the room is guarded. Safe from any thread.
/// </summary>
public sealed class TestRecordings
{
    private enum Life { Wished, Runs }

    private readonly ConcurrentDictionary<DeviceId, Life> _tests = new();

    public bool Has(DeviceId recorder) => _tests.ContainsKey(recorder);

    /// <summary>The service side is about to start this idle recorder.</summary>
    public void Begin(DeviceId recorder) => _tests[recorder] = Life.Wished;

    /// <summary>The court takes over: what runs now is its own.</summary>
    public void EndAll() => _tests.Clear();

    /// <summary>Hears what a recorder shows.</summary>
    public void Shows(DeviceId recorder, Value state)
    {
        if (!_tests.TryGetValue(recorder, out var life)) return;
        if (state.Kind is not ValueKind.Text || state.Text == RecordingStates.Unknown) return;
        if (state.Text != RecordingStates.Stopped) _tests.TryUpdate(recorder, Life.Runs, life);
        else if (life is Life.Runs) _tests.TryRemove(recorder, out _);
    }
}

using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Courts;

namespace AvGateway.Acceptance.Tests.Virtual;

/// <summary>A recorder that does as it is told, counts, and shows a level and a clock that the test sets.</summary>
internal sealed class MeteredRecorder
{
    private static readonly DriverManifest Manifest = new DriverManifest<string>("metered", DeviceClass.Recorder, "Recorder with meters")
    {
        Links = [LinkKind.Tcp(9993)],
        Verbs = [RecorderWords.Record, RecorderWords.Pause, RecorderWords.Resume, RecorderWords.Stop],
        Properties = [RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.StorageLeft, RecorderWords.Level, RecorderWords.ClockOffset],
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Modes = ["Ready"],
        Diagram = static () => "",
        Create = static _ => throw new NotSupportedException(),
    };

    private CourtBench? _bench;
    private ITimer? _ticks;
    private string _state = RecordingStates.Stopped;
    private long _recorded;

    public MeteredRecorder() => Device.OnAsked = Asked;

    public FakeDevice Device { get; } = new(new("court-1", "metered"), Manifest);

    public void Join(CourtBench bench)
    {
        _bench = bench;
        Shows(RecorderWords.RecordingState, _state);
        Shows(RecorderWords.RecordedTime, 0);
        Shows(RecorderWords.StorageTime, 90_000);
        Shows(RecorderWords.LoudestLevel, -30.0);
        Shows(RecorderWords.ClockDifference, 0.4);
        _ticks = bench.Clock.CreateTimer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Shows(string property, Value value) => _bench!.Show(Device, property, value);

    private void Tick()
    {
        if (_state == RecordingStates.Recording) Shows(RecorderWords.RecordedTime, ++_recorded);
    }

    private void Asked()
    {
        var asked = Device.LastAsked;
        _state = asked.Request.Verb switch
        {
            RecorderWords.RecordVerb or RecorderWords.ResumeVerb => RecordingStates.Recording,
            RecorderWords.PauseVerb => RecordingStates.Paused,
            _ => RecordingStates.Stopped,
        };
        Shows(RecorderWords.RecordingState, _state);
        asked.End(CommandResult.Verified);
    }
}

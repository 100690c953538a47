using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Operations.Tests.Inspections;

/// <summary>A device whose readings follow the clock and what it was told, and that asks the guard right before each frame as the real ones do.</summary>
internal sealed class InspectedDevice(DeviceId id, DriverManifest manifest, TimeProvider time, ICommandGuard guard) : IDevice
{
    private readonly Lock _gate = new();
    private readonly List<(string Verb, Arguments Args)> _frames = [];
    private readonly Dictionary<string, Value> _shown = new(StringComparer.Ordinal);
    private long? _recordsSince;

    public DeviceId Id => id;
    public DriverManifest Manifest => manifest;
    public DeviceStatus Status { get; set; } = new(DeviceState.Online, StatusReasons.Synchronised, "Ready", DateTimeOffset.UnixEpoch);
    public int QueueDepth => 0;
    public ImmutableSortedSet<string> Faults { get; set; } = [];
    public bool IsMute { get; set; }
    public bool IsFrozen { get; set; }

    /// <summary>Set: what a command ends with, nothing having happened.</summary>
    public CommandResult? EndsWith { get; set; }

    /// <summary>What the recorder hears, dBFS.</summary>
    public double Level { get; set; } = -30;

    /// <summary>Called when a frame has gone out.</summary>
    public Action<string>? OnFrame { get; set; }

    public IReadOnlyList<(string Verb, Arguments Args)> Frames
    {
        get { lock (_gate) return [.. _frames]; }
    }

    public void Shows(string property, Value value)
    {
        lock (_gate) _shown[property] = value;
    }

    public DeviceSnapshot Snapshot()
    {
        lock (_gate)
        {
            var readings = _shown.Keys.Concat(manifest.Class is DeviceClass.Recorder ? [RecorderWords.RecordedTime, RecorderWords.LoudestLevel] : []).Distinct().ToImmutableSortedDictionary(p => p, Read);
            return new(Id, Status, readings, ImmutableSortedDictionary<string, Target>.Empty, ImmutableSortedDictionary<string, int>.Empty, Faults);
        }
    }

    public bool TryGetReading(string property, out Reading reading)
    {
        lock (_gate) reading = Read(property);
        return reading.Quality is not Quality.Unknown;
    }

    public int? Extent(string name) => manifest.Class is DeviceClass.Matrix ? 4 : null;

    [SuppressMessage("Design", "CA1062", Justification = "The contract never hands over null.")]
    public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn)
    {
        if (guard.Refusal(this, command) is { } refused) return Task.FromResult(refused);
        lock (_gate)
        {
            _frames.Add((command.Verb, command.Args));
            if (EndsWith is null && !(IsFrozen && command.Verb is CodecWords.DialVerb or CodecWords.HangUpVerb)) Follow(command);
        }

        OnFrame?.Invoke(command.Verb);
        return Task.FromResult(EndsWith ?? CommandResult.Verified);
    }

    private void Follow(CommandRequest command)
    {
        switch (command.Verb)
        {
            case RecorderWords.RecordVerb:
                _shown[RecorderWords.RecordingState] = RecordingStates.Recording;
                _recordsSince = time.GetTimestamp();
                break;
            case RecorderWords.StopVerb:
                _shown[RecorderWords.RecordingState] = RecordingStates.Stopped;
                _recordsSince = null;
                break;
            case CodecWords.DialVerb:
                _shown[CodecWords.CallState] = CallStates.Connected;
                break;
            case CodecWords.HangUpVerb:
                _shown[CodecWords.CallState] = CallStates.Idle;
                break;
            case MatrixWords.RouteVerb:
                _shown[MatrixWords.Output((int)command.Args[MatrixWords.OutputArgument].Integer)] = command.Args[MatrixWords.InputArgument];
                break;
        }
    }

    private Reading Read(string property)
    {
        var value = property switch
        {
            RecorderWords.RecordedTime => (Value)(_recordsSince is { } since && !IsFrozen ? (long)time.GetElapsedTime(since).TotalSeconds : 0),
            RecorderWords.LoudestLevel => Level,
            _ => _shown.GetValueOrDefault(property),
        };
        return value.Kind is ValueKind.None ? default : new(value, DateTimeOffset.UnixEpoch, Quality.Good, ReadingSource.Poll, 1);
    }

    public static DriverManifest Recorder { get; } = Of("fake-recorder", DeviceClass.Recorder, [RecorderWords.Record, RecorderWords.Stop], [RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.Level]);

    public static DriverManifest Matrix { get; } = Of("fake-matrix", DeviceClass.Matrix, [MatrixWords.Route(1, canDisconnect: true)], [MatrixWords.Outputs(1)]);

    public static DriverManifest Display { get; } = Of("fake-display", DeviceClass.Display, [PowerWords.On], [PowerWords.Power, DisplayWords.LampHours]);

    public static DriverManifest Codec { get; } = Of("fake-codec", DeviceClass.Codec, [CodecWords.Dial, CodecWords.HangUp], [CodecWords.Call]);

    public static DriverManifest Camera { get; } = Of("fake-camera", DeviceClass.Camera, [CodecWords.PresetRecall], []);

    private static DriverManifest<string> Of(string name, DeviceClass deviceClass, IReadOnlyList<VerbSpec> verbs, IReadOnlyList<PropertySpec> properties) => new(name, deviceClass, name)
    {
        Links = [LinkKind.Tcp(1)],
        Verbs = verbs,
        Properties = properties,
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Diagram = static () => "",
        Create = static _ => throw new NotSupportedException(),
    };
}

using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Testing.Commands;

/// <summary>A device that ends commands when a test says so.</summary>
public sealed class FakeDevice(DeviceId id, DriverManifest manifest) : IDevice
{
    private readonly Lock _gate = new();
    private readonly List<Asked> _asked = [];

    public sealed record Asked(CommandRequest Request, ICommandProgress? Progress, TaskCompletionSource<CommandResult> Ending, CancellationToken Withdrawn)
    {
        public void Sent() => Progress?.Sent(Request);
        public void Acknowledged() => Progress?.Acknowledged(Request);
        public void End(CommandResult result) => Ending.SetResult(result);
    }

    public DeviceId Id => id;
    public DriverManifest Manifest => manifest;
    public DeviceStatus Status { get; set; } = new(DeviceState.Online, StatusReasons.Synchronised, "Ready", DateTimeOffset.UnixEpoch);
    public int QueueDepth => 0;
    public Dictionary<string, int> Extents { get; } = [];
    public Dictionary<string, Reading> Readings { get; } = [];
    public Dictionary<string, Target> Targets { get; } = [];

    /// <summary>Set: a command ends with this at once.</summary>
    public CommandResult? EndsWith { get; set; }

    /// <summary>Set: the promise not to throw is broken.</summary>
    public Exception? Throws { get; set; }

    /// <summary>Called when a command has come in.</summary>
    public Action? OnAsked { get; set; }

    public IReadOnlyList<Asked> AllAsked
    {
        get { lock (_gate) return [.. _asked]; }
    }

    public Asked LastAsked => AllAsked[^1];

    public DeviceSnapshot Snapshot() => new(
        Id, Status, Readings.ToImmutableSortedDictionary(), Targets.ToImmutableSortedDictionary(), Extents.ToImmutableSortedDictionary(), []);

    public bool TryGetReading(string property, out Reading reading) => Readings.TryGetValue(property, out reading);

    public int? Extent(string name) => Extents.TryGetValue(name, out var count) ? count : null;

    public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn)
    {
        if (Throws is { } bug) throw bug;
        var asked = new Asked(command, progress, new(TaskCreationOptions.RunContinuationsAsynchronously), withdrawn);
        lock (_gate) _asked.Add(asked);
        if (EndsWith is { } result) asked.End(result);
        OnAsked?.Invoke();
        return asked.Ending.Task;
    }

    /// <summary>A 40 x 40 matrix of numbers from 1, with one verb of each kind of argument.</summary>
    public static FakeDevice Matrix(string room = "court-1", string name = "matrix")
    {
        var device = new FakeDevice(new(room, name), Manifests.Matrix);
        device.Extents[MatrixWords.InputExtent] = 40;
        device.Extents[MatrixWords.OutputExtent] = 40;
        return device;
    }
}

/// <summary>Manifests without a driver behind them.</summary>
public static class Manifests
{
    public static readonly DriverManifest Matrix = new DriverManifest<string>("fake-matrix", DeviceClass.Matrix, "Fake 40 x 40")
    {
        Links = [LinkKind.Tcp(9990)],
        Verbs =
        [
            MatrixWords.Route(1, canDisconnect: true, ["video", "audio"]),
            PowerWords.On,
            CodecWords.Dial,
            CodecWords.SetVolume,
            new("tune", "Tune", "调谐") { Arguments = [new("db", ValueKind.Number, "Level", "电平") { Min = -60, Max = 12, Unit = "dB" }, new("on", ValueKind.Flag, "On", "开") { Optional = true }] },
        ],
        Properties = [MatrixWords.Outputs(1), MatrixWords.OutputLabels(1), CodecWords.Volume, CommonWords.Serial],
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Modes = ["Ready"],
        Diagram = static () => "",
        Create = static _ => throw new NotSupportedException(),
    };
}

public sealed class FakeDirectory(params FakeDevice[] devices) : IDeviceDirectory
{
    public IReadOnlyCollection<IDevice> Devices => devices;
    public IDevice? Find(DeviceId id) => devices.FirstOrDefault(d => d.Id == id);
}

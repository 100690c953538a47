using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>A device that shows what the test says, with the quality that the test says, and takes no command.</summary>
internal sealed class StillDevice(DeviceId id, DriverManifest manifest) : IDevice
{
    private readonly Dictionary<string, Reading> _readings = [];

    public DeviceId Id => id;
    public DriverManifest Manifest => manifest;
    public DeviceStatus Status { get; set; } = new(DeviceState.Online, StatusReasons.Synchronised, "Fake", default);
    public int QueueDepth => 0;

    public void Show(string property, Value value, Quality quality = Quality.Good) =>
        _readings[property] = new(value, default, quality, ReadingSource.Push, 1);

    public bool TryGetReading(string property, out Reading reading) => _readings.TryGetValue(property, out reading);
    public int? Extent(string name) => null;
    public DeviceSnapshot Snapshot() => throw new NotSupportedException("nobody looks at this one as a whole");

    public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn) =>
        throw new NotSupportedException("nobody commands this one");
}

/// <summary>Some devices, wherever they stand.</summary>
internal sealed class Site(params IReadOnlyCollection<IDevice> devices) : IDeviceDirectory
{
    public IReadOnlyCollection<IDevice> Devices => devices;
    public IDevice? Find(DeviceId id) => devices.FirstOrDefault(d => d.Id == id);
}

using AvGateway.Drivers;

namespace AvGateway.Devices;

/// <summary>One device, whatever drives it. Safe to use from any thread.</summary>
public interface IDevice
{
    DeviceId Id { get; }
    DriverManifest Manifest { get; }
    DeviceStatus Status { get; }

    /// <summary>Waiting commands, not counting the one in flight.</summary>
    int QueueDepth { get; }

    /// <summary>Builds a consistent picture; use the observer for changes.</summary>
    DeviceSnapshot Snapshot();

    bool TryGetReading(string property, out Reading reading);

    /// <summary>How many of a numbered thing (<c>output</c>, <c>input</c>, <c>slot</c>) the device said it has; null before it said so.</summary>
    int? Extent(string name);

    /// <summary>Asks for one thing. Ends exactly once, never later than the command's deadline, and never by an exception.</summary>
    /// <param name="withdrawn">Takes the command back if it was not sent yet; what was sent is followed to its end.</param>
    Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn);

    /// <summary>It should be there any moment, since its power is back: its link is tried at once, however long it was away.</summary>
    void TryNow() { }
}

/// <summary>The devices of this site.</summary>
public interface IDeviceDirectory
{
    IReadOnlyCollection<IDevice> Devices { get; }
    IDevice? Find(DeviceId id);
}

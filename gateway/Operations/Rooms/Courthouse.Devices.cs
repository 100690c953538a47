using AvGateway.Devices;
using AvGateway.Scenes;

namespace AvGateway.Operations.Rooms;

/// <summary>What the devices tell, to the rooms that it concerns.</summary>
public sealed partial class Courthouse
{
    public void StatusChanged(IDevice device, DeviceStatus status)
    {
        foreach (var room in Of(device)) room.StatusChanged(device, status);
    }

    public void ReadingChanged(IDevice device, string property, in Reading reading)
    {
        foreach (var room in Of(device)) room.ReadingChanged(device, property, reading);
    }

    public void TargetChanged(IDevice device, string property, Target? target)
    {
        foreach (var room in Of(device)) room.TargetChanged(device, property, target);
    }

    public void FaultChanged(IDevice device, string code, bool raised, string? detail)
    {
        foreach (var room in Of(device)) room.FaultChanged(device, code, raised, detail);
    }

    public void ExtentChanged(IDevice device)
    {
        foreach (var room in Of(device)) room.ExtentChanged(device);
    }

    public void Happened(IDevice device, DeviceEvent happened)
    {
        foreach (var room in Of(device)) room.Happened(device, happened);
    }

    private Courtroom[] Of(IDevice device) => _roomsOf.GetValueOrDefault(device.Id, []);
}

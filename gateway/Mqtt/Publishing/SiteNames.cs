using AvGateway.Devices;

namespace AvGateway.Mqtt.Publishing;

/// <summary>What people call something.</summary>
public sealed record Names(string Zh, string En);

/// <summary>The names of the site file.</summary>
public interface ISiteNames
{
    Names Of(DeviceId device);
    Names OfRoom(string room);
}

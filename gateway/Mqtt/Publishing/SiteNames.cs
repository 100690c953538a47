using AvGateway.Devices;
using AvGateway.Operations.Probes;

namespace AvGateway.Mqtt.Publishing;

/// <summary>What people call something.</summary>
public sealed record Names(string Zh, string En);

/// <summary>What the site file says of a device beyond its link.</summary>
public interface ISiteNames
{
    Names Of(DeviceId device);
    Names OfRoom(string room);

    /// <summary>The probes that speak of this device.</summary>
    IReadOnlyList<ProbePlan> ProbesOf(DeviceId device) => [];
}

using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>A room of which only this is seen.</summary>
internal sealed class Seen : Dictionary<(string Device, string Property), Value>, IRoomSight
{
    public Sight Of(Point point) => TryGetValue((point.Device.Name, point.Property), out var value) ? new(true, value) : default;
}

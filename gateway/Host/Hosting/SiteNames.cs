using AvGateway.Devices;
using AvGateway.Host.Site;
using AvGateway.Mqtt.Publishing;
using AvGateway.Operations.Probes;
using Names = AvGateway.Mqtt.Publishing.Names;

namespace AvGateway.Host.Hosting;

/// <summary>The names of the site file for the description topics.</summary>
internal sealed class SiteNames(SiteModel site) : ISiteNames
{
    private readonly Dictionary<DeviceId, Names> _names = site.Devices.ToDictionary(d => d.Plan.Id, d => new Names(d.Name.Zh, d.Name.En));

    private readonly Dictionary<string, Names> _rooms = site.Rooms.ToDictionary(r => r.Id, r => new Names(r.Name.Zh, r.Name.En));

    private readonly ILookup<DeviceId, ProbePlan> _probes = site.Probes.Where(p => p.Subject.Device is not null).ToLookup(p => p.Subject.Device!.Value);

    public IReadOnlyList<ProbePlan> ProbesOf(DeviceId device) => [.. _probes[device]];

    public Names Of(DeviceId device) => _names.TryGetValue(device, out var names) ? names : new(device.Name, device.Name);

    public Names OfRoom(string room) => _rooms.TryGetValue(room, out var names) ? names : new(room, room);
}

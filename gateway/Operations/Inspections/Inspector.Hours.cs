using System.Collections.Immutable;
using AvGateway.Devices;

namespace AvGateway.Operations.Inspections;

// Running hours against their limits: those that a device tells, and those that the gateway saw.
public sealed partial class Inspector
{
    /// <summary>All hours that are known now, due or not.</summary>
    public ImmutableArray<HoursRow> HoursNow() => HoursOf(parts.Site.Devices);

    private ImmutableArray<HoursRow> HoursOf(Inspection inspection)
    {
        var rooms = inspection.Rooms.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        return HoursOf(parts.Site.Devices.Where(d => rooms.Contains(d.Id.Room)));
    }

    private ImmutableArray<HoursRow> HoursOf(IEnumerable<RegisteredDevice> devices)
    {
        var rows = ImmutableArray.CreateBuilder<HoursRow>();
        foreach (var device in devices.Select(d => parts.Devices.Find(d.Id)).OfType<IDevice>())
        {
            foreach (var limit in parts.Site.Settings.Hours.Where(h => h.IsFor(device)))
            {
                if (HoursOf(device, limit) is not { } hours) continue;
                var id = $"{device.Id}/{limit.Work}";

                // A counter below what was signed was set back at the device: the work was done there.
                var since = _work.GetValueOrDefault(id) is { } signed && signed.Hours <= hours ? signed.Hours : 0;
                rows.Add(new(id, device.Id.ToString(), limit.Work, limit.Name, hours, since, limit.Limit));
            }
        }

        return rows.ToImmutable();
    }

    private double? HoursOf(IDevice device, HoursLimit limit)
    {
        if (limit.Property == HoursLimit.OnHours) return parts.OnHours(device.Id);
        return device.TryGetReading(limit.Property, out var told) && told.Quality is Quality.Good && told.Value.Kind is ValueKind.Integer or ValueKind.Number ? told.Value.Number : null;
    }
}

using System.Collections.Immutable;
using AvGateway.Operations.Records.Reading;

namespace AvGateway.Operations.Records.Ledger;

/// <summary>
/// Who was available when, reckoned from what the service record holds: per device, per room and for the site. A room counts as available while
/// every device of it that is not optional is.
/// </summary>
public sealed class AvailabilityLedger
{
    /// <summary>What was switched on again has this long to come up before its absence counts.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, List<LedgerSpan>> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LedgerSpan>> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(DateTimeOffset From, DateTimeOffset Until)>> _sessions = new(StringComparer.Ordinal);

    public AvailabilityLedger(MonthFacts facts)
    {
        Facts = facts;
        var period = facts.Period;
        foreach (var room in facts.Rooms)
        {
            foreach (var device in room.Devices) _devices[Name(room, device)] = OfDevice(room.Id, Name(room, device));
            _rooms[room.Id] = OfRoom(room);
            _sessions[room.Id] = [.. facts.SessionsOf(room.Id, period)];
        }
    }

    public MonthFacts Facts { get; }

    public IReadOnlyList<LedgerSpan> Device(string device) => _devices[device];
    public IReadOnlyList<LedgerSpan> Room(string room) => _rooms[room];

    /// <summary>When a hearing was in session there; a recess is none.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> Sessions(string room) => _sessions[room];

    public Availability OfRooms => Sum(_rooms.Values.Select(Availability.Of));

    public Availability OfDevices => Sum(_devices.Values.Select(Availability.Of));

    /// <summary>Rooms within a part of the period.</summary>
    public Availability OfRoomsWithin(DateTimeOffset from, DateTimeOffset until) => Sum(_rooms.Values.Select(spans => Availability.Of(Partition.Within(spans, [(from, until)]))));

    public Availability InSession(string room, IReadOnlyList<LedgerSpan> spans) => Availability.Of(Partition.Within(spans, _sessions[room]));

    public static string Name(RoomFacts room, DeviceFacts device) => $"{room.Id}/{device.Id}";

    private static Availability Sum(IEnumerable<Availability> all) => all.Aggregate(default(Availability), (sum, one) => sum + one);

    private List<LedgerSpan> OfDevice(string room, string device)
    {
        var line = Facts.LineOf(device);
        var repairs = Facts.MaintenanceOf(room, device);
        var moments = line.Registered.Moments.Concat(line.State.Moments).Concat(line.Aside.Moments).Concat(line.Aside.Moments.Select(m => m + WarmUp))
            .Concat(Facts.Alive.Moments).Concat(repairs.SelectMany(r => (DateTimeOffset[])[r.From, r.Until]));
        return Partition.Of(Facts.Period.Start, Facts.Period.End, moments, at => ValueAt(line, repairs, at));
    }

    private LedgerValue ValueAt(DeviceLine line, ImmutableArray<MaintenanceWindow> repairs, DateTimeOffset at)
    {
        if (!line.Registered.At(at)) return new(LedgerState.Absent);
        if (repairs.FirstOrDefault(r => r.From <= at && at < r.Until) is { } repair) return new(LedgerState.Maintenance, repair.Id);
        var aside = line.Aside.At(at);
        if (aside.IsAway) return new(LedgerState.Planned, aside.Run);
        if (!Facts.Alive.At(at)) return new(LedgerState.Unknown, LedgerCauses.GatewayAway);
        var state = line.State.At(at);
        var isWarming = aside.Run.Length > 0 && at < aside.Since + WarmUp;
        return isWarming && state.State is LedgerState.Down or LedgerState.Unknown ? new(LedgerState.Planned, aside.Run) : state;
    }

    // What is switched off cannot be used whatever else is wrong with it; then what is down tells the room, then what is being mended, then what nobody knows.
    private List<LedgerSpan> OfRoom(RoomFacts room)
    {
        var needed = room.Devices.Where(d => !d.IsOptional).Select(d => _devices[Name(room, d)]).ToList();
        var places = new int[needed.Count];
        return Partition.Of(Facts.Period.Start, Facts.Period.End, needed.SelectMany(spans => spans.Select(s => s.From)), at =>
        {
            var worst = new LedgerValue(LedgerState.Absent);
            for (var i = 0; i < needed.Count; i++)
            {
                while (needed[i][places[i]].Until <= at) places[i]++;
                var value = needed[i][places[i]].Value;
                if (RankOf(value.State) < RankOf(worst.State)) worst = value;
            }

            return worst;
        });
    }

    private static int RankOf(LedgerState state) => state switch
    {
        LedgerState.Planned => 0,
        LedgerState.Down => 1,
        LedgerState.Maintenance => 2,
        LedgerState.Unknown => 3,
        LedgerState.Degraded => 4,
        LedgerState.Up => 5,
        _ => 6,
    };
}

/// <summary>Causes that no device tells.</summary>
public static class LedgerCauses
{
    public const string GatewayAway = "gateway-away";
    public const string NotSeen = "not-seen-yet";
}

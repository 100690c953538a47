using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;

namespace AvGateway.Operations.Faults;

/// <summary>What rooms are used for, from their hearings and the docket. What nobody knows counts as unknown, never as empty.</summary>
public sealed class RoomUse(Courthouse house, DocketBook docket, TimeProvider time) : IRoomUse
{
    /// <summary>A room that cannot be used for a hearing within this time is urgent (domain, severities).</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromHours(24);

    public Occupancy Of(string? room) => room is null
        ? house.Rooms.Select(r => OfRoom(r.Room)).DefaultIfEmpty(Occupancy.Empty).Max()
        : OfRoom(room);

    private Occupancy OfRoom(string room)
    {
        // A machine room serves every courtroom.
        if (house.Find(room) is not { } court || IsNoCourtroom(court)) return house.Rooms.Where(r => !IsNoCourtroom(r)).Select(OfCourt).DefaultIfEmpty(Occupancy.Unknown).Max();
        return OfCourt(court);
    }

    private Occupancy OfCourt(Scenes.Courtroom court)
    {
        var hearing = court.Hearing.Snapshot;
        if (!hearing.IsKnown) return Occupancy.Unknown;
        if (hearing.IsOpen) return Occupancy.InSession;
        var view = docket.Of(court.Room);
        if (view.State is DocketState.NotUsed || view.IsUnknown) return Occupancy.Unknown;
        return view.Near(time.GetUtcNow(), Ahead, null) is null ? Occupancy.Empty : Occupancy.HearingNear;
    }

    private static bool IsNoCourtroom(Scenes.Courtroom room) => room.Recording.Picture.Recorders.IsEmpty && room.Hearing.Snapshot is { IsKnown: true, IsOpen: false };
}

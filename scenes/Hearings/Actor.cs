using System.Collections.Immutable;

namespace AvGateway.Scenes.Hearings;

/// <summary>What somebody is to a courtroom. The users of the gateway are translated to it at the edge.</summary>
public enum CourtRole { Judge, Clerk, Panel, Engineer, Scheduler, Admin, Other }

/// <summary>Who asks.</summary>
/// <param name="Rooms">The rooms of a judge, clerk or panel.</param>
public sealed record Actor(string Name, CourtRole Role, ImmutableArray<string> Rooms)
{
    /// <summary>Presides over or keeps the record of this room.</summary>
    public bool IsCourtOf(string room) => Role is CourtRole.Judge or CourtRole.Clerk && Rooms.Contains(room);

    /// <summary>May move the life of a hearing on: the court itself, or the touch panel that stands in its room.</summary>
    public bool MayLead(string room) => IsCourtOf(room) || Role is CourtRole.Panel && Rooms.Contains(room);
}

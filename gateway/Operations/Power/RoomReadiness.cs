using System.Collections.Immutable;
using AvGateway.Devices;

namespace AvGateway.Operations.Power;

public enum ReadinessState { Ready, NotReady }

/// <summary>How urgent it is, by the time that is left.</summary>
public enum ReadinessSeverity { None, P3, P2, P1 }

/// <param name="Why">A device's state and reason, or what it shows of its power.</param>
public sealed record NotReadyDevice(DeviceId Device, string Why);

/// <summary>Whether a room is on and proven before a hearing. No id of the hearing and nothing else of its case.</summary>
/// <param name="Free">Rooms of the same use that are ready and free for the whole time, the alternatives.</param>
public sealed record RoomReadiness(
    string Room, DateTimeOffset HearingAt, ReadinessState State, ReadinessSeverity Severity, ImmutableArray<NotReadyDevice> Failed, ImmutableArray<string> Free, DateTimeOffset At)
{
    public bool SaysTheSame(RoomReadiness? other) =>
        other is not null && HearingAt == other.HearingAt && State == other.State && Severity == other.Severity && Failed.SequenceEqual(other.Failed) && Free.SequenceEqual(other.Free);
}

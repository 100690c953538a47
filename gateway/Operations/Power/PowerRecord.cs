using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Power;

public enum StepState
{
    /// <summary>Others must end first, a gap must pass, or its room is guarded.</summary>
    Waiting,

    /// <summary>Stored as about to be sent. From here on a crash leaves it open whether a frame went.</summary>
    Wished,

    /// <summary>A frame was given to the link.</summary>
    Sent,

    /// <summary>The command has ended; its effect is still to be seen.</summary>
    Watched,

    /// <summary>Two independent signs show it.</summary>
    Verified,

    /// <summary>One sign shows it, or none can.</summary>
    Unverified,

    OffFailed,
    OnFailed,

    /// <summary>One sign says off and another says on.</summary>
    Contradicted,

    /// <summary>Nobody answers, and nothing else tells.</summary>
    Unreachable,

    /// <summary>It was off, and is on again without our word.</summary>
    CameBack,

    /// <summary>What must come before it did not end well.</summary>
    Held,

    /// <summary>Taken back before it was sent.</summary>
    Cancelled,
}

/// <summary>How far one step has come. Replaced, never edited.</summary>
public sealed record StepProgress(StepState State)
{
    public static readonly StepProgress New = new(StepState.Waiting);

    /// <summary>How often a frame may have gone out.</summary>
    public int Tries { get; init; }
    public DateTimeOffset? WishedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>Why it is as it is: words, or the code of a guard or the id of another step as it stands.</summary>
    [JsonConverter(typeof(KeptWording))]
    public Wording? Reason { get; init; }
    public ImmutableArray<Sign> Signs { get; init; } = [];

    public bool HasEnded => State >= StepState.Verified;

    /// <summary>How many signs showed what was wished.</summary>
    public int SeenBy(bool isOff) => Signs.Count(s => s.Says == (isOff ? SignSays.Off : SignSays.On));
}

public enum RoomPhase { Running, Deferred, Done, Partial, Cancelled }

/// <summary>How one room of a run fares.</summary>
/// <param name="Why">A guard's code while it is deferred.</param>
public sealed record RoomProgress(RoomPhase Phase, string? Why, DateTimeOffset Since);

public enum RunPhase { Running, Done, Partial, Cancelled }

/// <summary>Who wants what. <see cref="Rooms"/> empty: the whole site.</summary>
/// <param name="By">The caller in whose name every frame is sent.</param>
/// <param name="Second">The other person, where two are needed.</param>
public sealed record PowerOrder(PowerAct Act, ImmutableArray<string> Rooms, string By, string? Second, string? Reason)
{
    /// <summary>Names the order of a schedule for ever, so that it begins one run however often it is asked; null for a person's.</summary>
    public string? Key { get; init; }

    public bool IsSite => Rooms.IsEmpty;

    /// <summary><c>site</c>, or the rooms.</summary>
    public string Scope => IsSite ? "site" : string.Join(',', Rooms);
}

/// <summary>A run as a whole; its steps are stored one by one beside it.</summary>
public sealed record PowerRecord(string Id, PowerOrder Order, DateTimeOffset StartedAt)
{
    public RunPhase Phase { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>Rooms that were taken back from this run.</summary>
    public ImmutableSortedSet<string> CancelledRooms { get; init; } = [];
    public ImmutableSortedDictionary<string, RoomProgress> Rooms { get; init; } = ImmutableSortedDictionary<string, RoomProgress>.Empty;
}

/// <summary>Something that a person must see to: one for each thing that went wrong in a run, never two.</summary>
/// <param name="Code">One of <see cref="PowerFaults"/>.</param>
/// <param name="Subject">Device or outlet.</param>
/// <param name="Device">The device, or the one whose outlet it is.</param>
public sealed record PowerFault(string Run, string Code, string Subject, Devices.DeviceId Device, ImmutableArray<string> Rooms, Wording Detail, DateTimeOffset At);

/// <summary>A run with all its steps at one moment.</summary>
public sealed record PowerPicture(PowerRecord Record, ImmutableArray<PowerStep> Steps, ImmutableArray<StepProgress> Progress);

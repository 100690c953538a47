using System.Collections.Immutable;
using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Escalation.Ladders;

/// <summary>One rung of a ladder.</summary>
/// <param name="After">So long after the rung below; the first one after the group wait.</param>
/// <param name="To">Whom: <c>contact:ID</c>, <c>roster:ID</c> for whoever is on duty then, or <c>party</c> for the vendor or carrier that answers for it.</param>
/// <param name="By">Channels to use; empty: the contact's first way, and all of them for a fault of the first priority.</param>
public sealed record Rung(TimeSpan After, ImmutableArray<string> To, ImmutableArray<string> By);

/// <summary>Who is told of a fault, one after the other, until somebody takes notice. A fault keeps the ladder that stood when it was opened.</summary>
public sealed record Ladder(string Id, ImmutableArray<Rung> Rungs)
{
    /// <summary>Times that a ladder is climbed again at most.</summary>
    public const int MostRepeats = 5;

    /// <summary>Severities, rooms and codes that it is for; empty: all.</summary>
    public ImmutableArray<Severity> Severities { get; init; } = [];
    public ImmutableArray<string> Rooms { get; init; } = [];
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>So long is waited for a cause, and for what else comes, before the first message.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The least time between two messages to one receiver.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After the last rung it is climbed again after this time, so often.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(30);
    public int Repeats { get; init; } = 3;

    /// <summary>An acknowledgement that no work follows within this time is taken back.</summary>
    public TimeSpan WorkWithin { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>No timer of this ladder runs longer.</summary>
    internal TimeSpan Longest => Rungs.Select(r => r.After).Append(Wait).Append(Every).Append(WorkWithin).Max();

    public bool IsFor(Fault fault) =>
        (Severities.IsEmpty || Severities.Contains(fault.Severity)) && (Rooms.IsEmpty || (fault.Room is { } room && Rooms.Contains(room))) && (Codes.IsEmpty || Codes.Contains(fault.Code));
}

using System.Collections.Immutable;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Release;

namespace AvGateway.Operations.Escalation;

/// <summary>What the telling of faults is decided by.</summary>
/// <param name="Ladders">The first one that is for a fault counts.</param>
public sealed record EscalationRules(ImmutableArray<Ladder> Ladders, PartyBook Parties, ContractClocks Clocks, FaultKinds Kinds, TimeZoneInfo Zone)
{
    public OutboxRules Outbox { get; init; } = new();

    /// <summary>The least time between a message and one of the first priority to the same receiver.</summary>
    public TimeSpan UrgentInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The vendor or carrier that answers for a fault.</summary>
    public Func<Fault, string?> PartyOf { get; init; } = static fault => fault.Party ?? fault.Owner;

    /// <summary>Whom to tell when the far side of a line is at fault: a contact's id.</summary>
    public Func<string, string?> FarContactOf { get; init; } = static _ => null;

    /// <summary>The report that the court let go to whoever has a fault now; null: the call alone leaves.</summary>
    public Func<Fault, ReleasedReport?> ReleasedOf { get; init; } = static _ => null;

    internal DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
}

using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;

namespace AvGateway.Operations.Escalation.Ladders;

/// <summary>Something that a receiver is to be told and that is in no message yet.</summary>
/// <param name="Step">What of the fault: a rung of a round, a mark of a clock, its end. With fault and receiver it makes the key.</param>
public sealed record DueNotice(string Step, NoticeKind Kind, string Contact, string Channel)
{
    /// <summary>The contact is told of it by other ways at the same time: there is nothing to go around.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>One receiver is one contact by one channel.</summary>
    internal string Lane => $"{Contact}/{Channel}";
}

/// <summary>How far the telling of one fault has come. Replaced, never edited.</summary>
/// <param name="Ladder">As it stood when the round began; null: none is for this fault.</param>
public sealed record EscalationCase(string Fault, LadderStage Stage, Ladder? Ladder)
{
    /// <summary>A new round for each time that it calls from the beginning.</summary>
    public int Round { get; init; }
    public int Repeat { get; init; }

    /// <summary>The rung that is told next, from 0.</summary>
    public int Rung { get; init; }

    /// <summary>When the timer of the stage ends, as the clock on the wall stood when it was set; counts at a restart only.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public Severity ToldAs { get; init; }

    /// <summary>On whose side the trouble of a line was held to lie when the round began.</summary>
    public LineSide? JudgedAs { get; init; }

    public ImmutableArray<DueNotice> Waiting { get; init; } = [];

    /// <summary>Receivers that a message about it went to, and that hear of its end.</summary>
    public ImmutableArray<string> Told { get; init; } = [];

    /// <summary>Marks of clocks that were reached; each is told once.</summary>
    public ImmutableArray<string> Marks { get; init; } = [];
}

/// <summary>A case with the timer of its stage, which no clock on the wall can move.</summary>
internal sealed class CaseRun(EscalationCase kept, TimeProvider time)
{
    private long _from = time.GetTimestamp();
    private TimeSpan? _delay;

    public EscalationCase Case { get; private set; } = kept;

    /// <summary>It was changed since it was stored.</summary>
    public bool IsChanged { get; set; }

    /// <summary>When a clock of the contract is looked at next; null: at once.</summary>
    public DateTimeOffset? NextMark { get; set; }

    /// <summary>The fault as it was when its clocks were looked at last.</summary>
    public Fault? Seen { get; set; }

    public TimeSpan? Left => _delay is { } delay ? delay - time.GetElapsedTime(_from) : null;

    public bool IsDue => Left <= TimeSpan.Zero;

    public void Put(EscalationCase changed)
    {
        Case = changed;
        IsChanged = true;
    }

    public void WakeIn(TimeSpan? delay)
    {
        (_from, _delay) = (time.GetTimestamp(), delay);
        Put(Case with { DueAt = delay is { } span ? time.GetUtcNow() + span : null });
    }

    /// <summary>After a restart the timer goes on; whatever the wall says, it waits no longer than it ever would.</summary>
    public void Resume()
    {
        if (Case.DueAt is not { } due) return;
        var left = due - time.GetUtcNow();
        var longest = Case.Ladder?.Longest ?? TimeSpan.Zero;
        (_from, _delay) = (time.GetTimestamp(), left < TimeSpan.Zero ? TimeSpan.Zero : left > longest ? longest : left);
    }
}

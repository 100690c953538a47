using System.Collections.Immutable;

namespace AvGateway.Operations.Faults.Clocks;

/// <summary>
/// The contract clocks of a fault, worked out anew from what is known of it: nothing of them is stored, so nothing can run away. A graver severity
/// starts new limits and never gives more time than the milder one did; a milder one counts from the beginning.
/// </summary>
public sealed class ContractClocks(ServiceTerms terms, ServiceHours hours)
{
    /// <summary>Shares of a limit at which somebody is reminded, in percent.</summary>
    public static readonly ImmutableArray<int> Marks = [50, 80, 100];

    public bool NeedsDispatch => terms.NeedsDispatch;

    public ImmutableArray<ContractClock> Of(Fault fault, DateTimeOffset now)
    {
        var clocks = ImmutableArray.CreateBuilder<ContractClock>(5);
        Add(ClockKind.Acknowledge, l => l.Acknowledge, fault.AcknowledgedAt);
        Add(ClockKind.Answer, l => l.Answer, fault.AnsweredAt);
        Add(ClockKind.OnSite, l => l.OnSite, fault.ArrivedAt);
        if (terms.NeedsDispatch && fault.ReleasedAt is not null) Add(ClockKind.OnSiteReleased, l => l.OnSite, fault.ArrivedAt);
        Add(ClockKind.Restore, l => l.Restore, fault.RecoveredAt);
        return clocks.ToImmutable();

        void Add(ClockKind kind, Func<SeverityLimits, ClockLimit?> limitOf, DateTimeOffset? ended)
        {
            // What is restored needs no visit and no answer any more.
            if (Tightest(fault, kind, limitOf, ended ?? fault.RecoveredAt ?? fault.ClosedAt, now) is { } clock) clocks.Add(clock);
        }
    }

    /// <summary>When the next mark of an open clock is reached; null when none is coming.</summary>
    public DateTimeOffset? NextMark(Fault fault, DateTimeOffset now) => Of(fault, now).Where(c => c.IsOpen)
        .SelectMany(c => Marks.Select(m => hours.Due(c.Limit.Hours, c.From, c.Limit.Amount * m / 100, PausesOf(fault, c.Kind))))
        .Where(at => at > now).Min();

    private ContractClock? Tightest(Fault fault, ClockKind kind, Func<SeverityLimits, ClockLimit?> limitOf, DateTimeOffset? ended, DateTimeOffset now)
    {
        var pauses = PausesOf(fault, kind);
        ContractClock? tightest = null;
        foreach (var term in TermsOf(fault))
        {
            if (!terms.Limits.TryGetValue(term.Severity, out var limits) || limitOf(limits) is not { } limit) continue;
            var from = kind is ClockKind.OnSiteReleased && fault.ReleasedAt > term.From ? fault.ReleasedAt.Value : term.From;
            var due = hours.Due(limit.Hours, from, limit.Amount, pauses);
            var used = hours.Used(limit.Hours, from, ended ?? now, pauses);
            var state = ended is { } end ? due is null || end <= due ? ClockState.Met : ClockState.Missed
                : used >= limit.Amount ? ClockState.Missed
                : pauses.Any(p => p.From <= now && p.Until is null) ? ClockState.Paused : ClockState.Running;
            var clock = new ContractClock(kind, limit, from, due, used, state, ended);
            if (tightest is null || (due is not null && (tightest.Due is null || due < tightest.Due))) tightest = clock;
        }

        return tightest;
    }

    // Taking notice and answering are possible at any time, but not in a flood.
    internal static List<Stretch> PausesOf(Fault fault, ClockKind kind) =>
    [
        .. fault.Pauses.Where(p => p.Reason switch
        {
            PauseReason.ForceMajeure => true,
            PauseReason.Recovered => kind is ClockKind.Restore,
            _ => kind is ClockKind.OnSite or ClockKind.OnSiteReleased or ClockKind.Restore,
        }).Select(p => new Stretch(p.From, p.Until)),
    ];

    private static ImmutableArray<SeverityTerm> TermsOf(Fault fault) => fault.Terms.IsDefaultOrEmpty ? [new(fault.Severity, fault.OpenedAt)] : fault.Terms;
}

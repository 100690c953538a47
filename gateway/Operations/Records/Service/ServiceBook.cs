using System.Collections.Immutable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Records.Reading;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Operations.Records.Service;

/// <summary>What people enter into the ledger of the service period.</summary>
public enum ServiceKind
{
    /// <summary>The contractor was not there.</summary>
    Absence,

    /// <summary>A serious problem of the service itself.</summary>
    Problem,
    ForceMajeure,

    /// <summary>Maintenance with the equipment out of use; counts from its approval.</summary>
    Maintenance,

    /// <summary>A visit on site beside those for faults.</summary>
    Visit,
}

/// <summary>An interval of local dates, both inclusive; with times of day where it is shorter.</summary>
/// <param name="Scope"><c>site</c>, a room or <c>room/device</c>.</param>
public sealed record ServiceEntry(string Id, ServiceKind Kind, DateOnly From, DateOnly To, string Scope, string Text, string By, DateTimeOffset At)
{
    public TimeOnly? FromTime { get; init; }
    public TimeOnly? ToTime { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>Of force majeure: the tenth day, by which it must be proven.</summary>
    public DateOnly ProofDue => From.AddDays(9);

    /// <summary>Of force majeure: the thirtieth day, from which either side may end the contract.</summary>
    public DateOnly FlaggedOn => From.AddDays(29);
}

/// <summary>One month as it was done, beside what was promised; kept with each report.</summary>
/// <param name="Promised">Inspections; null: the contract names none.</param>
public sealed record ServiceMonth(string Month, int? Promised, int Inspections, int Faults, int Met, int Missed, int Visits, int AbsentDays, int ProblemDays, double? Share);

/// <param name="Month">What was signed, and in which revision.</param>
public sealed record ServiceSignature(string Month, int Revision, string By, DateTimeOffset At);

/// <summary>The contract's term as it stands (R41, R43).</summary>
/// <param name="Days">Of the contract as it was signed.</param>
/// <param name="MissedDays">Days of absence or of a serious problem, each counted once.</param>
public sealed record ServiceTerm(ContractPeriod Contract, int Days, int MissedDays, DateOnly ProposedEnd, DateOnly EffectiveEnd)
{
    public const int RemindDays = 60;

    public DateOnly RemindOn => EffectiveEnd.AddDays(-RemindDays);

    /// <summary>What waits for the court's word; null when there is nothing.</summary>
    public DateOnly? Waiting => ProposedEnd > EffectiveEnd ? ProposedEnd : null;
}

/// <summary>The ledger of the service period, read from the rows of the service record: nothing in it is ever changed, only added.</summary>
public sealed class ServiceBook
{
    public static readonly ServiceBook Empty = new();

    public ImmutableArray<ServiceEntry> Entries { get; private init; } = [];
    public ImmutableArray<ServiceSignature> Signatures { get; private init; } = [];

    /// <summary>Ends that the court approved, the latest word last.</summary>
    public ImmutableArray<(DateOnly End, string By, DateTimeOffset At)> Extensions { get; private init; } = [];

    public static ServiceBook Of(IEnumerable<JournalRecord> rows)
    {
        var entries = new SortedDictionary<string, ServiceEntry>(StringComparer.Ordinal);
        var signatures = ImmutableArray.CreateBuilder<ServiceSignature>();
        var extensions = ImmutableArray.CreateBuilder<(DateOnly, string, DateTimeOffset)>();
        foreach (var (_, entry) in rows)
        {
            var details = RowDetails.Of(entry.Details);
            switch (entry.Kind)
            {
                case RecordKinds.ServiceAdded when Read(entry, details) is { } added: entries[added.Id] = added; break;
                case RecordKinds.ServiceWithdrawn: entries.Remove(entry.Subject); break;
                case RecordKinds.ServiceApproved when entries.TryGetValue(entry.Subject, out var approved):
                    entries[approved.Id] = approved with { ApprovedBy = entry.Actor, ApprovedAt = entry.At };
                    break;
                case RecordKinds.ServiceSigned: signatures.Add(new(entry.Subject, details.Count("revision"), entry.Actor, entry.At)); break;
                case RecordKinds.ServiceExtended when details.Date("end") is { } end: extensions.Add((end, entry.Actor, entry.At)); break;
            }
        }

        return new() { Entries = [.. entries.Values], Signatures = signatures.ToImmutable(), Extensions = extensions.ToImmutable() };
    }

    /// <summary>As far as a month may tell of it: what began in it or before, and what was said until its end.</summary>
    public ServiceBook AsAt(MonthPeriod period) => new()
    {
        Entries = Entries.RemoveAll(e => e.From > period.Month.Last),
        Signatures = Signatures.RemoveAll(s => s.At >= period.End),
        Extensions = Extensions.RemoveAll(e => e.At >= period.End),
    };

    /// <param name="until">Days behind this one are not missed yet.</param>
    public ServiceTerm TermOf(ContractPeriod contract, DateOnly until)
    {
        var missed = Dates(contract.From, contract.To < until ? contract.To : until, ServiceKind.Absence, ServiceKind.Problem).Count;
        var extended = Extensions.LastOrDefault(e => e.End > contract.To);
        return new(contract, contract.To.DayNumber - contract.From.DayNumber + 1, missed, contract.To.AddDays(missed), extended.By is null ? contract.To : extended.End);
    }

    /// <summary>Each day once, whatever covers it how often.</summary>
    public SortedSet<DateOnly> Dates(DateOnly from, DateOnly to, params ReadOnlySpan<ServiceKind> kinds)
    {
        var dates = new SortedSet<DateOnly>();
        foreach (var entry in Entries)
        {
            if (!kinds.Contains(entry.Kind)) continue;
            for (var date = entry.From > from ? entry.From : from; date <= entry.To && date <= to; date = date.AddDays(1)) dates.Add(date);
        }

        return dates;
    }

    /// <summary>Approved maintenance as moments; what nobody approved is an outage like any other.</summary>
    public IEnumerable<MaintenanceWindow> Maintenance(LocalClock clock)
    {
        foreach (var entry in Entries)
        {
            if (entry is not { Kind: ServiceKind.Maintenance, ApprovedBy: not null }) continue;
            var from = clock.At(entry.From, entry.FromTime ?? TimeOnly.MinValue);
            var until = entry.ToTime is { } time ? clock.At(entry.To, time) : clock.At(entry.To.AddDays(1), TimeOnly.MinValue);
            if (from < until) yield return new(entry.Id, entry.Scope, from.Value, until.Value);
        }
    }

    private static ServiceEntry? Read(JournalEntry entry, RowDetails details)
    {
        if (!Enum.TryParse<ServiceKind>(details.Text("kind")?.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var kind)) return null;
        if (details.Date("from") is not { } from || details.Date("to") is not { } to) return null;
        return new(entry.Subject, kind, from, to, details.Text("scope") ?? "site", details.Text("text") ?? "", entry.Actor, entry.At)
        {
            FromTime = Time(details.Text("fromTime")),
            ToTime = Time(details.Text("toTime")),
        };
    }

    private static TimeOnly? Time(string? text) => TimeOnly.TryParseExact(text, "HH:mm", out var time) ? time : null;
}

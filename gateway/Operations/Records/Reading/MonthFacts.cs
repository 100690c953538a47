using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Service;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Reading;

/// <summary>What took a device away on purpose.</summary>
/// <param name="Run">Empty: nothing ever did.</param>
public readonly record struct Aside(bool IsAway, string Run, DateTimeOffset Since);

/// <summary>What the record tells of one device.</summary>
public sealed class DeviceLine
{
    public StepLine<bool> Registered { get; } = new(false);
    public StepLine<LedgerValue> State { get; } = new(new(LedgerState.Unknown, LedgerCauses.NotSeen));
    public StepLine<Aside> Aside { get; } = new(new(false, "", default));

    /// <summary>What it says of its power: null while it has said nothing.</summary>
    public StepLine<bool?> Power { get; } = new(null);
}

/// <summary>Maintenance that the court approved, of a device, a room or the whole site.</summary>
public sealed record MaintenanceWindow(string Id, string Scope, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A power run as the record tells it.</summary>
public sealed record RunFacts(string Id, string Act, string Scope, string By, string? Reason, DateTimeOffset OrderedAt)
{
    public DateTimeOffset? EndedAt { get; init; }
    public string? State { get; init; }
    public int Steps { get; init; }
    public int NotSeen { get; init; }
    public int Deferrals { get; init; }
}

public sealed record SignedRow(string Row, string Result, string By, DateTimeOffset At);

/// <summary>An inspection as the record tells it.</summary>
public sealed record InspectionFacts(string Id, string Profile, string Scope, string By, DateTimeOffset StartedAt)
{
    public DateTimeOffset? EndedAt { get; init; }
    public string? State { get; init; }
    public int Rows { get; init; }
    public int Findings { get; init; }
    public int Skipped { get; init; }
    public string? SignedBy { get; init; }
    public DateTimeOffset? SignedAt { get; init; }
    public ImmutableArray<SignedRow> Signed { get; init; } = [];

    /// <summary>Work by running hours that it found due.</summary>
    public ImmutableArray<string> Due { get; init; } = [];
}

/// <summary>What a schedule decided for one date.</summary>
public sealed record DecisionFacts(string Job, DateOnly Date, string Part, string Act, string State);

/// <summary>A revision of a monthly report that was made.</summary>
/// <param name="Through">The last row of the record that it was reckoned from.</param>
/// <param name="Digest">Of its figures.</param>
public sealed record RevisionFacts(YearMonth Month, int Number, DateTimeOffset At, string By, long Through, string Digest, ServiceMonth? Ledger);

/// <summary>A row that came after a revision and tells of its month.</summary>
public sealed record LateRow(long Sequence, DateTimeOffset At, string Kind, string Subject, string By);

/// <summary>A month as the service record tells it.</summary>
public sealed class MonthFacts(SiteFacts site, MonthPeriod period)
{
    private static readonly DeviceLine Nothing = new();

    public SiteFacts Site { get; } = site;
    public MonthPeriod Period { get; } = period;

    /// <summary>Rooms and devices that were registered at some time of the month, under their last names.</summary>
    public ImmutableArray<RoomFacts> Rooms { get; init; } = [];
    public IReadOnlyDictionary<string, DeviceLine> Lines { get; init; } = new Dictionary<string, DeviceLine>();
    public StepLine<bool> Alive { get; init; } = new(false);
    public IReadOnlyDictionary<string, StepLine<Stage>> Stages { get; init; } = new Dictionary<string, StepLine<Stage>>();
    public SiteCalendar Calendar { get; init; } = BuiltInCalendar.Calendar;

    /// <summary>Every fault that was open at some time of the month, as it stood at its end.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];
    public ImmutableArray<RunFacts> Runs { get; init; } = [];
    public ImmutableArray<InspectionFacts> Inspections { get; init; } = [];
    public ImmutableArray<DecisionFacts> Decisions { get; init; } = [];
    public ServiceBook Service { get; init; } = ServiceBook.Empty;
    public ImmutableArray<RevisionFacts> Revisions { get; init; } = [];
    public ImmutableArray<LateRow> Late { get; init; } = [];

    /// <summary>The last row that was read.</summary>
    public long Through { get; init; }

    /// <summary>Rows whose details could not be read; the report says so.</summary>
    public int Unreadable { get; init; }

    public DeviceLine LineOf(string device) => Lines.GetValueOrDefault(device, Nothing);

    public ImmutableArray<MaintenanceWindow> MaintenanceOf(string room, string device) =>
        [.. Service.Maintenance(Period.Clock).Where(w => w.Scope == "site" || w.Scope == room || w.Scope == device)];

    public IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> SessionsOf(string room, MonthPeriod within) => Stretches(room, within, StageSet.InSession.Has);

    /// <summary>Hearings that were opened in the month.</summary>
    public int HearingsOf(string room)
    {
        if (!Stages.TryGetValue(room, out var stages)) return 0;
        var (count, wasOpen) = (0, false);
        foreach (var (at, stage) in stages.Steps)
        {
            var isOpen = StageSet.InSession.Has(stage) || StageSet.Suspended.Has(stage);
            if (isOpen && !wasOpen && Period.Has(at)) count++;
            wasOpen = isOpen;
        }

        return count;
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Stretches(string room, MonthPeriod within, Func<Stage, bool> counts)
    {
        if (!Stages.TryGetValue(room, out var stages)) yield break;
        DateTimeOffset? since = counts(stages.At(within.Start)) ? within.Start : null;
        foreach (var (at, stage) in stages.Steps.Where(s => s.At > within.Start && s.At < within.End))
        {
            if (counts(stage)) since ??= at;
            else if (since is { } from)
            {
                if (at > from) yield return (from, at);
                since = null;
            }
        }

        if (since is { } last) yield return (last, within.End);
    }
}

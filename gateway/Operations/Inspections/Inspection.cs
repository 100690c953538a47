using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections;

/// <summary>How a device was found, the gravest last. What was not seen in the time of the inspection is never <see cref="Ok"/>.</summary>
public enum RowState
{
    Ok,

    /// <summary>An optional device that is not there.</summary>
    NotPresent,

    /// <summary>Not looked at, or not all of it; the row says why.</summary>
    Skipped,

    /// <summary>Works, and something of it cannot be believed or is due.</summary>
    Degraded,

    /// <summary>Registered and not reached.</summary>
    Missing,
    Fault,
}

/// <summary>One function check of a device.</summary>
/// <param name="Reason">A code: what was seen, or why it was not tried.</param>
/// <param name="Detail">Figures and names of what was done; no case data.</param>
public sealed record CheckRow(string Check, RowState State, string Reason, Wording Says, [property: JsonConverter(typeof(KeptWording))] Wording? Detail, DateTimeOffset At);

/// <summary>One registered device. Replaced, never edited.</summary>
/// <param name="Device"><c>room/device</c>.</param>
/// <param name="At">When this was found.</param>
public sealed record DeviceRow(string Device, string Room, Wording Name, RowState State, string Reason, Wording Says, DateTimeOffset At)
{
    [JsonConverter(typeof(KeptWording))]
    public Wording? Detail { get; init; }

    /// <summary>The fault on the board that this row belongs to.</summary>
    public string? Fault { get; init; }

    public ImmutableArray<CheckRow> Checks { get; init; } = [];

    /// <summary>The gravest of what was seen and what was tried tells the row.</summary>
    public DeviceRow With(CheckRow check)
    {
        var row = this with { Checks = Checks.Add(check) };
        return check.State <= State ? row : row with { State = check.State, Reason = check.Reason, Says = check.Says, Detail = check.Detail, At = check.At };
    }

    public bool IsFinding => State is RowState.Degraded or RowState.Missing or RowState.Fault;
}

public enum ManualResult { Open, Ok, NotOk }

/// <summary>Something that only a person can look at: cleaning, doors.</summary>
/// <param name="Id"><c>room/item</c>, or <c>item</c> for the whole site.</param>
public sealed record ManualRow(string Id, string? Room, Wording Title)
{
    public ManualResult Verdict { get; init; }
    public string? By { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Text { get; init; }
}

/// <summary>Running hours that a device tells, against the limit of the site file.</summary>
/// <param name="Id"><c>room/device/work</c>.</param>
/// <param name="Hours">What the device tells.</param>
/// <param name="Since">Its hours when the work was signed last.</param>
public sealed record HoursRow(string Id, string Device, string Work, Wording Title, double Hours, double Since, double Limit)
{
    public bool IsDue => Hours - Since >= Limit;

    public Wording SayHours() => new(
        FormattableString.Invariant($"{Title.Zh}：已运行 {Hours - Since:0} 小时，限值 {Limit:0} 小时"), FormattableString.Invariant($"{Work}: {Hours - Since:0} h, limit {Limit:0} h"));

    /// <summary>Who did the work, once it is signed.</summary>
    public string? By { get; init; }

    public DateTimeOffset? At { get; init; }
}

public enum InspectionState
{
    Running,
    Done,

    /// <summary>The gateway ended in the middle: what was done until then stands.</summary>
    Interrupted,

    /// <summary>A person ended it.</summary>
    Cancelled,
}

public sealed record InspectedRoom(string Id, Wording Name);

/// <summary>One inspection (巡检) of the site or of some rooms, from its order to the signature under it.</summary>
/// <param name="Id"><c>I-YEAR-NUMBER</c>, the number without gaps in a site's year.</param>
/// <param name="IsSite">Every room of the site.</param>
public sealed record Inspection(string Id, string Profile, Wording Name, bool IsSite, ImmutableArray<InspectedRoom> Rooms, string By, DateTimeOffset StartedAt)
{
    /// <summary>Of a schedule's order: the same order again is this inspection.</summary>
    public string? Key { get; init; }

    public InspectionState State { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public ImmutableArray<DeviceRow> Rows { get; init; } = [];
    public ImmutableArray<ManualRow> Manual { get; init; } = [];
    public ImmutableArray<HoursRow> Hours { get; init; } = [];

    /// <summary>Who signed the whole form; not before every manual row has its name.</summary>
    public string? SignedBy { get; init; }

    public DateTimeOffset? SignedAt { get; init; }

    public string Scope => IsSite ? "site" : string.Join(',', Rooms.Select(r => r.Id));

    public IEnumerable<DeviceRow> Findings => Rows.Where(r => r.IsFinding);

    /// <summary>Rows and manual rows that are not as they should be.</summary>
    public int FindingCount => Findings.Count() + Manual.Count(m => m.Verdict is ManualResult.NotOk);

    public int OpenManual => Manual.Count(m => m.Verdict is ManualResult.Open);

    public int Count(RowState state) => Rows.Count(r => r.State == state);
}

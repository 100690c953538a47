using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Lines;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Faults;

/// <summary>One line of a fault's history. Never rewritten; a correction is a new line.</summary>
/// <param name="Number">1 for the first; without gaps.</param>
/// <param name="By">A user, or <c>gateway</c>.</param>
/// <param name="What">A word of <see cref="FaultWords"/>.</param>
public sealed record FaultLine(int Number, DateTimeOffset At, string By, string What, string? Text = null)
{
    /// <summary>The same in Chinese; null for what a person wrote, and for what is the same in both.</summary>
    public string? TextZh { get; init; }
}

/// <summary>A severity, and since when it counts for the contract's clocks.</summary>
public readonly record struct SeverityTerm(Severity Severity, DateTimeOffset From);

/// <summary>Somebody who reported a fault, by phone or at a panel. Stays in the court: no message and no report holds it.</summary>
/// <param name="Name">As it was said, or the user who reported it himself.</param>
/// <param name="By">The user who took it down.</param>
/// <param name="Contact">Who of the contact book is told how it goes on.</param>
public sealed record FaultReporter(string Name, string By, string? Contact, DateTimeOffset At);

/// <summary>One fault from its first symptom to its end. Replaced, never edited.</summary>
/// <param name="Id"><c>F-YEAR-NUMBER</c>, the number without gaps in a site's year.</param>
/// <param name="Subject">What is at fault: <c>room/device</c>, a room, or a branch of the site's network.</param>
/// <param name="Since">When the first symptom was seen (UTC).</param>
public sealed record Fault(string Id, string Code, string Subject, DateTimeOffset Since, DateTimeOffset OpenedAt)
{
    public FaultStep Step { get; init; }
    public Severity Severity { get; init; }

    /// <summary>The room that suffers; null when it is no single one.</summary>
    public string? Room { get; init; }

    /// <summary>The symptom is seen now. After a restart it is taken to be so until it was looked at.</summary>
    public bool IsPresent { get; init; } = true;

    /// <summary>How often it came; more than once without being closed is one fault with a count.</summary>
    public int Times { get; init; } = 1;

    public bool IsFlapping { get; init; }

    /// <summary>The fault that explains this one; while it stands there this one calls nobody.</summary>
    public string? CausedBy { get; init; }

    /// <summary>What else is gone because of this: devices on a dark branch.</summary>
    public ImmutableArray<string> Affected { get; init; } = [];

    /// <summary>What was seen: the gateway says it in both languages, a device in its own words.</summary>
    [JsonConverter(typeof(KeptWording))]
    public Wording? Detail { get; init; }

    /// <summary>Who works on it: a user, or the vendor or carrier it was given to.</summary>
    public string? Owner { get; init; }

    /// <summary>The vendor or carrier that has it now and may read its report.</summary>
    public string? Party { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When a technician stood before it.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>When the superior court released a visit to a basic-level one (R50).</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
    public DateTimeOffset? RecoveredAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Who reported it; whoever did is told how it goes on, and asked whether it is mended.</summary>
    public ImmutableArray<FaultReporter> Reporters { get; init; } = [];

    /// <summary>Of a closed one: by when whom it hit is asked how it went (回访); null: nobody needs to be.</summary>
    public DateTimeOffset? FollowUpBy { get; init; }

    /// <summary>An earlier, closed fault that this one takes up again.</summary>
    public string? Reopens { get; init; }

    /// <summary>The fault that took this one up again.</summary>
    public string? ReopenedAs { get; init; }

    /// <summary>Of a line: the carrier's number for it.</summary>
    public string? Circuit { get; init; }

    /// <summary>Of a branch: until when everything on it still answered.</summary>
    public DateTimeOffset? LastGood { get; init; }

    /// <summary>Of a line that is watched: whose trouble it is, and by which observations.</summary>
    public LineVerdict? Verdict { get; init; }

    /// <summary>The severities whose limits count; a graver one is added, a milder one stands alone.</summary>
    public ImmutableArray<SeverityTerm> Terms { get; init; } = [];

    /// <summary>When the contract's clocks stood still, and why.</summary>
    public ImmutableArray<FaultPause> Pauses { get; init; } = [];

    public ImmutableArray<FaultLine> TimeLine { get; init; } = [];

    /// <summary>The pause that lasts now.</summary>
    public FaultPause? Pause => Pauses.LastOrDefault(p => p.Until is null);

    public bool IsClosed => Step is FaultStep.Closed or FaultStep.FollowedUp;

    /// <summary>Closed, and somebody has still to ask how it went.</summary>
    public bool AwaitsFollowUp => Step is FaultStep.Closed && FollowUpBy is not null;

    /// <summary>Adds a line; the oldest notes are never dropped, so what people may add is bounded where they ask.</summary>
    public Fault With(DateTimeOffset at, string by, string what, string? text = null) =>
        this with { TimeLine = TimeLine.Add(new(TimeLine.Length + 1, at, by, what, text)) };

    /// <summary>Adds a line of the gateway's own.</summary>
    public Fault With(DateTimeOffset at, string by, string what, Wording says) =>
        this with { TimeLine = TimeLine.Add(new(TimeLine.Length + 1, at, by, what, says.En) { TextZh = says.Zh == says.En ? null : says.Zh }) };
}

/// <summary>The words of <see cref="FaultLine.What"/> and of the fault log.</summary>
public static class FaultWords
{
    public const string Opened = "opened";
    public const string Explained = "caused-by";
    public const string Unexplained = "cause-gone";
    public const string Rated = "rated";
    public const string Relapsed = "relapsed";
    public const string FlappingBegan = "flapping";
    public const string FlappingEnded = "steady";
    public const string Recovered = "recovered";
    public const string Acknowledged = "acknowledged";
    public const string Accepted = "accepted";
    public const string Answered = "answered";
    public const string Noted = "note";
    public const string Assigned = "assigned";
    public const string Solved = "solved";
    public const string Closed = "closed";
    public const string Reopened = "reopened";
    public const string Reported = "reported";
    public const string FollowUpDue = "follow-up-due";
    public const string FollowedUp = "followed-up";
    public const string Arrived = "on-site";
    public const string Released = "released";
    public const string Paused = "paused";
    public const string Continued = "continued";

    /// <summary>On whose side the trouble of a line lies.</summary>
    public const string Judged = "verdict";

    /// <summary>Somebody took notice and did nothing within his time.</summary>
    public const string TakenBack = "taken-back";

    /// <summary>A notice about it is on its way.</summary>
    public const string Told = "told";

    /// <summary>It calls nobody now, and why.</summary>
    public const string Held = "held";

    /// <summary>A contract clock has used up a share of its time.</summary>
    public const string Clock = "clock";

    /// <summary>The report to its vendor or carrier was frozen, let go by the court, or sent back.</summary>
    public const string ReportSubmitted = "report-submitted";
    public const string ReportReleased = "report-released";
    public const string ReportRefused = "report-refused";

    public static IReadOnlyList<string> All { get; } =
    [
        Opened, Explained, Unexplained, Rated, Relapsed, FlappingBegan, FlappingEnded, Recovered, Acknowledged, Accepted, Answered, Noted, Assigned,
        Solved, Closed, Reopened, Reported, FollowUpDue, FollowedUp, Arrived, Released, Paused, Continued, TakenBack, Told, Held, Clock, Judged, ReportSubmitted, ReportReleased, ReportRefused,
    ];
}

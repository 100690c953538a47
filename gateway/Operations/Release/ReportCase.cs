using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stateless;

namespace AvGateway.Operations.Release;

/// <summary>Where a report stands.</summary>
public enum ReportStep
{
    /// <summary>People write it.</summary>
    Draft,

    /// <summary>It is complete and frozen, and waits for the court's word.</summary>
    Submitted,

    /// <summary>The court let it go.</summary>
    Released,
}

public enum ReportMove { Write, Submit, Refuse, Approve }

/// <summary>The life of a report. Whatever is written makes it a draft again; what was released stays released until the next revision is.</summary>
internal static class ReportCycle
{
    public static ReportStep? Next(ReportStep at, ReportMove move)
    {
        var machine = Machine(at);
        if (!machine.CanFire(move)) return null;
        machine.Fire(move);
        return machine.State;
    }

    private static StateMachine<ReportStep, ReportMove> Machine(ReportStep at)
    {
        var machine = new StateMachine<ReportStep, ReportMove>(at);
        machine.Configure(ReportStep.Draft).PermitReentry(ReportMove.Write).Permit(ReportMove.Submit, ReportStep.Submitted);
        machine.Configure(ReportStep.Submitted)
            .Permit(ReportMove.Write, ReportStep.Draft)
            .PermitReentry(ReportMove.Submit)
            .Permit(ReportMove.Refuse, ReportStep.Draft)
            .Permit(ReportMove.Approve, ReportStep.Released);
        machine.Configure(ReportStep.Released).Permit(ReportMove.Write, ReportStep.Draft);
        return machine;
    }
}

/// <summary>What a person wrote into a field.</summary>
public sealed record FilledField(string Value, string By, DateTimeOffset At);

/// <summary>A report as it was frozen.</summary>
/// <param name="Digest">SHA-256 of the bundle's manifest, which names the digest of every file: whoever approves it approves all of them.</param>
/// <param name="Report">SHA-256 of <c>report.json</c>.</param>
/// <param name="Party">For whom it was written.</param>
public sealed record Submission(string By, DateTimeOffset At, string Digest, string Report, string Party);

/// <summary>What left, on whose word.</summary>
/// <param name="Bundle">SHA-256 of the archive with the approval in it.</param>
/// <param name="Content">The report as it left.</param>
public sealed record ReleasedReport(int Revision, string Party, string Author, string By, DateTimeOffset At, string Digest, string Report, string Bundle, string Content);

/// <summary>Why the court did not let it go.</summary>
public sealed record ReportRefusal(string By, DateTimeOffset At, string Text);

/// <summary>The report of one fault as people and the court made it. What the gateway knows is asked anew each time and stands in none of these.</summary>
public sealed record ReportCase(string Fault, ReportKind Kind)
{
    public ReportStep Step { get; init; }

    /// <summary>1 for the first; one more with the first word after a release.</summary>
    public int Revision { get; init; } = 1;

    public ImmutableSortedDictionary<string, FilledField> Filled { get; init; } = ImmutableSortedDictionary<string, FilledField>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Everybody who ever wrote in it or submitted it: none of them may approve it.</summary>
    public ImmutableSortedSet<string> Authors { get; init; } = [];

    public Submission? Submitted { get; init; }
    public ReleasedReport? Released { get; init; }
    public ReportRefusal? Refused { get; init; }

    /// <summary>The last revision that stands in its fault's record and whose receiver is told; behind <see cref="Released"/> only for a moment, or after a crash in it.</summary>
    public int HandedOver { get; init; }

    private static readonly JsonSerializerOptions Kept = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public string Write() => JsonSerializer.Serialize(this, Kept);

    /// <exception cref="JsonException">The stored text is damaged.</exception>
    public static ReportCase Read(string json) => JsonSerializer.Deserialize<ReportCase>(json, Kept) ?? throw new JsonException("a stored report is null");
}

using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Records;
using FaultSeverity = AvGateway.Operations.Faults.Severity;

namespace AvGateway.Host.Site;

/// <summary>What the maintenance contract promises.</summary>
internal sealed record ServiceSettings(ServiceTerms Terms, ImmutableArray<OfficeSpan> Office)
{
    /// <summary>Accounts that let a report leave the court; empty: every admin.</summary>
    public ImmutableArray<string> Approvers { get; init; } = [];

    /// <summary>The contract's term.</summary>
    public ContractPeriod? Period { get; init; }

    /// <summary>Inspections that are promised each month.</summary>
    public ImmutableArray<PromisedInspections> Promised { get; init; } = [];

    public static readonly ServiceSettings Usual = new(ServiceTerms.Usual(isBasic: false), ServiceHours.UsualOffice);
}

/// <summary>Reads <c>service</c>.</summary>
/// <param name="profiles">Inspections that the site knows.</param>
internal sealed class ServiceReader(List<Finding> findings, IReadOnlyCollection<string> profiles)
{
    private static readonly string[] Courts = ["intermediate", "basic"];
    private static readonly Dictionary<string, FaultSeverity> Severities = Enum.GetValues<FaultSeverity>().ToDictionary(s => s.ToString());

    public ServiceSettings Read(JsonNodeAt? node)
    {
        if (node is null) return ServiceSettings.Usual;
        var shape = new JsonShape(node, findings, "court", "dispatch", "office", "limits", "approvers", "period", "inspections");
        var court = shape.Text("court");
        if (court is not null && !Courts.Contains(court)) findings.Add(node["court"]!.Error($"\"{court}\" is no kind of court here", $"write {string.Join(" or ", Courts)}"));
        var usual = ServiceTerms.Usual(court == "basic");
        var limits = usual.Limits;
        foreach (var one in shape.List("limits"))
        {
            if (ReadLimits(one, limits) is var (severity, read)) limits = limits.SetItem(severity, read);
        }

        return new(usual with { Limits = limits, NeedsDispatch = shape.Flag("dispatch", usual.NeedsDispatch) }, ReadOffice(shape))
        {
            Approvers = ReadApprovers(shape),
            Period = shape.Member("period") is { } period ? ReadPeriod(period) : null,
            Promised = [.. shape.List("inspections").Select(ReadPromise).OfType<PromisedInspections>()],
        };
    }

    private ContractPeriod? ReadPeriod(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "from", "to");
        var (from, to) = (shape.Date("from", findings), shape.Date("to", findings));
        if (node["from"] is null) shape.Missing("from");
        if (node["to"] is null) shape.Missing("to");
        if (from is not { } begins || to is not { } ends) return null;
        if (ends >= begins) return new(begins, ends);
        findings.Add(node["to"]!.Error($"the contract ends on {ends:yyyy-MM-dd} and begins on {begins:yyyy-MM-dd}", "end after the beginning"));
        return null;
    }

    private PromisedInspections? ReadPromise(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "profile", "perMonth");
        var profile = shape.Text("profile", required: true);
        if (profile is not null && !profiles.Contains(profile)) findings.Add(node["profile"]!.Error($"there is no profile \"{profile}\"", $"known are {string.Join(", ", profiles)}"));
        if (node["perMonth"] is null) shape.Missing("perMonth");
        return shape.Whole("perMonth", 1, 31, findings) is { } count && profile is not null ? new(profile, count) : null;
    }

    private ImmutableArray<string> ReadApprovers(JsonShape shape)
    {
        var names = new List<string>();
        foreach (var node in shape.List("approvers"))
        {
            if (node.Text is { Length: > 0 and <= 40 } name && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')) names.Add(name);
            else findings.Add(node.Error("this is no name of an account", "write the name of an admin's account, for example \"court-office\""));
        }

        return [.. names];
    }

    private ImmutableArray<OfficeSpan> ReadOffice(JsonShape shape)
    {
        if (shape.Member("office") is null) return ServiceHours.UsualOffice;
        var spans = new List<OfficeSpan>();
        foreach (var node in shape.List("office"))
        {
            var span = new JsonShape(node, findings, "from", "to");
            if (span.TimeOfDay("from", findings) is not { } from || span.TimeOfDay("to", findings) is not { } to)
            {
                if (node["from"] is null || node["to"] is null) findings.Add(node.Error("this stretch of the office day has no beginning or no end", "write { \"from\": \"09:00\", \"to\": \"12:00\" }"));
                continue;
            }

            if (to <= from || (spans.Count > 0 && from < spans[^1].To)) findings.Add(node.Error($"{from:HH:mm} … {to:HH:mm} lies before its beginning or in the stretch before it", "write the stretches of a day in order"));
            else spans.Add(new(from, to));
        }

        if (spans.Count == 0) findings.Add(shape.Member("office")!.Error("an office day without hours makes every clock of 5x8 stand still", "name at least one stretch, or leave \"office\" out"));
        return [.. spans];
    }

    private (FaultSeverity Severity, SeverityLimits Limits)? ReadLimits(JsonNodeAt node, ImmutableDictionary<FaultSeverity, SeverityLimits> usual)
    {
        var shape = new JsonShape(node, findings, "severity", "acknowledge", "answer", "onSite", "restore");
        if (shape.Word("severity", Severities, findings, required: true) is not { } severity) return null;
        var before = usual[severity];
        return (severity, new(
            Limit(node, "acknowledge", before.Acknowledge), Limit(node, "answer", before.Answer), Limit(node, "onSite", before.OnSite), Limit(node, "restore", before.Restore)));
    }

    // null takes a promise away; a member that is left out keeps the usual one.
    private ClockLimit? Limit(JsonNodeAt node, string name, ClockLimit? usual)
    {
        if (node[name] is not { } given) return usual;
        if (given.Kind is JsonValueKind.Null) return null;
        var shape = new JsonShape(given, findings, "within", "hours");
        var within = shape.Duration("within", TimeSpan.FromMinutes(1), TimeSpan.FromDays(90));
        if (given["within"] is null) shape.Missing("within");
        var hours = shape.Word("hours", ServiceHours.Words, findings) ?? HoursKind.Always;
        return within is { } amount ? new(amount, hours) : usual;
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Host.Site;

/// <summary>What the probes of a site may speak of.</summary>
internal sealed record ProbeSubjects(IReadOnlyList<RoomModel> Rooms, IReadOnlyList<string> Branches, IReadOnlyList<string> Vendors, IReadOnlyList<string> Carriers);

/// <summary>Reads <c>"probes"</c>.</summary>
internal sealed class ProbesReader(ProbeTable kinds, List<Finding> findings, string folder, ProbeSubjects subjects)
{
    private static readonly string[] SubjectMembers = ["device", "room", "branch"];

    private const int MostFailures = 20;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(30);

    public ImmutableArray<ProbePlan> Read(IReadOnlyList<JsonNodeAt> nodes)
    {
        var plans = nodes.Select(n => (Node: n, Plan: ReadOne(n))).Where(p => p.Plan is not null).ToList();
        foreach (var (node, plan) in plans.Where(p => plans.First(f => f.Plan!.Id == p.Plan!.Id).Node != p.Node))
            findings.Add(node.Error($"a second probe is called \"{plan!.Id}\"", "give each probe of the site its own id"));
        return [.. plans.Select(p => p.Plan!).DistinctBy(p => p.Id)];
    }

    private ProbePlan? ReadOne(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "name", "kind", "target", "device", "room", "branch", "vendor", "carrier", "every", "within", "failures", "secret", "options", "limits");
        var id = shape.Id("id");
        var names = shape.NamesOr(id);
        var subject = ReadSubject(node, shape);
        var party = Listed(node, shape, "vendor", subjects.Vendors) ?? Listed(node, shape, "carrier", subjects.Carriers);
        var every = shape.Duration("every", Shortest, LongestEvery);
        var within = shape.Duration("within", TimeSpan.FromMilliseconds(100), LongestWithin);
        var failures = ReadWhole(node, "failures", 1, MostFailures) ?? ProbePlan.UsualFailures;
        if (ReadKind(node, shape) is not { } kind) return null;
        var target = ReadTarget(node, shape, kind);
        var secret = ReadSecret(node, shape, kind);
        var options = OptionsReader.Read(node, kind.Options, findings);
        foreach (var finding in kind.CheckOptions(options)) findings.Add((node["options"] ?? node).Error(finding, $"gateway/docs/probes.md tells what each kind takes"));
        if (kind.NeedsDevice && subject.Device is null) findings.Add(node.Error($"a {kind.Name} probe looks at a device, and none is named", "add \"device\": \"ROOM/DEVICE\""));
        var plan = new ProbePlan(id, kind, subject, target, ReadLimits(node, kind))
        {
            Zh = names.Zh,
            En = names.En,
            Every = every ?? kind.Every,
            Within = within ?? kind.Within,
            Failures = failures,
            Options = options,
            Secret = secret,
            Party = party,
        };
        if (plan.Within > plan.Every) findings.Add((node["within"] ?? node["every"] ?? node).Error($"it may take {plan.Within.TotalSeconds:0.#} s and comes again after {plan.Every.TotalSeconds:0.#} s", "make \"every\" longer than \"within\""));
        return id.Length == 0 ? null : plan;
    }

    private ProbeKind? ReadKind(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("kind", required: true) is not { } name) return null;
        if (kinds.Find(name) is { } kind) return kind;
        findings.Add(node["kind"]!.Error($"there is no kind of probe \"{name}\"", $"known are {string.Join(", ", kinds.Kinds.Select(k => k.Name).Order(StringComparer.Ordinal))}"));
        return null;
    }

    private LinkAddress? ReadTarget(JsonNodeAt node, JsonShape shape, ProbeKind kind)
    {
        if (kind.Form.Length == 0)
        {
            if (node["target"] is { } stray) findings.Add(stray.Error($"a {kind.Name} probe has no target", "take it out"));
            return null;
        }

        if (shape.Text("target", required: true) is not { } text) return null;
        var place = node["target"]!;
        var form = $"write {kind.Form}";
        if (!LinkAddress.TryParse(text, out var target, out var why))
        {
            findings.Add(place.Error(why, form));
            return null;
        }

        if (!kind.Schemes.Contains(target.Scheme))
        {
            findings.Add(place.Error($"a {kind.Name} probe cannot look at {target.Scheme}:", form));
            return null;
        }

        if (target.Port is null && target.Host.Length > 0 && kind.DefaultPort is { } port) target = target with { Port = port };
        foreach (var finding in kind.Check(target)) findings.Add(place.Error(finding, form));
        return target;
    }

    private Secret? ReadSecret(JsonNodeAt node, JsonShape shape, ProbeKind kind)
    {
        if (shape.Text("secret") is not { } reference) return null;
        var secret = SecretReference.Resolve(reference, folder, out var why);
        if (secret is null) findings.Add(node["secret"]!.Error(why!, SecretReference.Form));
        if (!kind.TakesSecret) findings.Add(node["secret"]!.Error($"a {kind.Name} probe uses no secret", "take it out"));
        return secret;
    }

    private ProbeSubject ReadSubject(JsonNodeAt node, JsonShape shape)
    {
        var given = SubjectMembers.Where(m => node[m] is not null).ToList();
        if (given.Count > 1) findings.Add(node[given[1]]!.Error($"it speaks of {string.Join(" and of ", given.Select(g => $"a {g}"))}", "a probe speaks of one thing"));
        if (shape.Text("device") is { } device)
        {
            if (subjects.Rooms.SelectMany(r => r.Devices).FirstOrDefault(d => d.Plan.Id.ToString() == device) is { } found) return new(found.Plan.Id);
            findings.Add(node["device"]!.Error($"\"{device}\" is no device of this site", "write ROOM/DEVICE"));
        }

        if (shape.Text("room") is { } room)
        {
            if (subjects.Rooms.Any(r => r.Id == room)) return new(OfRoom: room);
            findings.Add(node["room"]!.Error($"\"{room}\" is no room of this site", $"rooms are {string.Join(", ", subjects.Rooms.Select(r => r.Id))}"));
        }

        if (shape.Text("branch") is { } branch)
        {
            if (subjects.Branches.Contains(branch)) return new(Branch: branch);
            findings.Add(node["branch"]!.Error($"\"network\" lists no \"{branch}\"", "name the id of a line, a switch or a power branch"));
        }

        return new();
    }

    private string? Listed(JsonNodeAt node, JsonShape shape, string member, IReadOnlyList<string> known)
    {
        if (shape.Text(member) is not { } id) return null;
        if (!known.Contains(id)) findings.Add(node[member]!.Error($"\"{member}s\" does not list \"{id}\"", known.Count == 0 ? $"add it to \"{member}s\"" : $"listed are {string.Join(", ", known)}"));
        return id;
    }

    private ImmutableDictionary<string, MeasureLimits> ReadLimits(JsonNodeAt node, ProbeKind kind)
    {
        var limits = ImmutableDictionary.CreateBuilder<string, MeasureLimits>(StringComparer.Ordinal);
        if (node["limits"] is not { } given) return limits.ToImmutable();
        _ = new JsonShape(given, findings, [.. kind.Measures.Select(m => m.Name)]);
        foreach (var (name, value) in given.Members)
            if (kind.Measure(name) is not null && value.Kind is JsonValueKind.Object) limits[name] = ReadLimits(value);
            else if (kind.Measure(name) is not null) findings.Add(value.Error("limits are an object", "write { \"warnAbove\": … }"));
        return limits.ToImmutable();
    }

    private MeasureLimits ReadLimits(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "warnBelow", "warnAbove", "alarmBelow", "alarmAbove", "hysteresis", "lasts", "rise", "stuckFor", "critical");
        var limits = new MeasureLimits
        {
            WarnBelow = ReadNumber(node, "warnBelow"),
            WarnAbove = ReadNumber(node, "warnAbove"),
            AlarmBelow = ReadNumber(node, "alarmBelow"),
            AlarmAbove = ReadNumber(node, "alarmAbove"),
            Hysteresis = ReadNumber(node, "hysteresis") ?? 0,
            Lasts = shape.Duration("lasts", TimeSpan.Zero, LongestSpan) ?? TimeSpan.Zero,
            StuckFor = shape.Duration("stuckFor", Shortest, LongestSpan),
            IsCritical = shape.Flag("critical", otherwise: false),
            Rise = node["rise"] is { } rise ? ReadRise(rise) : null,
        };
        if (limits.Hysteresis < 0) findings.Add(node["hysteresis"]!.Error("a hysteresis is not negative", "write how far a value has to come back"));
        if (limits.WarnAbove > limits.AlarmAbove) findings.Add(node["warnAbove"]!.Error("the warning would come after the alarm", "make \"warnAbove\" less than \"alarmAbove\""));
        if (limits.WarnBelow < limits.AlarmBelow) findings.Add(node["warnBelow"]!.Error("the warning would come after the alarm", "make \"warnBelow\" more than \"alarmBelow\""));
        if ((limits.AlarmBelow ?? limits.WarnBelow) >= (limits.AlarmAbove ?? limits.WarnAbove)) findings.Add(node.Error("no value would be right", "leave room between what is too little and what is too much"));
        return limits;
    }

    private RiseLimit? ReadRise(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "by", "within");
        if (node["by"] is null) shape.Missing("by");
        if (node["within"] is null) shape.Missing("within");
        return ReadNumber(node, "by") is { } by && shape.Duration("within", Shortest, LongestSpan) is { } within ? new(by, within) : null;
    }

    private double? ReadNumber(JsonNodeAt node, string name)
    {
        if (node[name] is not { } value) return null;
        if (value.Kind is JsonValueKind.Number) return value.Number;
        findings.Add(value.Error($"a number is needed here, not {JsonShape.Word(value.Kind)}", "write for example 27.5"));
        return null;
    }

    private int? ReadWhole(JsonNodeAt node, string name, int least, int most)
    {
        if (node[name] is not { } value) return null;
        if (value.Kind is JsonValueKind.Number && value.Number == Math.Truncate(value.Number) && value.Number >= least && value.Number <= most) return (int)value.Number;
        findings.Add(value.Error($"a whole number of {least} … {most} is needed here", "write for example 3"));
        return null;
    }
}

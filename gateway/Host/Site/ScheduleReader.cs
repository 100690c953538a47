using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Host.Site;

/// <summary>Reads the member <c>schedules</c>.</summary>
internal sealed class ScheduleReader(List<Finding> findings, IReadOnlyList<string> rooms, IReadOnlyList<string> profiles)
{
    private static readonly string[] Rules = ["cron", "eveningBefore", "morningAfter", "beforeFirstHearing"];

    // The guard keeps a room on from an hour before its hearing; what came on earlier could go off again.
    private static readonly TimeSpan EarliestOn = TimeSpan.FromHours(1);

    // Beside the rule itself.
    private static readonly string[] More = ["days", "at", "otherwise"];

    private static readonly Dictionary<string, MisfirePolicy> Policies = new() { ["catch-up"] = MisfirePolicy.CatchUp, ["ask"] = MisfirePolicy.Ask, ["skip"] = MisfirePolicy.Skip };
    private static readonly Dictionary<string, DayFilter> Filters = new() { ["any"] = DayFilter.Any, ["workday"] = DayFilter.Workday, ["off"] = DayFilter.Off };

    public static IReadOnlyCollection<string> PolicyWords => Policies.Keys;
    public static IReadOnlyCollection<string> FilterWords => Filters.Keys;

    public ImmutableArray<JobPlan> Read(IReadOnlyList<JsonNodeAt> schedules)
    {
        var read = schedules.Select(node => (Node: node, Job: ReadJob(node))).ToList();
        foreach (var twice in read.Where(r => r.Job is not null).GroupBy(r => r.Job!.Id).Where(g => g.Count() > 1))
            findings.Add(twice.Last().Node.Error($"two schedules are called \"{twice.Key}\"", "give each its own id"));
        foreach (var (node, job) in read)
        {
            if (job is null || job.Rule is not ScheduleRule.EveningBefore || job.Direction is not ActDirection.Off) continue;
            var undone = read.Where(r => r.Job is { Direction: ActDirection.On, IsEnabled: true, Rule: ScheduleRule.MorningAfter }).SelectMany(r => r.Job!.Rooms).ToHashSet();
            if (job.Rooms.Where(r => !undone.Contains(r)).ToList() is { Count: > 0 } dark)
                findings.Add(node.Error($"nothing switches {string.Join(", ", dark)} on again after the days off", "add a schedule with \"morningAfter\" for the same rooms"));
        }

        return [.. read.Select(r => r.Job).OfType<JobPlan>()];
    }

    private JobPlan? ReadJob(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "name", "act", "rooms", "rule", "misfire", "within", "deferFor", "enabled", "profile");
        var id = shape.Id("id");
        var names = shape.NamesOr(id);
        var act = shape.Text("act", required: true) ?? "";
        if (act.Length > 0 && !Acts.All.Contains(act)) findings.Add(node["act"]!.Error($"there is no act \"{act}\"", $"known are {string.Join(", ", Acts.All)}"));
        var where = shape.Member("rooms") is null ? [.. rooms] : shape.List("rooms").Select(Room).OfType<string>().ToImmutableArray();
        if (shape.Member("rooms") is not null && shape.List("rooms").Count == 0) findings.Add(node["rooms"]!.Error("no room is listed", "leave \"rooms\" out for all of them"));
        var rule = ReadRule(node, shape);
        var misfire = Word(node, shape, "misfire", Policies);
        var within = shape.Duration("within", TimeSpan.FromSeconds(0), TimeSpan.FromHours(12));
        var deferFor = shape.Duration("deferFor", TimeSpan.FromMinutes(5), TimeSpan.FromHours(48));
        var profile = shape.Text("profile");
        if (profile is not null && act != Acts.Inspect) findings.Add(node["profile"]!.Error($"\"profile\" has no meaning beside \"{act}\"", "remove it"));
        else if (profile is not null && !profiles.Contains(profile)) findings.Add(node["profile"]!.Error($"there is no profile \"{profile}\"", $"known are {string.Join(", ", profiles)}"));
        if (rule is null || id.Length == 0) return null;
        var job = new JobPlan(id, new(names.Zh, names.En), act, rule, where) { IsEnabled = shape.Flag("enabled", otherwise: true), Profile = profile };
        return job with { Misfire = misfire ?? job.Misfire, Within = within ?? job.Within, DeferFor = deferFor ?? job.DeferFor };
    }

    private ScheduleRule? ReadRule(JsonNodeAt node, JsonShape job)
    {
        if (node["rule"] is not { } rule)
        {
            job.Missing("rule");
            return null;
        }

        var shape = new JsonShape(rule, findings, [.. Rules, .. More]);
        var told = Rules.Where(r => rule[r] is not null).ToList();
        if (told.Count != 1)
        {
            findings.Add(rule.Error(told.Count == 0 ? "no rule stands here" : "several rules stand here", $"write one of {string.Join(", ", Rules)}; two rules are two schedules"));
            return null;
        }

        string[] beside = told[0] switch { "cron" => ["days"], "beforeFirstHearing" => ["otherwise"], _ => ["at"] };
        foreach (var stray in More.Except(beside).Where(m => rule[m] is not null)) findings.Add(rule[stray]!.Error($"\"{stray}\" has no meaning beside \"{told[0]}\"", "remove it"));
        switch (told[0])
        {
            case "cron":
                var days = Word(rule, shape, "days", Filters) ?? DayFilter.Any;
                if (shape.Text("cron") is not { } text) return null;
                if (CronText.Read(text, out var why) is { } expression) return new ScheduleRule.Cron(text, expression, days);
                findings.Add(rule["cron"]!.Error($"\"{text}\": {why}", "write minute, hour, day, month and weekday with one time of day, for example \"30 18 * * *\"; other times are other schedules"));
                return null;
            case "eveningBefore": return Days(rule, "eveningBefore") is { } before && Time(rule, shape, "at", null) is { } evening ? new ScheduleRule.EveningBefore(before, evening) : null;
            case "morningAfter": return Days(rule, "morningAfter") is { } after && Time(rule, shape, "at", null) is { } morning ? new ScheduleRule.MorningAfter(after, morning) : null;
            default:
                var lead = shape.Duration("beforeFirstHearing", TimeSpan.FromMinutes(5), EarliestOn);
                return lead is { } span && Time(rule, shape, "otherwise", new(7, 30)) is { } otherwise ? new ScheduleRule.BeforeFirstHearing(span, otherwise) : null;
        }
    }

    private int? Days(JsonNodeAt rule, string name)
    {
        if (rule[name] is { Kind: JsonValueKind.Number, Number: >= 1 and <= 30 } node && Math.Truncate(node.Number) == node.Number) return (int)node.Number;
        findings.Add(rule[name]!.Error("a number of days is needed here", "write how many days off in a row count, from 1 to 30"));
        return null;
    }

    private TimeOnly? Time(JsonNodeAt rule, JsonShape shape, string name, TimeOnly? otherwise)
    {
        if (rule[name] is null)
        {
            if (otherwise is null) shape.Missing(name);
            return otherwise;
        }

        if (shape.Text(name) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        findings.Add(rule[name]!.Error($"\"{text}\" is no time of day", "write for example 18:30"));
        return null;
    }

    private T? Word<T>(JsonNodeAt node, JsonShape shape, string name, Dictionary<string, T> words) where T : struct
    {
        if (shape.Text(name) is not { } text) return null;
        if (words.TryGetValue(text, out var word)) return word;
        findings.Add(node[name]!.Error($"\"{text}\" is not known here", $"write {string.Join(", ", words.Keys)}"));
        return null;
    }

    private string? Room(JsonNodeAt room)
    {
        if (room.Kind is JsonValueKind.String && rooms.Contains(room.Text!)) return room.Text;
        findings.Add(room.Error($"there is no room \"{room.Text}\"", $"rooms are {string.Join(", ", rooms)}"));
        return null;
    }
}

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Drivers.Conformance;

/// <summary>What a driver was seen to do on one device, and the grade that this earns it here.</summary>
/// <param name="Grade">Null: not even what a bench shows.</param>
/// <param name="NotRestored">What a check changed and could not take back.</param>
public sealed record GradeCard(
    ConformancePlan Plan, Grade? Grade, DateTimeOffset At, string? Model, string? Firmware, IReadOnlyList<CheckResult> Results,
    TranscriptComparison? Transcripts, IReadOnlyList<string> NotRestored)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What was found when this driver was tried beside others; it was then tried again alone, and this is the card of that. Null: the first card.</summary>
    public IReadOnlyList<CheckResult>? FirstFindings { get; init; }

    public bool HasFindings => Results.Any(r => r.Outcome is CheckOutcome.Failed) || NotRestored.Count > 0;

    public bool IsSimulated => Plan.FarEnd is not null;

    public string ToJson() => new JsonObject
    {
        ["driver"] = Plan.Manifest.Name,
        ["class"] = Word(Plan.Manifest.Class),
        ["grade"] = Grade is { } earned ? Word(earned) : "none",
        ["declared"] = Word(Plan.Manifest.Grade),
        ["at"] = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["target"] = new JsonObject
        {
            ["link"] = Plan.Link.ToString(),
            ["simulated"] = IsSimulated,
            ["hardware"] = Plan.Hardware,
            ["model"] = Model,
            ["firmware"] = Firmware,
        },
        ["acts"] = Plan.MayAct,
        ["hand"] = Plan.Hand is not null,
        ["triedAgain"] = FirstFindings is not { } first ? null : new JsonArray([.. first.Select(f => (JsonNode)new JsonObject { ["id"] = f.Check.Id, ["detail"] = f.Detail })]),
        ["checks"] = new JsonArray([.. Results.Select(r => (JsonNode)new JsonObject
        {
            ["id"] = r.Check.Id,
            ["rung"] = Word(r.Check.Rung),
            ["outcome"] = Word(r.Outcome),
            ["en"] = r.Check.Says.En,
            ["zh"] = r.Check.Says.Zh,
            ["detail"] = r.Detail.Length > 0 ? r.Detail : null,
            ["ms"] = (long)r.Took.TotalMilliseconds,
        })]),
        ["transcript"] = Transcripts is not { } compared ? null : new JsonObject
        {
            ["same"] = compared.Same,
            ["otherValues"] = compared.OtherValues,
            ["otherForm"] = new JsonArray([.. compared.OtherForm.Select(d => (JsonNode)new JsonObject
            {
                ["asked"] = d.Asked, ["answered"] = d.Answered, ["written"] = d.Written, ["transcript"] = d.Transcript,
            })]),
            ["notWritten"] = new JsonArray([.. compared.NotWritten.Select(n => (JsonNode)n)]),
        },
        ["notRestored"] = new JsonArray([.. NotRestored.Select(n => (JsonNode)n)]),
    }.ToJsonString(Indented);

    /// <summary>For people.</summary>
    public string ToText(bool chinese)
    {
        string Say(string zh, string en) => chinese ? zh : en;
        var text = new StringBuilder();
        var target = IsSimulated ? Say("仿真设备", "its simulator") : $"{Plan.Link} {Plan.Hardware ?? $"{Model} {Firmware}"}".TrimEnd();
        var grade = Grade is { } earned ? earned.ToString() : Plan.Only is null ? Say("未达到 Bench", "below Bench") : Say("未评定（只检验了部分规则）", "none, since only some rules were tried");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Plan.Manifest.Name} ({Word(Plan.Manifest.Class)}) · {target} · {Say("等级", "grade")}: {grade}");
        foreach (var result in Results)
        {
            var mark = result.Outcome switch { CheckOutcome.Passed => "✓", CheckOutcome.Failed => "✗", _ => "–" };
            text.AppendLine(CultureInfo.InvariantCulture, $"  {mark} {result.Check.Rung,-5} {result.Check.Id,-14} {result.Check.Says.In(chinese)}{(result.Detail.Length > 0 ? $": {result.Detail}" : "")}");
        }

        if (Transcripts is { } compared)
        {
            text.AppendLine(Say(
                $"  记录对照：相同 {compared.Same}，数值不同 {compared.OtherValues}，格式不同 {compared.OtherForm.Count}，记录中没有 {compared.NotWritten.Count}",
                $"  transcripts: {compared.Same} the same, {compared.OtherValues} with other values, {compared.OtherForm.Count} of another form, {compared.NotWritten.Count} not written down"));
            foreach (var d in compared.OtherForm) text.AppendLine(CultureInfo.InvariantCulture, $"    > {d.Asked}\n      {Say("设备", "device")}     < {d.Answered}\n      {d.Transcript} < {d.Written}");
        }

        if (FirstFindings is not null) text.AppendLine(Say("  与其他驱动同时检验时有发现，已单独重新检验；以上为重检结果。首次发现：", "  Tried again alone, since it was found at fault beside the others; this is the second card. Found first:"));
        foreach (var found in FirstFindings ?? []) text.AppendLine(CultureInfo.InvariantCulture, $"    ✗ {found.Check.Id}: {found.Detail}");
        foreach (var left in NotRestored) text.AppendLine(Say($"  未能恢复：{left}", $"  could not be taken back: {left}"));
        return text.ToString().TrimEnd();
    }

    /// <summary>The row of the table in drivers/README.md.</summary>
    internal string Row() =>
        $"| `{Plan.Manifest.Name}` | {Word(Plan.Manifest.Class)} | {string.Join(", ", Plan.Manifest.Links.Select(GradeTable.LinkWord).Distinct())} | {Grade} | {(IsSimulated ? "not tried" : Plan.Hardware ?? $"{Model} {Firmware}".Trim())} |";

    private static string Word<T>(T word) where T : struct, Enum => word.ToString().ToLowerInvariant();
}

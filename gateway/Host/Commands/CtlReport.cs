using System.Text.Json;

namespace AvGateway.Host.Commands;

/// <summary>How the report of a fault reads in a terminal: what stands in it, what is missing and what to do next.</summary>
internal static class CtlReport
{
    public static IEnumerable<string> Lines(JsonElement answer)
    {
        if (!answer.TryGetProperty("report", out var report) || report.ValueKind is not JsonValueKind.Object) yield break;
        var missing = report.GetProperty("missing").EnumerateArray().Select(m => m.GetString()).ToHashSet();
        foreach (var field in report.GetProperty("fields").EnumerateArray())
        {
            var name = CtlFaults.Text(field, "name");
            var value = field.TryGetProperty("says", out var says) ? CtlFaults.Text(says, Texts.IsChinese ? "zh" : "en") : CtlFaults.Text(field, "value");
            if (value.Length == 0 && !missing.Contains(name)) continue;
            var mark = missing.Contains(name) ? "!" : field.TryGetProperty("by", out _) ? "*" : " ";
            var words = value.Length == 0 && field.TryGetProperty("words", out var all) ? $"({string.Join(" | ", all.EnumerateArray().Select(w => w.GetString()))})" : "";
            yield return $"{mark} {name,-14} {Texts.Say(CtlFaults.Text(field, "zh"), CtlFaults.Text(field, "en"))}: {value}{words}";
        }

        if (report.TryGetProperty("submitted", out var submitted) && CtlFaults.Text(report, "step") == "submitted")
            yield return Texts.Say($"  待批准，摘要 digest={CtlFaults.Text(submitted, "digest")}", $"  waits for approval of digest={CtlFaults.Text(submitted, "digest")}");
        if (report.TryGetProperty("released", out var released))
            yield return Texts.Say(
                $"  第 {released.GetProperty("revision").GetInt32()} 版已由 {CtlFaults.Text(released, "by")} 批准外发，SHA-256 {CtlFaults.Text(released, "bundle")}",
                $"  revision {released.GetProperty("revision").GetInt32()} was let go by {CtlFaults.Text(released, "by")}, SHA-256 {CtlFaults.Text(released, "bundle")}");
    }
}

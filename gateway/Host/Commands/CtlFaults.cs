using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AvGateway.Mqtt.Client;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Release;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway ctl faults</c>: the open faults as a table, one with its time line, and what people do about them.</summary>
internal static class CtlFaults
{
    // What is retained comes at once; a pause of this length means that there is no more.
    internal static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(700);

    public static Argument<string> Verb { get; } = new("verb")
    {
        Description = Texts.Say("操作：list、show、due（待回访）、raise（报修）或 ", "list, show, due (follow-ups), raise or ") + string.Join(", ", FaultDesk.Verbs.Keys.Concat(ReportDesk.Verbs)),
        DefaultValueFactory = _ => "list",
    };

    public static Argument<string?> Fault { get; } = new("F") { Description = Texts.Say("故障编号", "id of the fault, for example F-2026-000001"), Arity = ArgumentArity.ZeroOrOne };

    /// <returns>0, or 2 when faults are open: scripts can ask.</returns>
    public static async Task<int> ListAsync(GatewayClient client, string site, bool json, CancellationToken stop)
    {
        var rows = await ReadAsync(client, $"{client.Root}/1/{site}/$fault/+", stop);
        if (json)
        {
            foreach (var row in rows) Console.Out.WriteLine(row.GetRawText());
        }
        else if (rows.Count == 0)
        {
            Console.Out.WriteLine(Texts.Say("没有未关闭的故障", "no open faults"));
        }
        else
        {
            foreach (var row in rows.OrderBy(r => Text(r, "severity"), StringComparer.Ordinal).ThenBy(r => Text(r, "id"), StringComparer.Ordinal)) Console.Out.WriteLine(Line(row));
        }

        return rows.Count == 0 ? ExitCodes.Done : ExitCodes.Findings;
    }

    public static async Task<int> ShowAsync(GatewayClient client, string site, string fault, bool json, CancellationToken stop)
    {
        if ((await ReadAsync(client, $"{client.Root}/1/{site}/$fault/{fault}", stop)) is not [var row])
        {
            Console.Error.WriteLine(Texts.Say($"没有未关闭的故障 {fault}", $"there is no open fault {fault}"));
            return ExitCodes.Failed;
        }

        if (json)
        {
            Console.Out.WriteLine(row.GetRawText());
            return ExitCodes.Done;
        }

        Console.Out.WriteLine(Line(row));
        foreach (var (member, zh) in new[] { ("detail", "详情"), ("owner", "负责人"), ("party", "厂商"), ("circuit", "电路编号"), ("causedBy", "起因"), ("reopens", "重开自") })
            if (Texts.Said(row, member) is { Length: > 0 } text) Console.Out.WriteLine($"  {Texts.Say(zh, member),-10} {text}");
        if (row.TryGetProperty("reporters", out var reporters)) Console.Out.WriteLine($"  {Texts.Say("报修人", "reporters"),-10} {string.Join(", ", reporters.EnumerateArray().Select(r => Text(r, "name")))}");
        if (row.TryGetProperty("affected", out var affected)) Console.Out.WriteLine($"  {Texts.Say("受影响", "affected"),-10} {string.Join(", ", affected.EnumerateArray().Select(a => a.GetString()))}");
        foreach (var clock in Clocks(row)) Console.Out.WriteLine($"  {Texts.Say("时限", "clock"),-10} {ClockLine(clock)}");
        if (row.TryGetProperty("pause", out var pause)) Console.Out.WriteLine($"  {Texts.Say("暂停计时", "pause"),-10} {Text(pause, "reason")}, {Text(pause, "by")}: {Text(pause, "proof")}");
        foreach (var line in row.GetProperty("timeLine").EnumerateArray())
            Console.Out.WriteLine($"  {Local(Text(line, "at"))}  {Text(line, "what"),-13} {Text(line, "by"),-12} {Texts.Said(line, "text")}");
        return ExitCodes.Done;
    }

    /// <summary>Closed faults of which somebody has still to ask how it went, the most pressing first.</summary>
    /// <returns>0, or 2 when one is overdue.</returns>
    public static async Task<int> ListDueAsync(GatewayClient client, string site, bool json, CancellationToken stop)
    {
        var rows = await ReadAsync(client, $"{client.Root}/1/{site}/$follow-up/+", stop);
        var now = TimeProvider.System.GetUtcNow();
        bool IsOverdue(JsonElement row) => DateTimeOffset.TryParse(Text(row, "by"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var by) && by <= now;
        foreach (var row in rows.OrderBy(r => Text(r, "by"), StringComparer.Ordinal))
        {
            var title = row.GetProperty("title");
            Console.Out.WriteLine(json ? row.GetRawText()
                : $"{Text(row, "severity")}  {Text(row, "id")}  {(IsOverdue(row) ? Texts.Say("已逾期 ", "overdue ") : "→ ")}{Local(Text(row, "by"))}  {Text(row, "subject"),-28} {Texts.Say(Text(title, "zh"), Text(title, "en"))}");
        }

        if (rows.Count == 0 && !json) Console.Out.WriteLine(Texts.Say("没有待回访的故障", "nothing is to be followed up"));
        return rows.Exists(IsOverdue) ? ExitCodes.Findings : ExitCodes.Done;
    }

    internal static async Task<List<JsonElement>> ReadAsync(GatewayClient client, string filter, CancellationToken stop)
    {
        await client.SubscribeAsync(filter, stop);
        var rows = new List<JsonElement>();
        while (await client.NextAsync(Quiet, stop) is { } received)
        {
            if (received.Payload.IsEmpty) continue;
            using var document = JsonDocument.Parse(received.Payload);
            rows.RemoveAll(r => Text(r, "id") == Text(document.RootElement, "id"));
            rows.Add(document.RootElement.Clone());
        }

        return rows;
    }

    private static string Line(JsonElement row)
    {
        var title = row.GetProperty("title");
        var times = row.GetProperty("times").GetInt32() is > 1 and var n ? string.Create(CultureInfo.InvariantCulture, $" ×{n}") : "";
        var marks = (row.GetProperty("present").GetBoolean() ? "" : Texts.Say("（已恢复）", " (recovered)")) + (row.TryGetProperty("flapping", out _) ? Texts.Say("（反复）", " (flapping)") : "");
        var next = Clocks(row).Where(c => !c.TryGetProperty("endedAt", out _) && Text(c, "due").Length > 0).MinBy(c => Text(c, "due"), StringComparer.Ordinal);
        if (next.ValueKind is JsonValueKind.Object) marks += $"  {Text(next, "clock")} {(Text(next, "state") == "missed" ? Texts.Say("已超时 ", "missed ") : "→ ")}{Local(Text(next, "due"))}";
        return $"{Text(row, "severity")}  {Text(row, "id")}  {Text(row, "step"),-13} {Local(Text(row, "since"))}  {Text(row, "subject"),-28} {Texts.Say(Text(title, "zh"), Text(title, "en"))}{times}{marks}";
    }

    private static JsonElement[] Clocks(JsonElement row) => row.TryGetProperty("clocks", out var clocks) ? [.. clocks.EnumerateArray()] : [];

    private static string ClockLine(JsonElement clock) =>
        string.Create(CultureInfo.InvariantCulture, $"{Text(clock, "clock"),-16} {Text(clock, "state"),-8} {clock.GetProperty("limitMinutes").GetDouble():0} min {Text(clock, "hours"),-5}")
        + (Text(clock, "due") is { Length: > 0 } due ? $" → {Local(due)}" : "");

    internal static string Text(JsonElement row, string member) => row.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    internal static string Local(string at) =>
        DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) ? when.ToLocalTime().ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : at;
}

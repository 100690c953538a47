using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AvGateway.Mqtt.Client;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway ctl probes</c>: what the probes saw last as a table, and one of them run now with its log.</summary>
internal static class CtlProbes
{
    // What is retained comes at once; a pause of this length means that there is no more.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(700);

    private static readonly string[] Filters = ["+/+/$probe/+", "+/$probe/+", "$probe/+"];

    public static Argument<string> Verb { get; } = new("verb") { Description = Texts.Say("list 列出，run 立即执行，history 历史", "list, run one now, or its history"), DefaultValueFactory = _ => "list" };

    public static Argument<string?> Probe { get; } = new("P") { Description = Texts.Say("探测编号", "id of the probe"), Arity = ArgumentArity.ZeroOrOne };

    /// <returns>0 when all are ok, else 2: scripts can ask.</returns>
    public static async Task<int> ListAsync(GatewayClient client, string site, bool json, CancellationToken stop)
    {
        var rows = (await ReadAsync(client, site, stop)).Select(r => r.Row).ToList();
        foreach (var row in rows.OrderBy(r => Text(r, "subject"), StringComparer.Ordinal).ThenBy(r => Text(r, "id"), StringComparer.Ordinal)) Console.Out.WriteLine(json ? row.GetRawText() : Line(row));
        if (rows.Count == 0 && !json) Console.Out.WriteLine(Texts.Say("没有探测", "no probes"));
        return rows.TrueForAll(r => Quality(r) == "ok") ? ExitCodes.Done : ExitCodes.Findings;
    }

    /// <summary>The topic levels before <c>/do/…</c> of the probe with this id, or null when nobody shows it to us.</summary>
    public static async Task<string?> FindAsync(GatewayClient client, string site, string probe, CancellationToken stop)
    {
        var prefix = $"{client.Root}/1/{site}/".Length;
        return (await ReadAsync(client, site, stop)).Where(r => Text(r.Row, "id") == probe).Select(r => r.Topic[prefix..]).FirstOrDefault();
    }

    /// <summary>What a run saw, with its log.</summary>
    public static void Print(JsonElement answer)
    {
        if (answer.TryGetProperty("probe", out var probe))
        {
            if (Texts.Said(probe, "remedy") is { Length: > 0 } remedy) Console.Out.WriteLine($"  → {remedy}");
            foreach (var line in probe.GetProperty("log").EnumerateArray()) Console.Out.WriteLine($"  {line.GetString()}");
        }

        if (!answer.TryGetProperty("history", out var history)) return;
        foreach (var point in history.GetProperty("points").EnumerateArray())
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(point[0].GetInt64()).ToLocalTime();
            Console.Out.WriteLine($"  {at.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  {point[1].GetString(),-8} {(point[2].ValueKind is JsonValueKind.Null ? "-" : point[2].GetRawText()),10} {point[3].GetRawText(),6} ms");
        }
    }

    private static async Task<List<(string Topic, JsonElement Row)>> ReadAsync(GatewayClient client, string site, CancellationToken stop)
    {
        foreach (var filter in Filters) await client.SubscribeAsync($"{client.Root}/1/{site}/{filter}", stop);
        var rows = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        while (await client.NextAsync(Quiet, stop) is { } received)
        {
            if (received.Payload.IsEmpty || !received.Topic.Contains("/$probe/", StringComparison.Ordinal)) continue;
            using var document = JsonDocument.Parse(received.Payload);
            rows[received.Topic] = document.RootElement.Clone();
        }

        return [.. rows.Select(r => (r.Key, r.Value))];
    }

    private static string Line(JsonElement row)
    {
        var values = row.TryGetProperty("values", out var all)
            ? string.Join("  ", all.EnumerateObject().Select(v => $"{v.Name} {v.Value.GetProperty("v").GetRawText()}{(v.Value.TryGetProperty("unit", out var unit) ? " " + unit.GetString() : "")}"))
            : "";
        var failures = row.GetProperty("failures").GetInt32() is > 0 and var n ? string.Create(CultureInfo.InvariantCulture, $" ×{n}") : "";
        return $"{Quality(row),-8} {Text(row, "id"),-24} {Text(row, "kind"),-12} {Text(row, "subject"),-24} {Local(Text(row, "at")),-14}  {Texts.Said(row, "text")}{failures}  {values}".TrimEnd();
    }

    // Whoever reads decides by the time whether it is worth anything still: a gateway that is gone cannot say so.
    private static string Quality(JsonElement row) =>
        DateTimeOffset.TryParse(Text(row, "until"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) && until < TimeProvider.System.GetUtcNow() ? "stale" : Text(row, "q");

    private static string Text(JsonElement row, string member) => row.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private static string Local(string at) =>
        DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) ? when.ToLocalTime().ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : at;
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AvGateway.Mqtt.Client;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway ctl lines</c>: how each watched line is, and whose trouble it has.</summary>
internal static class CtlLines
{
    private static readonly string[] Figures = ["lossOut", "lossBack", "lossIn", "variationOut", "variationBack", "roundTrip"];

    public static Command Build()
    {
        var command = new Command("lines", Texts.Say("显示各条线路的状态、测量值与责任判定", "show how each line is, its figures, and whose trouble it has"));
        command.SetAction((parsed, stop) => CtlCommand.GuardedAsync(async () =>
        {
            await using var client = await CtlCommand.ConnectAsync(parsed, stop);
            return await ListAsync(client, await CtlCommand.SiteOf(parsed, client, stop), parsed.GetValue(CtlCommand.Json), stop);
        }));
        return command;
    }

    /// <returns>0 when all are well, else 2: scripts can ask.</returns>
    private static async Task<int> ListAsync(GatewayClient client, string site, bool json, CancellationToken stop)
    {
        await client.SubscribeAsync($"{client.Root}/1/{site}/$line/+", stop);
        var rows = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        while (await client.NextAsync(CtlFaults.Quiet, stop) is { } received)
        {
            if (received.Payload.IsEmpty) continue;
            using var document = JsonDocument.Parse(received.Payload);
            rows[received.Topic] = document.RootElement.Clone();
        }

        foreach (var row in rows.Values)
        {
            if (json)
            {
                Console.Out.WriteLine(row.GetRawText());
                continue;
            }

            Console.Out.WriteLine(Line(row));
            if (!row.TryGetProperty("verdict", out var verdict)) continue;
            Console.Out.WriteLine($"  {Side(verdict.GetProperty("side").GetString()!)}");
            foreach (var reason in verdict.GetProperty("reasons").EnumerateArray()) Console.Out.WriteLine($"    {reason.GetProperty(Texts.IsChinese ? "zh" : "en").GetString()}");
        }

        if (rows.Count == 0 && !json) Console.Out.WriteLine(Texts.Say("没有受监测的线路", "no line is watched"));
        return rows.Values.All(r => State(r) == "well") ? ExitCodes.Done : ExitCodes.Findings;
    }

    private static string Line(JsonElement row)
    {
        var figures = row.GetProperty("figures");
        var shown = string.Join("  ", Figures.Where(f => figures.TryGetProperty(f, out _)).Select(f => $"{f} {figures.GetProperty(f).GetRawText()}"));
        return $"{State(row),-9} {row.GetProperty("line").GetString(),-20} {row.GetProperty("far").GetString(),-12} {row.GetProperty("since").GetString()}  {shown}";
    }

    // Whoever reads decides by the time whether it is worth anything still: a gateway that is gone cannot say so.
    private static string State(JsonElement row) =>
        DateTimeOffset.Parse(row.GetProperty("until").GetString()!, CultureInfo.InvariantCulture) < TimeProvider.System.GetUtcNow() ? "unknown" : row.GetProperty("state").GetString()!;

    private static string Side(string side) => side switch
    {
        "local" => Texts.Say("责任方：本院", "whose trouble: our own"),
        "carrier" => Texts.Say("责任方：运营商", "whose trouble: the carrier's"),
        "far-side" => Texts.Say("责任方：对端法院", "whose trouble: the far court's"),
        _ => Texts.Say("责任方：尚不明确", "whose trouble: not known"),
    };
}

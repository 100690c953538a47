using System.CommandLine;
using System.Text.Json;
using AvGateway.Mqtt.Client;
using AvGateway.Operations.Inspections;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway ctl devices</c>: every device and whether it can be used, as a table or for scripts.</summary>
internal static class CtlDevices
{
    private const string Online = "online";

    public static Argument<string?> Room { get; } = new("R") { Description = Texts.Say("房间；默认全部", "room; all by default"), Arity = ArgumentArity.ZeroOrOne };

    /// <returns>0 when all are online, else 2: scripts can ask.</returns>
    public static async Task<int> ListAsync(GatewayClient client, string site, string? room, bool json, CancellationToken stop)
    {
        var rows = await ReadAsync(client, site, room, stop);
        if (rows.Count == 0)
        {
            Console.Error.WriteLine(room is null ? Texts.Say("没有可见的设备", "no device is shown to you") : Texts.Say($"房间 {room} 没有可见的设备", $"no device of room {room} is shown to you"));
            return ExitCodes.Failed;
        }

        foreach (var (device, row) in rows) Console.Out.WriteLine(json ? Raw(device, row) : Line(device, row));
        var online = rows.Values.Count(r => CtlFaults.Text(r, "state") == Online);
        if (!json) Console.Out.WriteLine(Texts.Say($"共 {rows.Count} 台，在线 {online} 台", $"{rows.Count} devices, {online} online"));
        return online == rows.Count ? ExitCodes.Done : ExitCodes.Findings;
    }

    private static async Task<SortedDictionary<string, JsonElement>> ReadAsync(GatewayClient client, string site, string? room, CancellationToken stop)
    {
        var prefix = $"{client.Root}/1/{site}/";
        const string suffix = "/$state";
        await client.SubscribeAsync($"{prefix}{room ?? "+"}/+{suffix}", stop);
        var rows = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        while (await client.NextAsync(CtlFaults.Quiet, stop) is { } received)
        {
            if (!received.Topic.StartsWith(prefix, StringComparison.Ordinal) || !received.Topic.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var device = received.Topic[prefix.Length..^suffix.Length];
            if (received.Payload.IsEmpty)
            {
                rows.Remove(device);
                continue;
            }

            using var document = JsonDocument.Parse(received.Payload);
            rows[device] = document.RootElement.Clone();
        }

        return rows;
    }

    private static string Raw(string device, JsonElement row) =>
        JsonSerializer.Serialize(new { device, state = CtlFaults.Text(row, "state"), reason = CtlFaults.Text(row, "reason"), mode = CtlFaults.Text(row, "mode"), since = CtlFaults.Text(row, "since") });

    private static string Line(string device, JsonElement row) =>
        $"{CtlFaults.Text(row, "state"),-12} {device,-32} {CtlFaults.Text(row, "mode"),-14} {CtlFaults.Local(CtlFaults.Text(row, "since"))}  {Reason(CtlFaults.Text(row, "reason"))}".TrimEnd();

    private static string Reason(string code) => Texts.Say(SightReasons.Says(code).Zh, code);
}

using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Host.Commands;

/// <summary>What concerns the guard and the docket: to pass the one, and to bring the other.</summary>
internal static partial class CtlCommand
{
    // A second person has to come to a desk: the longest time that a request may live.
    private const uint OverrideExpiry = 60;

    private static readonly Option<string> Override = new("--override")
    {
        Description = Texts.Say("越过庭审保护并说明理由（限法官、管理员；写入服务记录；不得含案件信息）", "pass the hearing guard, for this reason (judge or admin; it goes into the service record; no case data)"),
    };

    private static Command BuildAgree()
    {
        var device = new Argument<string>("R/D") { Description = Texts.Say("房间/设备", "room/device") };
        var verb = new Argument<string>("verb") { Description = Texts.Say("动作", "the verb") };
        var by = new Option<string>("--by") { Description = Texts.Say("提出越过保护的用户", "who wants to pass the guard"), Required = true };
        var command = new Command("agree", Texts.Say("作为第二人同意一次越过庭审保护", "agree, as the second person, that somebody passes the hearing guard once")) { device, verb, by };
        command.SetAction((parsed, stop) => GuardedAsync(() => AskAsync(
            parsed, $"{parsed.GetValue(device)}/$override/{OverrideRequests.Agreeing}/{parsed.GetValue(verb)}", [$"by={parsed.GetValue(by)}"], LongestAct, stop)));
        return command;
    }

    private static Command BuildDocket()
    {
        var file = new Argument<FileInfo>("FILE") { Description = Texts.Say("排期文件：.csv、.ics 或 .json", "the docket: .csv, .ics or .json") };
        var command = new Command("docket", Texts.Say("推送全院排期（限排期系统账户、管理员）", "bring the docket of the whole site (scheduler or admin)")) { file };
        command.SetAction((parsed, stop) => GuardedAsync(() => PushAsync(parsed, parsed.GetValue(file)!, stop)));
        return command;
    }

    private static TimeSpan LongestAct => TimeSpan.FromSeconds(OverrideExpiry) + Grace;

    /// <summary>Asks the guard for this one command by its id, waits for the second person where one is needed, and then sends it.</summary>
    private static async Task<int> OverrideAsync(ParseResult parsed, string device, string verb, string target, string[] arguments, string reason, CancellationToken stop)
    {
        if (!TryPayload(arguments, out var payload, out var wrong)) return Refuse($"\"{wrong}\" is not NAME=VALUE");
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$rsp/{client.Caller}/#", stop);
        var command = Guid.NewGuid();
        var wish = Payload(json =>
        {
            json.WriteString("command", command);
            json.WriteString("reason", reason);
        });
        var granting = await client.AskAsync(site, $"{device}/$override/do/{verb}", wish, OverrideExpiry, stop);
        if (await FollowAsync(client, granting, LongestAct, parsed.GetValue(Json), stop) is var refused and not ExitCodes.Done) return refused;
        await client.AskAsync(command, site, target, payload, (uint)parsed.GetValue(Expiry), stop);
        return await FollowAsync(client, command, TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, parsed.GetValue(Json), stop);
    }

    private static async Task<int> PushAsync(ParseResult parsed, FileInfo file, CancellationToken stop)
    {
        if (!file.Exists || DocketForms.OfFile(file.Name) is null) return Refuse($"{file.FullName}: name a file that ends in .csv, .ics or .json");
        if (file.Length > RequestBody.MostBytes) return TooLarge();
        var text = await File.ReadAllTextAsync(file.FullName, stop);
        var payload = Payload(json =>
        {
            json.WriteString("format", file.Extension[1..]);
            json.WriteString("text", text);
        });
        if (payload.Length > RequestBody.MostBytes) return TooLarge();
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$rsp/{client.Caller}/#", stop);
        var id = await client.AskAsync(site, $"$docket/do/{DocketRequests.Verb}", payload, (uint)parsed.GetValue(Expiry), stop);
        return await FollowAsync(client, id, LongestAct, parsed.GetValue(Json), stop);

        int TooLarge() => Refuse($"{file.FullName} does not fit into one MQTT message of {RequestBody.MostBytes} bytes: PUT it to the gateway's {Hosting.DocketEndpoint.Path} over HTTP");
    }

    private static byte[] Payload(Action<Utf8JsonWriter> args)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("args");
            args(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AvGateway.Mqtt.Client;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Inspections;

namespace AvGateway.Host.Commands;

/// <summary>
/// <c>avgateway inspect [ROOM]</c>, also below <c>ctl</c>: has a running gateway inspect the site or a room, shows what was found, and lets
/// people sign.
/// </summary>
internal static class InspectCommand
{
    // Function checks of a large site take their time, room by room.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // What is retained comes at once; a pause of this length means that there is no more.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private static readonly Argument<string?> Room = new("ROOM") { Description = Texts.Say("房间；省略为整个站点", "a room; the whole site without it"), Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Profile = new("--profile")
    {
        Description = Texts.Say("巡检方案：daily、weekly、monthly、quarterly 或站点文件中的方案", "daily, weekly, monthly, quarterly, or a profile of the site file"),
        DefaultValueFactory = _ => InspectionSettings.DailyProfile,
    };

    private static readonly Argument<string> Id = new("I") { Description = Texts.Say("巡检编号，如 I-2026-000001", "id of the inspection, for example I-2026-000001") };

    /// <summary>The verb of its own, with the connection's options.</summary>
    public static Command Build()
    {
        var command = BuildVerbs();
        foreach (var option in (Option[])[CtlCommand.Url, CtlCommand.Ca, CtlCommand.Certificate, CtlCommand.Key, CtlCommand.SiteId, CtlCommand.Root, CtlCommand.Json, CtlCommand.Expiry]) command.Options.Add(option);
        return command;
    }

    /// <summary>The same below <c>ctl</c>, which has these options already.</summary>
    public static Command BuildVerbs()
    {
        var command = new Command("inspect", Texts.Say("巡检整个站点或一个房间；有异常时退出码为 2", "inspect the site or a room; exit code 2 with findings")) { Room, Profile };
        command.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => RunAsync(parsed, stop)));
        command.Subcommands.Add(BuildSign());
        var cancel = new Command("cancel", Texts.Say("提前结束一次巡检", "end an inspection early")) { Id };
        cancel.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => AskAsync(parsed, InspectionRequests.Cancel, [("inspection", parsed.GetValue(Id))], stop)));
        var show = new Command("show", Texts.Say("显示总线上的一次巡检", "show an inspection that is on the bus")) { Id };
        show.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => ShowAsync(parsed, stop)));
        var list = new Command("list", Texts.Say("列出总线上的巡检", "list the inspections that are on the bus"));
        list.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => ListAsync(parsed, stop)));
        command.Subcommands.Add(cancel);
        command.Subcommands.Add(show);
        command.Subcommands.Add(list);
        return command;
    }

    private static Command BuildSign()
    {
        var row = new Argument<string?>("ROW") { Description = Texts.Say("人工项目，如 court-1/cleaning；省略为整份记录", "a manual row, for example court-1/cleaning; the whole form without it"), Arity = ArgumentArity.ZeroOrOne };
        var result = new Option<string>("--result") { Description = "ok | not-ok", DefaultValueFactory = _ => "ok" };
        result.AcceptOnlyFromAmong("ok", "not-ok");
        var text = new Option<string>("--text") { Description = Texts.Say("说明（不得含案件信息）", "a remark; no case data") };
        var command = new Command("sign", Texts.Say("以登录用户的名义签署人工项目或整份记录", "sign a manual row or the whole form in the name of the user who is signed in")) { Id, row, result, text };
        command.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => AskAsync(
            parsed,
            InspectionRequests.Sign,
            [("inspection", parsed.GetValue(Id)), ("row", parsed.GetValue(row)), ("result", parsed.GetValue(row) is null ? null : parsed.GetValue(result)), ("text", parsed.GetValue(text))],
            stop)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        var site = await JoinAsync(parsed, client, "$inspection/#", stop);
        var id = await client.AskAsync(site, $"$inspection/do/{InspectionRequests.Run}", Payload([("profile", parsed.GetValue(Profile)), ("room", parsed.GetValue(Room))]), (uint)parsed.GetValue(CtlCommand.Expiry), stop);
        var seen = new InspectionView();
        string? ended = null;
        while (await client.NextAsync(ended is null ? Patience : Quiet, stop) is { } received)
        {
            if (received.Topic.Contains("/$inspection/", StringComparison.Ordinal)) seen.Take(received.Topic, received.Payload);
            else if (Answer(received, id) is { } answer)
            {
                if (!answer.GetProperty("final").GetBoolean()) continue;
                if (!answer.TryGetProperty("inspection", out var inspection)) return CtlCommand.Refuse($"{answer.GetProperty("code").GetString()}  {Texts.Said(answer, "title")}");
                ended = inspection.GetProperty("id").GetString()!;
            }

            if (ended is not null && seen.IsWhole(ended)) return Print(parsed, seen, ended);
        }

        return CtlCommand.Refuse(ended is null
            ? Texts.Say("没有收到最终答复；巡检会继续，用 inspect show 查看", "no final answer came; the inspection goes on: look with \"inspect show\"")
            : Texts.Say($"{ended} 的各行没有全部到达，用 inspect show {ended} 查看", $"not all rows of {ended} arrived: look with \"inspect show {ended}\""));
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        var id = parsed.GetValue(Id)!;
        await JoinAsync(parsed, client, $"$inspection/{id}/#", stop);
        var seen = new InspectionView();
        while (!seen.IsWhole(id) && await client.NextAsync(Quiet, stop) is { } received) seen.Take(received.Topic, received.Payload);
        return seen.IsWhole(id) ? Print(parsed, seen, id)
            : CtlCommand.Refuse(Texts.Say($"总线上没有 {id}；较早的在数据目录的 {Hosting.InspectionFiles.Folder} 中", $"{id} is not on the bus; older ones are in {Hosting.InspectionFiles.Folder} of the data directory"));
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        await JoinAsync(parsed, client, "$inspection/+", stop);
        var seen = new InspectionView();
        while (await client.NextAsync(Quiet, stop) is { } received) seen.Take(received.Topic, received.Payload);
        foreach (var head in seen.Heads) Console.Out.WriteLine(parsed.GetValue(CtlCommand.Json) ? head.GetRawText() : InspectionView.Line(head));
        return ExitCodes.Done;
    }

    private static async Task<int> AskAsync(ParseResult parsed, string verb, (string Name, string? Value)[] args, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        var site = await JoinAsync(parsed, client, null, stop);
        var id = await client.AskAsync(site, $"$inspection/do/{verb}", Payload(args), (uint)parsed.GetValue(CtlCommand.Expiry), stop);
        while (await client.NextAsync(TimeSpan.FromSeconds(parsed.GetValue(CtlCommand.Expiry)), stop) is { } received)
        {
            if (Answer(received, id) is not { } answer || !answer.GetProperty("final").GetBoolean()) continue;
            var stat = answer.GetProperty("stat").GetInt32();
            Console.Out.WriteLine(parsed.GetValue(CtlCommand.Json) ? answer.GetRawText() : string.Create(CultureInfo.InvariantCulture, $"{stat} {answer.GetProperty("code").GetString()}  {Texts.Said(answer, "title")}"));
            return stat == 200 ? ExitCodes.Done : ExitCodes.Failed;
        }

        return CtlCommand.Refuse(Texts.Say("没有及时收到答复", "no answer came in time"));
    }

    private static int Print(ParseResult parsed, InspectionView seen, string id)
    {
        if (parsed.GetValue(CtlCommand.Json)) Console.Out.WriteLine(seen.Whole(id));
        else foreach (var line in seen.Lines(id)) Console.Out.WriteLine(line);
        return seen.StateOf(id) != "done" ? ExitCodes.Failed : seen.FindingsOf(id) > 0 ? ExitCodes.Findings : ExitCodes.Done;
    }

    private static async Task<string> JoinAsync(ParseResult parsed, GatewayClient client, string? branch, CancellationToken stop)
    {
        var site = await CtlCommand.SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$rsp/{client.Caller}/#", stop);
        if (branch is not null) await client.SubscribeAsync($"{client.Root}/1/{site}/{branch}", stop);
        return site;
    }

    private static JsonElement? Answer(Received received, Guid id)
    {
        if (!received.Topic.Contains("/$rsp/", StringComparison.Ordinal)) return null;
        using var answer = JsonDocument.Parse(received.Payload);
        return Guid.TryParse(answer.RootElement.GetProperty("id").GetString(), out var about) && about == id ? answer.RootElement.Clone() : null;
    }

    private static byte[] Payload((string Name, string? Value)[] args)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("args");
            foreach (var (name, value) in args)
                if (value is not null) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

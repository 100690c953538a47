using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Mqtt.Client;
using AvGateway.Operations.Power;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Host.Commands;

/// <summary>
/// <c>avgateway power plan|off|on|cancel|watch</c>: orders power runs of a running gateway and shows how they go; plans also from a site file alone.
/// </summary>
internal static class PowerCommand
{
    private static readonly string[] LocalForms = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm"];

    private const string SecondVariable = "AVGW_SECOND_PASSWORD";

    // A deferred room goes when its hearing is over; who does not want to wait presses Ctrl-C, and the run goes on.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private static readonly Option<string[]> Rooms = new("--room") { Description = Texts.Say("房间，可重复；省略为整个站点", "a room, may be given again; the whole site without it"), DefaultValueFactory = _ => [], Recursive = true };
    private static readonly Option<string> SiteFile = new("--site") { Description = Texts.Say("站点文件：不连接网关也能看计划", "a site file: plans without a gateway") };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = Texts.Say("只显示计划，不发送任何指令", "show the plan and send nothing") };
    private static readonly Option<string> Second = new("--second-person")
    {
        Description = Texts.Say($"整个站点关机的第二人；其密码在 {SecondVariable}，否则由其本人在 10 分钟内下同一命令", $"who gives the same order for the whole site; the password in {SecondVariable}, else that person gives it within 10 minutes"),
    };

    private static readonly Option<string> Reason = new("--reason") { Description = Texts.Say("理由，写入服务记录", "why; stands in the service record") };
    private static readonly Option<string> IcsFile = new("--ics") { Description = Texts.Say("另存为 iCalendar 文件：每个房间何时关或开", "also write an iCalendar file: when each room goes off or on") };
    private static readonly Option<string> At = new("--at") { Description = Texts.Say("该文件的开始时间，如 \"2026-02-14 19:00\"；默认现在", "when it would begin, for that file, such as \"2026-02-14 19:00\"; now otherwise") };
    private static readonly Option<PowerAct> Act = new("--act") { Description = "off | on", DefaultValueFactory = _ => PowerAct.Off };

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
        var plan = new Command("plan", Texts.Say("显示将要做什么、按什么顺序、哪些房间会推迟", "show what would be done, in which order, and what would be deferred")) { SiteFile, Act, IcsFile, At };
        plan.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => PlanAsync(parsed, parsed.GetValue(Act), stop)));
        var run = new Argument<string>("RUN") { Description = Texts.Say("运行编号", "id of the run") };
        var cancel = new Command("cancel", Texts.Say("撤回尚未发送的步骤", "take back what was not sent yet")) { run };
        cancel.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => CancelAsync(parsed, parsed.GetValue(run)!, stop)));
        var watch = new Command("watch", Texts.Say("显示正在进行和最近的运行", "show the runs under way and the last ones"));
        watch.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => WatchAsync(parsed, stop)));
        return new("power", Texts.Say("按计划关机与开机", "switch rooms or the whole site off and on")) { Rooms, plan, BuildOrder(PowerAct.Off), BuildOrder(PowerAct.On), cancel, watch };
    }

    private static Command BuildOrder(PowerAct act)
    {
        var isOff = act is PowerAct.Off;
        var command = new Command(isOff ? "off" : "on", isOff ? Texts.Say("关机，逐步核实", "switch off, each step seen") : Texts.Say("开机，逐步核实", "switch on, each step seen")) { DryRun, Second, Reason };
        command.SetAction((parsed, stop) => CtlCommand.GuardedAsync(() => parsed.GetValue(DryRun) ? PlanAsync(parsed, act, stop) : OrderAsync(parsed, act, stop)));
        return command;
    }

    private static async Task<int> PlanAsync(ParseResult parsed, PowerAct act, CancellationToken stop)
    {
        if (!TryAt(parsed, TimeZoneInfo.Local, out _)) return NoTime(parsed);
        if (parsed.GetValue(SiteFile) is { } file) return PlanOf(file, act, parsed);
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        var site = await JoinAsync(parsed, client, stop);
        var id = await client.AskAsync(site, "$power/do/preview", Payload(parsed, ("act", Word(act))), (uint)parsed.GetValue(CtlCommand.Expiry), stop);
        using var answer = await FinalAsync(client, id, null, stop);
        if (answer is null) return CtlCommand.Refuse(Texts.Say("没有及时收到答复", "no answer came in time"));
        if (parsed.GetValue(CtlCommand.Json)) Console.Out.WriteLine(answer.RootElement.GetRawText());
        else if (answer.RootElement.TryGetProperty("plan", out var shown)) PlanTable.Write(Console.Out, shown);
        else Console.Error.WriteLine(PlanTable.Line(answer.RootElement));
        if (answer.RootElement.TryGetProperty("plan", out var plan)) Keep(parsed, site, plan, TimeZoneInfo.Local);
        return ExitOf(answer.RootElement);
    }

    // A time without an offset is one of the court's wall, where the file tells its zone.
    private static bool TryAt(ParseResult parsed, TimeZoneInfo zone, out DateTimeOffset at)
    {
        at = TimeProvider.System.GetUtcNow();
        if (parsed.GetValue(At) is not { } text) return true;
        if (!DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mmK", CultureInfo.InvariantCulture, DateTimeStyles.None, out at);
        at = new(local, zone.GetUtcOffset(local));
        return true;
    }

    private static int NoTime(ParseResult parsed) => CalendarCommand.Usage(Texts.Say($"--at “{parsed.GetValue(At)}”应写作 2026-02-14 19:00", $"--at \"{parsed.GetValue(At)}\": write for example 2026-02-14 19:00"));

    private static void Keep(ParseResult parsed, string site, JsonElement plan, TimeZoneInfo zone)
    {
        if (parsed.GetValue(IcsFile) is not { } file || !TryAt(parsed, zone, out var at)) return;
        File.WriteAllBytes(file, EventFile.Write(PlanEvents.Of(site, plan, at), TimeProvider.System.GetUtcNow()));
    }

    private static int PlanOf(string file, PowerAct act, ParseResult parsed)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        if (reader.Read(file) is not { } site)
        {
            foreach (var finding in reader.Findings) Console.Error.WriteLine(finding);
            return ExitCodes.Failed;
        }

        string[] rooms = parsed.GetValue(Rooms) is { Length: > 0 } some ? some : [.. site.Power.Rooms.Where(r => site.Power.UseOf(r) is not PowerUse.Machines)];
        if (rooms.FirstOrDefault(r => !site.Power.Rooms.Contains(r)) is { } stranger) return CtlCommand.Refuse(Texts.Say($"没有房间 {stranger}", $"there is no room \"{stranger}\""));
        var layouts = site.Rooms.ToDictionary(r => r.Id, r => r.Plan.Layout);
        var plan = PowerPlanner.Plan(site.Power, act, rooms, room => RoomSources.Of(layouts[room]));
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            PowerJson.Write(json, plan, static _ => null);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        if (parsed.GetValue(CtlCommand.Json)) Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        else PlanTable.Write(Console.Out, document.RootElement.GetProperty("plan"));
        Keep(parsed, site.Id, document.RootElement.GetProperty("plan"), site.Zone);
        return ExitCodes.Done;
    }

    private static async Task<int> OrderAsync(ParseResult parsed, PowerAct act, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        var site = await JoinAsync(parsed, client, stop);
        var second = parsed.GetValue(Second);
        var code = await OrderAsync(parsed, client, site, act, second, stop);
        if (code != ExitCodes.ApprovalMissing || second is null || Environment.GetEnvironmentVariable(SecondVariable) is not { Length: > 0 } password) return code;

        // The second person gives the same order in their own name: the topic proves who it was.
        await using var other = await CtlCommand.ConnectAsync(parsed, uri => new UriBuilder(uri) { UserName = Uri.EscapeDataString(second), Password = Uri.EscapeDataString(password) }.Uri, stop);
        await JoinAsync(parsed, other, stop);
        return await OrderAsync(parsed, other, site, act, null, stop);
    }

    private static async Task<int> OrderAsync(ParseResult parsed, GatewayClient client, string site, PowerAct act, string? second, CancellationToken stop)
    {
        (string, string?)[] more = [("reason", parsed.GetValue(Reason)), ("second", second)];
        var id = await client.AskAsync(site, $"$power/do/{Word(act)}", Payload(parsed, more), (uint)parsed.GetValue(CtlCommand.Expiry), stop);
        var board = new PowerBoard(Console.Out, isLive: !Console.IsOutputRedirected && !parsed.GetValue(CtlCommand.Json), isQuiet: parsed.GetValue(CtlCommand.Json), TimeProvider.System);
        using var answer = await FinalAsync(client, id, board, stop);
        if (answer is null) return CtlCommand.Refuse(Texts.Say("没有收到最终答复；运行会继续，用 power watch 查看", "no final answer came; the run goes on: look with \"power watch\""));
        var root = answer.RootElement;
        if (parsed.GetValue(CtlCommand.Json)) Console.Out.WriteLine(root.GetRawText());
        else board.End(root);
        return ExitOf(root);
    }

    private static async Task<int> CancelAsync(ParseResult parsed, string run, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        var site = await JoinAsync(parsed, client, stop);
        var id = await client.AskAsync(site, "$power/do/cancel", Payload(parsed, ("run", run)), (uint)parsed.GetValue(CtlCommand.Expiry), stop);
        using var answer = await FinalAsync(client, id, null, stop);
        if (answer is null) return CtlCommand.Refuse(Texts.Say("没有及时收到答复", "no answer came in time"));
        Console.Out.WriteLine(parsed.GetValue(CtlCommand.Json) ? answer.RootElement.GetRawText() : PlanTable.Line(answer.RootElement));
        return ExitOf(answer.RootElement);
    }

    private static async Task<int> WatchAsync(ParseResult parsed, CancellationToken stop)
    {
        await using var client = await CtlCommand.ConnectAsync(parsed, stop);
        await JoinAsync(parsed, client, stop);
        var board = new PowerBoard(Console.Out, isLive: false, isQuiet: false, TimeProvider.System);
        try
        {
            while (await client.NextAsync(Patience, stop) is { } received)
            {
                if (!received.Topic.Contains("/$power/", StringComparison.Ordinal) || received.Payload.IsEmpty) continue;
                if (parsed.GetValue(CtlCommand.Json)) Console.Out.WriteLine(Encoding.UTF8.GetString(received.Payload.Span));
                else board.Show(received.Topic[(received.Topic.LastIndexOf('/') + 1)..], received.Payload);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }

        return CtlCommand.Refuse(Texts.Say("连接已断开", "the connection ended"));
    }

    private static async Task<string> JoinAsync(ParseResult parsed, GatewayClient client, CancellationToken stop)
    {
        var site = await CtlCommand.SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$rsp/{client.Caller}/#", stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$power/#", stop);
        return site;
    }

    /// <param name="board">Null: the wait is short and nothing is shown.</param>
    private static async Task<JsonDocument?> FinalAsync(GatewayClient client, Guid id, PowerBoard? board, CancellationToken stop)
    {
        string? run = null;
        while (await client.NextAsync(board is null ? TimeSpan.FromSeconds(30) : Patience, stop) is { } received)
        {
            var level = received.Topic[(received.Topic.LastIndexOf('/') + 1)..];
            if (received.Topic.Contains("/$power/", StringComparison.Ordinal))
            {
                if (level == run && !received.Payload.IsEmpty) board?.Show(level, received.Payload);
                continue;
            }

            if (!received.Topic.Contains("/$rsp/", StringComparison.Ordinal)) continue;
            var answer = JsonDocument.Parse(received.Payload);
            var root = answer.RootElement;
            var isOurs = Guid.TryParse(root.GetProperty("id").GetString(), out var about) && about == id;
            if (isOurs && root.GetProperty("final").GetBoolean()) return answer;
            if (isOurs && root.TryGetProperty("run", out var accepted)) run = accepted.GetProperty("id").GetString();
            answer.Dispose();
        }

        return null;
    }

    private static int ExitOf(JsonElement answer) => answer.GetProperty("code").GetString() switch
    {
        "AVG-VERIFIED" => ExitCodes.Done,
        "AVG-GUARD-SECOND-PERSON" or "AVG-GUARD-PREVIEW" => ExitCodes.ApprovalMissing,
        "AVG-PARTIAL" => ExitCodes.Findings,
        _ => ExitCodes.Failed,
    };

    private static byte[] Payload(ParseResult parsed, params (string Name, string? Value)[] more)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("args");
            if (parsed.GetValue(Rooms) is { Length: > 0 } rooms) json.WriteString("room", string.Join(',', rooms));
            foreach (var (name, value) in more)
                if (value is not null) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Word(PowerAct act) => act is PowerAct.Off ? "off" : "on";
}

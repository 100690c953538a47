using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Host.Tls;
using AvGateway.Mqtt.Client;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Faults;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway ctl</c>: an MQTT client for engineers, with the rights of the user it signs in as and no others.</summary>
internal static partial class CtlCommand
{
    private const string UrlVariable = "AVGW_URL";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // Displays may take a minute to warm up, each step has its own deadline, and the last answer comes at the end of all.
    private static readonly TimeSpan LongestScene = TimeSpan.FromMinutes(5);

    internal static readonly Option<string> Url = new("--url")
    {
        Description = Texts.Say($"mqtt://用户:密码@主机:端口（或环境变量 {UrlVariable}）", $"mqtt://USER:PASSWORD@HOST:PORT (or the environment's {UrlVariable})"),
        Recursive = true,
    };

    internal static readonly Option<string> SiteId = new("--site-id") { Description = Texts.Say("站点编号；默认自动发现", "id of the site; found by itself otherwise"), Recursive = true };
    internal static readonly Option<string> Root = new("--root") { Description = Texts.Say("主题的第一级", "first level of the topics"), DefaultValueFactory = _ => "avgw", Recursive = true };
    internal static readonly Option<bool> Json = new("--json") { Description = Texts.Say("原样输出 JSON", "print the JSON as it came"), Recursive = true };
    internal static readonly Option<int> Expiry = new("--ttl") { Description = Texts.Say("请求的有效秒数", "seconds that the request is good for"), DefaultValueFactory = _ => 30, Recursive = true };

    internal static readonly Option<string> Ca = new("--ca") { Description = Texts.Say("mqtts:// 的签发机构 PEM 文件（网关的 ca.pem）", "for mqtts://: PEM file with the authority (the gateway's ca.pem)"), Recursive = true };
    internal static readonly Option<string> Certificate = new("--certificate") { Description = Texts.Say("客户端证书 PEM 文件", "PEM file with the client certificate"), Recursive = true };
    internal static readonly Option<string> Key = new("--key") { Description = Texts.Say("客户端证书的私钥 PEM 文件", "PEM file with its private key"), Recursive = true };

    public static Command Build()
    {
        var command = new Command("ctl", Texts.Say("以 MQTT 客户端操作网关", "operate a gateway as an MQTT client")) { Url, Ca, Certificate, Key, SiteId, Root, Json, Expiry };
        command.Subcommands.Add(BuildDo());
        command.Subcommands.Add(BuildScene());
        command.Subcommands.Add(BuildHearing());
        command.Subcommands.Add(BuildSchedule());
        command.Subcommands.Add(BuildAgree());
        command.Subcommands.Add(BuildDocket());
        command.Subcommands.Add(BuildFaults());
        command.Subcommands.Add(BuildSilence());
        command.Subcommands.Add(BuildEscalation());
        command.Subcommands.Add(BuildProbes());
        command.Subcommands.Add(CtlLines.Build());
        command.Subcommands.Add(BuildChannel());
        command.Subcommands.Add(BuildService());
        command.Subcommands.Add(BuildWatch());
        command.Subcommands.Add(BuildDevices());
        command.Subcommands.Add(PowerCommand.BuildVerbs());
        command.Subcommands.Add(InspectCommand.BuildVerbs());
        return command;
    }

    private static Command BuildDo()
    {
        var device = new Argument<string>("R/D") { Description = Texts.Say("房间/设备", "room/device") };
        var verb = new Argument<string>("verb") { Description = Texts.Say("动作，或 set/属性", "the verb, or set/PROPERTY") };
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数", "arguments"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("do", Texts.Say("向设备发出一个请求并等待结果", "ask a device for something and wait for the end")) { device, verb, arguments, Override };
        command.SetAction((parsed, stop) => GuardedAsync(() => DoAsync(parsed, parsed.GetValue(device)!, parsed.GetValue(verb)!, parsed.GetValue(arguments) ?? [], stop)));
        return command;
    }

    private static Command BuildScene()
    {
        var room = Room();
        var scene = new Argument<string>("scene") { Description = Texts.Say("场景编号，如 open、evidence、recess", "id of the scene, for example open, evidence, recess") };
        var act = new Option<string>("--act") { Description = Texts.Say("run 执行，preview 预演，rollback 撤销", "run, preview (sends nothing) or rollback"), DefaultValueFactory = _ => "run" };
        act.AcceptOnlyFromAmong([.. SceneRequests.Verbs.Keys]);
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数，如 public=true", "arguments, for example public=true"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("scene", Texts.Say("在一个法庭执行场景并等待结果", "run a scene of a room and wait for the end")) { room, scene, arguments, act };
        command.SetAction((parsed, stop) => GuardedAsync(() =>
            AskRoomAsync(parsed, $"{parsed.GetValue(room)}/$scene/{parsed.GetValue(scene)}/do/{parsed.GetValue(act)}", parsed.GetValue(arguments) ?? [], stop)));
        return command;
    }

    private static Command BuildHearing()
    {
        var room = Room();
        var verb = new Argument<string>("verb") { Description = string.Join(", ", HearingRequests.Scenes.Keys.Order(StringComparer.Ordinal)) };
        verb.AcceptOnlyFromAmong([.. HearingRequests.Scenes.Keys]);
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数，如 public=true", "arguments, for example public=true"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("hearing", Texts.Say("推进一个法庭的庭审（仅限本庭法官、书记员、面板）", "lead a room's hearing on (its judge, clerk or panel only)")) { room, verb, arguments };
        command.SetAction((parsed, stop) => GuardedAsync(() => AskRoomAsync(parsed, $"{parsed.GetValue(room)}/$hearing/do/{parsed.GetValue(verb)}", parsed.GetValue(arguments) ?? [], stop)));
        return command;
    }

    private static Command BuildSchedule()
    {
        var job = new Argument<string>("J") { Description = Texts.Say("任务编号", "id of the job") };
        var act = new Option<string>("--act") { Description = Texts.Say("preview 预览，run 立即执行，skip 跳过下一次", "preview, run (now) or skip (the next time, or what waits)"), DefaultValueFactory = _ => "preview" };
        act.AcceptOnlyFromAmong([.. ScheduleRequests.Verbs.Keys]);
        var file = new Option<string>("--ics") { Description = Texts.Say("将预览另存为 iCalendar 文件", "write the preview to an iCalendar file as well") };
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数，如 days=30", "arguments, for example days=30"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("schedule", Texts.Say("查看、执行或跳过一个定时任务", "look ahead at a job, run it or skip it")) { job, arguments, act, file };
        command.SetAction((parsed, stop) => GuardedAsync(() =>
        {
            var wishes = parsed.GetValue(arguments) ?? [];
            return AskAsync(
                parsed, $"$schedule/{parsed.GetValue(job)}/do/{parsed.GetValue(act)}", parsed.GetValue(file) is null ? wishes : [.. wishes, "ics=true"], LongestScene, answer => Keep(answer, parsed.GetValue(file)), stop);
        }));
        return command;
    }

    private static void Keep(JsonElement answer, string? file)
    {
        if (file is not null && answer.TryGetProperty("ics", out var text)) File.WriteAllText(file, text.GetString());
    }

    private static Command BuildFaults()
    {
        var arguments = new Argument<string[]>("k=v") { Description = Texts.Say("参数，如 text=… to=vendor:acme", "arguments, for example text=… to=vendor:acme"), Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("faults", Texts.Say("显示未关闭的故障，或对故障进行操作", "show the open faults, or act on one")) { CtlFaults.Verb, CtlFaults.Fault, arguments };
        command.SetAction((parsed, stop) => GuardedAsync(() => FaultsAsync(parsed, parsed.GetValue(arguments) ?? [], stop)));
        return command;
    }

    private static async Task<int> FaultsAsync(ParseResult parsed, string[] arguments, CancellationToken stop)
    {
        var verb = parsed.GetValue(CtlFaults.Verb)!;
        var fault = parsed.GetValue(CtlFaults.Fault);
        if (verb == FaultDesk.Raise)
        {
            // It names a room or a device, and no fault: what stands in its place is an argument.
            return await AskAsync(parsed, $"$fault/do/{verb}", fault is null ? arguments : [fault, .. arguments], TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, stop);
        }

        if (verb is not ("list" or "due") && fault is null) return Refuse(Texts.Say($"{verb} 需要故障编号", $"{verb} needs the id of a fault"));
        if (verb is not ("list" or "show" or "due")) return await AskAsync(parsed, $"$fault/{fault}/do/{verb}", arguments, TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, stop);
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        if (verb == "due") return await CtlFaults.ListDueAsync(client, site, parsed.GetValue(Json), stop);
        return verb == "list" ? await CtlFaults.ListAsync(client, site, parsed.GetValue(Json), stop) : await CtlFaults.ShowAsync(client, site, fault!, parsed.GetValue(Json), stop);
    }

    private static Argument<string> Room() => new("R") { Description = Texts.Say("房间", "room") };

    private static Command BuildWatch()
    {
        var what = new Argument<string>("R/D") { Description = Texts.Say("房间或房间/设备；默认全部", "room or room/device; everything by default"), Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("watch", Texts.Say("显示状态及其变化", "show states and their changes")) { what };
        command.SetAction((parsed, stop) => GuardedAsync(() => WatchAsync(parsed, parsed.GetValue(what), stop)));
        return command;
    }

    private static Command BuildDevices()
    {
        var command = new Command("devices", Texts.Say("列出设备及其是否可用", "list the devices and whether they can be used")) { CtlDevices.Room };
        command.SetAction((parsed, stop) => GuardedAsync(async () =>
        {
            await using var client = await ConnectAsync(parsed, stop);
            return await CtlDevices.ListAsync(client, await SiteOf(parsed, client, stop), parsed.GetValue(CtlDevices.Room), parsed.GetValue(Json), stop);
        }));
        return command;
    }

    private static async Task<int> DoAsync(ParseResult parsed, string device, string verb, string[] arguments, CancellationToken stop)
    {
        if (device.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]) return Refuse($"\"{device}\" is not ROOM/DEVICE");
        var target = verb.StartsWith("set/", StringComparison.Ordinal) ? $"{device}/{verb}" : $"{device}/do/{verb}";
        if (parsed.GetValue(Override) is { } reason) return await OverrideAsync(parsed, device, verb, target, arguments, reason, stop);
        return await AskAsync(parsed, target, arguments, TimeSpan.FromSeconds(parsed.GetValue(Expiry)) + Grace, stop);
    }

    private static Task<int> AskRoomAsync(ParseResult parsed, string target, string[] arguments, CancellationToken stop) =>
        AskAsync(parsed, target, arguments, LongestScene, stop);

    private static Task<int> AskAsync(ParseResult parsed, string target, string[] arguments, TimeSpan patience, CancellationToken stop) =>
        AskAsync(parsed, target, arguments, patience, null, stop);

    private static async Task<int> AskAsync(ParseResult parsed, string target, string[] arguments, TimeSpan patience, Action<JsonElement>? onEnd, CancellationToken stop)
    {
        if (!TryPayload(arguments, out var payload, out var wrong)) return Refuse($"\"{wrong}\" is not NAME=VALUE");
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/$rsp/{client.Caller}/#", stop);
        var id = await client.AskAsync(site, target, payload, (uint)parsed.GetValue(Expiry), stop);
        return await FollowAsync(client, id, patience, parsed.GetValue(Json), onEnd, stop);
    }

    private static Task<int> FollowAsync(GatewayClient client, Guid id, TimeSpan patience, bool json, CancellationToken stop) =>
        FollowAsync(client, id, patience, json, null, stop);

    private static async Task<int> FollowAsync(GatewayClient client, Guid id, TimeSpan patience, bool json, Action<JsonElement>? onEnd, CancellationToken stop)
    {
        while (await client.NextAsync(patience, stop) is { } received)
        {
            if (!received.Topic.Contains("/$rsp/", StringComparison.Ordinal)) continue;
            using var answer = JsonDocument.Parse(received.Payload);
            var root = answer.RootElement;
            if (!Guid.TryParse(root.GetProperty("id").GetString(), out var about) || about != id) continue;
            Console.Out.WriteLine(json ? Encoding.UTF8.GetString(received.Payload.Span) : Line(root));
            if (!json) foreach (var step in Steps(root)) Console.Out.WriteLine(step);
            if (!root.GetProperty("final").GetBoolean()) continue;
            onEnd?.Invoke(root);
            return root.GetProperty("stat").GetInt32() is 200 or 203 ? ExitCodes.Done : ExitCodes.Failed;
        }

        return Refuse("no final answer came in time; what the device did is not known: look with \"ctl watch\"");
    }

    private static async Task<int> WatchAsync(ParseResult parsed, string? what, CancellationToken stop)
    {
        await using var client = await ConnectAsync(parsed, stop);
        var site = await SiteOf(parsed, client, stop);
        await client.SubscribeAsync($"{client.Root}/1/{site}/{(what is null ? "#" : what + "/#")}", stop);
        var prefix = $"{client.Root}/1/{site}/".Length;
        try
        {
            while (await client.NextAsync(TimeSpan.FromDays(1), stop) is { } received)
            {
                if (!received.Topic.Contains("/$desc", StringComparison.Ordinal) || parsed.GetValue(Json))
                {
                    Console.Out.WriteLine($"{received.Topic[prefix..]} {Encoding.UTF8.GetString(received.Payload.Span)}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }

        return Refuse("the connection ended");
    }

    // A scene's steps, those that a preview would take, or what is wrong with a docket.
    private static IEnumerable<string> Steps(JsonElement answer)
    {
        if (answer.TryGetProperty("preview", out var due))
        {
            foreach (var one in due.EnumerateArray())
                yield return $"  {one.GetProperty("at").GetString()}  {string.Join(',', one.GetProperty("rooms").EnumerateArray().Select(r => r.GetString()))}  {Worded(one.GetProperty("why"))}";
        }

        if (answer.TryGetProperty("findings", out var findings))
            foreach (var finding in findings.EnumerateArray())
                yield return $"  {finding.GetProperty("place").GetString()}: {Texts.Say(finding.GetProperty("zh").GetString()!, finding.GetProperty("en").GetString()!)} ({finding.GetProperty("code").GetString()})";
        foreach (var line in CtlReport.Lines(answer)) yield return line;
        if (!answer.TryGetProperty("run", out var whole) && !answer.TryGetProperty("plan", out whole)) yield break;
        foreach (var step in whole.GetProperty("steps").EnumerateArray())
        {
            var state = step.TryGetProperty("state", out var word) ? word.GetString() : step.GetProperty("verb").GetString() ?? "-";
            var reason = step.TryGetProperty("reason", out var why) ? $"  {why.GetString()}" : "";
            yield return $"  {state,-10} {step.GetProperty("name").GetString()}{reason}";
        }
    }

    private static string? Worded(JsonElement wording) => wording.GetProperty(Texts.IsChinese ? "zh" : "en").GetString();

    private static string Line(JsonElement answer)
    {
        var reported = answer.TryGetProperty("reported", out var seen) && seen.ValueKind is JsonValueKind.Object ? $"  {seen.GetRawText()}" : "";
        var elapsed = answer.TryGetProperty("elapsedMs", out var ms) ? $"{ms.GetRawText(),6} ms" : "";
        var about = answer.TryGetProperty("fault", out var fault) ? $"  {fault.GetString()}" : "";
        return $"{answer.GetProperty("phase").GetString(),-9} {answer.GetProperty("stat").GetInt32()} {answer.GetProperty("code").GetString()}  {elapsed}  {Texts.Said(answer, "title")}{about}{reported}";
    }

    internal static Task<GatewayClient> ConnectAsync(ParseResult parsed, CancellationToken stop) => ConnectAsync(parsed, static uri => uri, stop);

    /// <param name="as">The same gateway for another user.</param>
    internal static async Task<GatewayClient> ConnectAsync(ParseResult parsed, Func<Uri, Uri> @as, CancellationToken stop)
    {
        var url = parsed.GetValue(Url) ?? Environment.GetEnvironmentVariable(UrlVariable);
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw new GatewayClientException(Texts.Say(
                "请给出 --url mqtt://用户:密码@主机:端口（密码在数据目录的 credentials.json 中）",
                "give --url mqtt://USER:PASSWORD@HOST:PORT (passwords stand in credentials.json of the data directory)"));
        }

        return await GatewayClient.ConnectAsync(@as(uri), Certificates(parsed), parsed.GetValue(Root)!, TimeProvider.System, stop);
    }

    private static ClientTls Certificates(ParseResult parsed)
    {
        try
        {
            var own = parsed.GetValue(Certificate) is { } certificate ? X509Certificate2.CreateFromPemFile(certificate, parsed.GetValue(Key)) : null;
            return new(parsed.GetValue(Ca) is { } authority ? Pem.Authorities(authority) : null, own);
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException or TlsException)
        {
            throw new GatewayClientException(unusable.Message);
        }
    }

    internal static async Task<string> SiteOf(ParseResult parsed, GatewayClient client, CancellationToken stop) =>
        parsed.GetValue(SiteId) ?? await client.FindSiteAsync(stop);

    private static bool TryPayload(string[] arguments, out byte[] payload, out string wrong)
    {
        var buffer = new ArrayBufferWriter<byte>();
        payload = [];
        wrong = "";
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("args");
        foreach (var argument in arguments)
        {
            wrong = argument;
            if (argument.Split('=', 2) is not [{ Length: > 0 } name, var text]) return false;
            json.WritePropertyName(name);
            Read(text).WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        payload = buffer.WrittenSpan.ToArray();
        return true;
    }

    private static Value Read(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    internal static async Task<int> GuardedAsync(Func<Task<int>> act)
    {
        try { return await act(); }
        catch (GatewayClientException failure) { return Refuse(failure.Message); }
    }

    internal static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return ExitCodes.Failed;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>The docket, pushed into a running gateway over HTTP and MQTT: what it does to the guard, and what outlives a restart.</summary>
public sealed class DocketPushTests : IAsyncLifetime
{
    private const string Header = "room,id,start,end\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-docket-").FullName;
    private GatewayProcess? _gateway;
    private SimulatedCourt? _court;

    private GatewayProcess Gateway => _gateway!;
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _court = await SimulatedCourt.StartAsync([new("court-1", "matrix", "videohub")], TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), $$"""
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "docket": { "push": true },
              "rooms": [{ "id": "court-1", "devices": [{ "id": "matrix", "driver": "videohub", "link": "{{_court.Devices[0].Link.Uri}}" }] }]
            }
            """, Test);
        _gateway = await StartAsync();
    }

    [Fact]
    public async Task Silent_and_contradictory_guard_and_a_docket_that_is_good_lifts_the_guard_also_after_a_restart()
    {
        Assert.Equal("AVG-GUARD-DOCKET", await GuardAsync());

        var (status, answer) = await PushAsync("text/csv", Header);
        Assert.Equal((HttpStatusCode.OK, 0), (status, answer.GetProperty("entries").GetInt32()));
        Assert.Equal("AVG-VERIFIED", await GuardAsync());

        var now = TimeProvider.System.GetUtcNow();
        await PushAsync("application/json", $$"""{"hearings":[{"room":"court-1","id":"h-1","start":"{{Time(now.AddMinutes(10))}}","end":"{{Time(now.AddHours(2))}}"}]}""");
        Assert.Equal("AVG-GUARD-RESERVED", await GuardAsync());

        // A fresh process knows what it was told, without a word from anybody.
        await Gateway.KillAsync();
        _gateway = await StartAsync();
        Assert.Equal("AVG-GUARD-RESERVED", await GuardAsync());

        await PushAsync("text/csv; charset=utf-8", $"{Header}court-1,h-1,{Time(now.AddHours(5))},{Time(now.AddHours(7))}\ncourt-1,h-2,{Time(now.AddHours(6))},{Time(now.AddHours(8))}\n");
        Assert.Equal("AVG-GUARD-DOCKET", await GuardAsync());
    }

    [Fact]
    public async Task Who_may_not_and_what_is_none_is_refused()
    {
        await RefusedAsync("scheduler", "guessed-it-wrong", "text/csv", null, HttpStatusCode.Unauthorized, "AVG-AUTH-USER");
        await RefusedAsync(null, null, "text/csv", null, HttpStatusCode.Unauthorized, "AVG-AUTH-USER");
        await RefusedAsync("engineer", null, "text/csv", null, HttpStatusCode.Forbidden, "AVG-AUTH-RIGHTS");
        await RefusedAsync("clerk-court-1", null, "text/csv", null, HttpStatusCode.Forbidden, "AVG-AUTH-RIGHTS");
        await RefusedAsync("scheduler", null, "text/plain", null, HttpStatusCode.UnsupportedMediaType, "AVG-REQ-MALFORMED");
        await RefusedAsync("scheduler", null, "text/csv; charset=gb18030", null, HttpStatusCode.UnsupportedMediaType, "AVG-REQ-MALFORMED");
        await RefusedAsync("scheduler", null, "text/csv", "https://elsewhere.example", HttpStatusCode.Forbidden, null);
        Assert.Equal("AVG-GUARD-DOCKET", await GuardAsync());
    }

    private async Task RefusedAsync(string? user, string? password, string type, string? origin, HttpStatusCode expected, string? code)
    {
        var (status, answer) = await PushAsync(type, Header, user, password, origin);

        Assert.Equal(expected, status);
        if (code is not null) Assert.Equal(code, answer.GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_is_too_large_or_has_findings_changes_nothing()
    {
        var (large, _) = await PushAsync("text/csv", Header + new string(' ', 4 * 1024 * 1024));
        var (wrong, answer) = await PushAsync("text/csv", "room,id,start,end,party\ncourt-1,h-1,2026-11-23T09:00,2026-11-23T12:00,Zhang\n");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnprocessableEntity), (large, wrong));
        var finding = answer.GetProperty("findings")[0];
        Assert.Equal(("line 1", "COLUMN", "存在未知列"), (finding.GetProperty("place").GetString(), finding.GetProperty("code").GetString(), finding.GetProperty("zh").GetString()));
        Assert.Equal("AVG-GUARD-DOCKET", await GuardAsync());
    }

    [Fact]
    public async Task Over_MQTT_it_is_the_same()
    {
        await using var scheduler = Client("scheduler");
        await scheduler.SubscribeAsync($"{scheduler.Base}/$rsp/scheduler/#");
        await using var engineer = Client("engineer");
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");

        Assert.Equal("AVG-AUTH-RIGHTS", (await engineer.AskAsync("$docket/do/push", "{\"hearings\":[]}"))[^1].GetProperty("code").GetString());
        Assert.Equal("AVG-REQ-ARGUMENT", (await scheduler.AskAsync("$docket/do/push", "{\"format\":\"xlsx\",\"text\":\"\"}"))[^1].GetProperty("code").GetString());
        Assert.Equal("AVG-REQ-DOCKET", (await scheduler.AskAsync("$docket/do/push", "{\"hearings\":[{\"room\":\"court-1\"}]}"))[^1].GetProperty("code").GetString());
        Assert.Equal("AVG-GUARD-DOCKET", await GuardAsync());

        var taken = (await scheduler.AskAsync("$docket/do/push", "{\"hearings\":[]}"))[^1];
        Assert.Equal((200, 0, 64), (taken.GetProperty("stat").GetInt32(), taken.GetProperty("entries").GetInt32(), taken.GetProperty("digest").GetString()!.Length));
        Assert.Equal("AVG-VERIFIED", await GuardAsync());
    }

    [Fact]
    public async Task The_lines_of_the_manual_bring_one()
    {
        using var lines = DocumentedLines.Of(HearingsManualTests.Manual(), b => b.Contains("curl", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(lines.Folder, "docket.csv"), Header, Test);
        await File.WriteAllTextAsync(Path.Combine(lines.Folder, ".curlrc"), $"resolve = \"127.0.0.1:8080:127.0.0.1\"\nconnect-to = \"127.0.0.1:8080:{Gateway.Http.Authority}\"\n", Test);
        lines.Environment["CURL_HOME"] = lines.Folder;
        lines.Environment["PASSWORD"] = Gateway.PasswordOf("scheduler");
        lines.Environment["AVGW_URL"] = $"mqtt://scheduler:{Gateway.PasswordOf("scheduler")}@{Gateway.MqttHost}:{Gateway.MqttPort}";

        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(1), Test);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(2, run.Output.Split("AVG-VERIFIED").Length - 1);
        Assert.Equal("AVG-VERIFIED", await GuardAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_court is not null) await _court.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<GatewayProcess> StartAsync()
    {
        var gateway = await GatewayProcess.StartAsync(Path.Combine(_folder, "data"), "run", Path.Combine(_folder, "site.json"));
        await using var client = new MosquittoClient(gateway, "engineer", "mqttv5");
        await client.SubscribeAsync($"{client.Base}/court-1/matrix/$state");
        await client.NextAsync($"{client.Base}/court-1/matrix/$state", s => s.GetProperty("state").GetString() == "online", TimeSpan.FromSeconds(40));
        return gateway;
    }

    private MosquittoClient Client(string user) => new(Gateway, user, "mqttv5");

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>What an engineer's routing meets.</summary>
    private async Task<string?> GuardAsync()
    {
        await using var engineer = Client("engineer");
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");
        return (await engineer.AskAsync("court-1/matrix/do/route", "{\"input\":1,\"output\":1}"))[^1].GetProperty("code").GetString();
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PushAsync(string type, string docket, string? user = "scheduler", string? password = null, string? origin = null)
    {
        using var http = new HttpClient { BaseAddress = Gateway.Http };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/docket") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(docket)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (user is not null) request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password ?? Gateway.PasswordOf(user)}")));
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request, Test);
        var text = await answer.Content.ReadAsStringAsync(Test);
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>The gateway itself, as a user without rights, with a watch that cannot work: it says so at each place, and does everything else.</summary>
public sealed partial class GatewayWithoutCaptureTests
{
    [Fact]
    public async Task It_runs_and_tells_on_check_log_metrics_and_topic_what_is_missing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "another user's process is started by setpriv: root alone may");
        using var folder = new Folder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        var (site, socket) = (folder.Sub("site.json"), folder.Sub("agent.sock"));
        await File.WriteAllTextAsync(site, $$"""
            { "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "rooms": [{ "id": "court-1", "devices": [{ "id": "matrix", "driver": "videohub", "link": "tcp://127.0.0.1:9" }] }],
              "capture": { "agent": "{{socket}}", "lines": [{ "id": "wan", "interface": "lo" }] } }
            """, TestContext.Current.CancellationToken);

        var check = await Tools.AskAsync("dotnet", AgentProcess.Program, "check", site);
        Assert.Contains("notice: $.capture:", check, StringComparison.Ordinal);
        Assert.Contains("avgateway-capture", check, StringComparison.Ordinal);

        using var gateway = AgentProcess.AsNobody($"run {site} --data {folder.Sub("data")} --http 127.0.0.1:0 --mqtt 127.0.0.1:0 --mqtts off");
        await gateway.SaysAsync("\"ready\":true");
        var ready = JsonDocument.Parse(gateway.Said.Split('\n').First(l => l.StartsWith("{\"ready\"", StringComparison.Ordinal))).RootElement;
        var (http, mqtt) = (ready.GetProperty("http").GetString()!, ready.GetProperty("mqtt").GetString()!);
        using var web = new HttpClient();
        Assert.True((await web.GetAsync($"{http}/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        Assert.Matches(Unwatched(), await web.GetStringAsync($"{http}/metrics", TestContext.Current.CancellationToken));
        await gateway.SaysAsync("Lines are not watched");

        var password = JsonDocument.Parse(await File.ReadAllTextAsync(folder.Sub("data/credentials.json"), TestContext.Current.CancellationToken)).RootElement
            .GetProperty("users").EnumerateArray().First(u => u.GetProperty("name").GetString() == "engineer").GetProperty("password").GetString()!;
        var told = JsonDocument.Parse(await TopicAsync(mqtt, password)).RootElement;
        Assert.Equal(("no-agent", "unknown"), (told.GetProperty("watch").GetString(), told.GetProperty("q").GetString()));
        Assert.Contains("systemctl enable --now avgateway-capture", told.GetProperty("remedy").GetProperty("zh").GetString()!, StringComparison.Ordinal);
    }

    private static Task<string> TopicAsync(string mqtt, string password) => Tools.AskAsync(
        Tools.Find("mosquitto_sub", "mosquitto-clients"), "-h", mqtt.Split(':')[0], "-p", mqtt.Split(':')[1], "-u", "engineer", "-P", password, "-t", "avgw/1/city/$watch/wan", "-C", "1", "-W", "30");

    [GeneratedRegex("""avgw_capture_watched\{[^}]*line="wan"[^}]*\} 0""")] private static partial Regex Unwatched();
}

using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>A probe of the demo court: shown, asked, counted, and closed to whoever may not.</summary>
[Collection(nameof(DemoCourt))]
public sealed class ProbeTests(DemoCourt court)
{
    private const string Climate = "machine-room/climate/$probe/climate";

    [Fact]
    public async Task A_probe_is_shown_run_on_request_and_scraped()
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/{Climate}", $"{client.Base}/$rsp/engineer/#");
        var shown = await client.NextAsync($"{client.Base}/{Climate}", p => p.GetProperty("q").GetString() == "ok", TimeSpan.FromSeconds(60));
        Assert.InRange(shown.Json.GetProperty("values").GetProperty("value").GetProperty("v").GetDouble(), 10, 40);

        var ran = (await client.AskAsync($"{Climate}/do/run", "{}"))[^1];
        Assert.Equal(200, ran.GetProperty("stat").GetInt32());
        Assert.Equal("seen", ran.GetProperty("probe").GetProperty("outcome").GetString());
        Assert.NotEqual(0, ran.GetProperty("probe").GetProperty("log").GetArrayLength());
        var history = (await client.AskAsync($"{Climate}/do/history", "{}"))[^1].GetProperty("history");
        Assert.NotEqual(0, history.GetProperty("points").GetArrayLength());
        Assert.Equal(400, (await client.AskAsync("$probe/climate/do/run", "{}"))[^1].GetProperty("stat").GetInt32());

        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(court.Gateway.Http, "/metrics"), TestContext.Current.CancellationToken);
        Assert.Contains("avgw_probe_success", metrics, StringComparison.Ordinal);
        Assert.Contains("subject=\"machine-room/climate\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_shows_them_and_runs_one_with_its_log()
    {
        var url = $"mqtt://engineer:{court.Gateway.PasswordOf("engineer")}@{court.Gateway.Ready.GetProperty("mqtt").GetString()}";
        var list = await GatewayProcess.RunAsync("ctl", "probes", "--url", url);
        Assert.Contains("machine-room/climate", list.Out, StringComparison.Ordinal);
        var run = await GatewayProcess.RunAsync("ctl", "probes", "run", "climate", "--url", url);
        Assert.Contains("temperature =", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, (await GatewayProcess.RunAsync("ctl", "probes", "run", "nobody", "--url", url)).ExitCode);
    }

    [Fact]
    public async Task A_scheduler_sees_them_and_runs_none()
    {
        await using var client = court.Client("scheduler");
        await client.SubscribeAsync($"{client.Base}/$rsp/scheduler/#");
        Assert.Equal(403, (await client.AskAsync($"{Climate}/do/run", "{}"))[^1].GetProperty("stat").GetInt32());
        Assert.Equal(200, (await client.AskAsync($"{Climate}/do/history", "{}"))[^1].GetProperty("stat").GetInt32());
    }
}

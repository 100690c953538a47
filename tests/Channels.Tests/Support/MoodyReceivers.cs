using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AvGateway.Channels.Tests;

/// <summary>A message as it came to one receiver, and what that answered.</summary>
internal sealed record Arrival(string Receiver, string Key, IReadOnlyList<string> Faults, int? Answer);

/// <summary>One web server that is seven receivers, each with a mood of its own, and one that is not there at all. All can be made well.</summary>
internal sealed class MoodyReceivers : IAsyncDisposable
{
    public static readonly string[] Names = ["well", "slow", "hangs", "fails", "busy", "redirects", "down"];

    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(1);

    private readonly HttpReceiver _web;
    private readonly int _portOfDown = ForeignProcess.FreePort();
    private HttpReceiver? _down;
    private volatile bool _areWell;

    private MoodyReceivers(HttpReceiver web) => _web = web;

    public ConcurrentQueue<Arrival> All { get; } = new();

    /// <summary>Told when a request has been read whole and not yet answered.</summary>
    public Action<Arrival> Arrived { get; set; } = static _ => { };

    /// <summary>Told when it was answered.</summary>
    public Action<Arrival> Answered { get; set; } = static _ => { };

    public string Url(string name) => $"http://127.0.0.1:{(name == "down" ? _portOfDown : _web.Port)}/{name}";

    public static async Task<MoodyReceivers> StartAsync()
    {
        var receivers = new MoodyReceivers(await HttpReceiver.StartAsync(null));
        receivers._web.Mood = receivers.AnswerAsync;
        return receivers;
    }

    public async Task HealAsync()
    {
        _areWell = true;
        _down ??= await HttpReceiver.StartAsync(null, _portOfDown);
        _down.Mood = AnswerAsync;
    }

    public async Task BehaveBadlyAsync()
    {
        _areWell = false;
        if (_down is { } gone) await gone.DisposeAsync();
        _down = null;
    }

    public async ValueTask DisposeAsync()
    {
        await BehaveBadlyAsync();
        await _web.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var name = context.Request.Path.Value!.Trim('/');
        var (all, receiver) = (name == "down" ? _down! : _web, name);
        using var body = JsonDocument.Parse(all.All.Last(r => r.Path.Trim('/') == name).Body);
        var arrival = new Arrival(receiver, body.RootElement.GetProperty("key").GetString()!, FaultsOf(body.RootElement), null);
        Arrived(arrival);
        var status = _areWell ? 200 : name switch
        {
            "fails" => 503,
            "busy" => 429,
            "redirects" => 302,
            _ => 200,
        };
        if (!_areWell && name == "slow") await Task.Delay(Slowness, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_areWell && name == "hangs")
        {
            All.Enqueue(arrival);
            await HttpReceiver.Hangs(context);
            return;
        }

        context.Response.StatusCode = status;
        if (status == 429) context.Response.Headers.RetryAfter = "1";
        if (status == 302) context.Response.Headers.Location = Url("well");
        await context.Response.CompleteAsync();
        All.Enqueue(arrival with { Answer = status });
        Answered(arrival with { Answer = status });
    }

    private static List<string> FaultsOf(JsonElement notice) => !notice.TryGetProperty("report", out var report) ? []
        : report.TryGetProperty("faults", out var many) ? [.. many.EnumerateArray().Select(f => f.GetProperty("id").GetString()!)] : [report.GetProperty("id").GetString()!];
}

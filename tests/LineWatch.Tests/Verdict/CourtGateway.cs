using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>A real gateway in a box of its own, and what it tells on its topics, followed by <c>ctl watch</c> in the same box.</summary>
internal sealed class CourtGateway
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Three of them start at once, on a machine that may have other things to do.
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, JsonElement> _shown = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _told = new();
    private readonly Process _process;
    private readonly string _site;
    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CourtGateway(Process process, string site) => (_process, _site) = (process, site);

    public int ProcessId => _process.Id;

    public string Told => string.Join('\n', _told);

    public static async Task<CourtGateway> StartAsync(NetworkSpace space, string box, string site, string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var gateway = new CourtGateway(space.Start(box, Verb("run", file, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--mqtts", "off", "--data", Path.Combine(folder, "data"))), site);
        gateway.Keep(gateway._process.StandardError);
        var ready = await gateway.ReadyAsync().WaitAsync(StartsWithin, TestContext.Current.CancellationToken);
        using var credentials = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "data", "credentials.json")));
        var password = credentials.RootElement.GetProperty("users").EnumerateArray().Single(u => u.GetProperty("name").GetString() == "engineer").GetProperty("password").GetString();
        var watch = space.Start(box, Verb("ctl", "--url", $"mqtt://engineer:{password}@{ready.GetProperty("mqtt").GetString()}", "watch", "--json"));
        gateway.Keep(watch.StandardError);
        _ = Task.Run(() => gateway.FollowAsync(watch.StandardOutput));
        return gateway;
    }

    /// <summary>What a topic shows last; waits until it is as wished.</summary>
    public async Task<JsonElement> SeeAsync(string topic, Func<JsonElement, bool> isWished, TimeSpan? within = null)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(within ?? Patience);
        while (true)
        {
            var news = _news;
            if (Shown(topic).FirstOrDefault(s => isWished(s)) is { ValueKind: JsonValueKind.Object } seen) return seen;
            try { await news.Task.WaitAsync(late.Token); }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{_site} {topic}: it shows {string.Join(" | ", Shown(topic).Select(s => s.GetRawText()))}\n{string.Join('\n', _shown.Keys.Order(StringComparer.Ordinal))}\n{Told}");
            }
        }
    }

    /// <summary>Waits until a topic shows nothing.</summary>
    public async Task MissAsync(string topic)
    {
        while (true)
        {
            var news = _news;
            if (!_shown.ContainsKey(topic)) return;
            await news.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }

    /// <param name="topic">Below the site; one that ends in a slash means all below it.</param>
    public IEnumerable<JsonElement> Shown(string topic) =>
        _shown.Where(s => topic.EndsWith('/') ? s.Key.StartsWith(topic, StringComparison.Ordinal) : s.Key == topic).Select(s => s.Value);

    private static ProcessStartInfo Verb(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    private async Task<JsonElement> ReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("{\"ready\":", StringComparison.Ordinal)) continue;
            Keep(_process.StandardOutput);
            return JsonDocument.Parse(line).RootElement.Clone();
        }

        throw new InvalidOperationException($"the gateway of {_site} ended\n{Told}");
    }

    private async Task FollowAsync(StreamReader topics)
    {
        while (await topics.ReadLineAsync() is { } line)
        {
            if (line.Split(' ', 2) is not [var topic, var payload]) continue;
            if (payload.Length == 0) _shown.TryRemove(topic, out _);
            else if (payload[0] == '{') _shown[topic] = JsonDocument.Parse(payload).RootElement.Clone();
            var news = _news;
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            news.TrySetResult();
        }
    }

    private void Keep(StreamReader said) => Task.Run(async () =>
    {
        while (await said.ReadLineAsync() is { } line)
        {
            _told.Enqueue(line);
            while (_told.Count > 200) _told.TryDequeue(out _);
        }
    });
}

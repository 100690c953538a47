using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace AvGateway.Testing.Panels;

/// <summary>How long a change took from the moment at which the gateway saw it, written in its payload, to a panel: all panels, all changes.</summary>
public sealed record CrowdFigures(int Panels, int Received, double P50, double P95, double P99, double Most);

/// <summary>Many panels of one courtroom while its scenes run.</summary>
public sealed class PanelCrowd : IAsyncDisposable
{
    private static readonly TimeSpan SceneWithin = TimeSpan.FromSeconds(60);

    private readonly Uri _http;
    private readonly string _branch;
    private readonly string _room;
    private readonly TimeProvider _time;
    private readonly List<PanelClient> _panels = [];
    private readonly ConcurrentQueue<double> _latencies = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _ends = new();
    private DateTimeOffset _since = DateTimeOffset.MaxValue;
    private int _ids;

    public PanelCrowd(Uri http, string site, string room, TimeProvider time) => (_http, _branch, _room, _time) = (http, $"avgw/1/{site}/", room, time);

    public async Task AddAsync(string user, string password, CancellationToken cancellation) => _panels.Add(await PanelClient.ConnectAsync(
        _http, user, password, [$"{_branch}$rsp/{user}/#", $"{_branch}{_room}/#", $"{_branch}$gw/+/state"], Hear, _time, cancellation));

    /// <summary>Runs scenes one after another as the first panel's user; what all panels hear meanwhile is measured.</summary>
    /// <returns>What was heard, and the status in which each scene ended.</returns>
    public async Task<(CrowdFigures Figures, int[] Ends)> RunAsync(string user, IEnumerable<string> scenes, CancellationToken cancellation)
    {
        _since = _time.GetUtcNow();
        var ends = new List<int>();
        foreach (var scene in scenes)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"crowd-{++_ids}");
            var end = _ends[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await _panels[0].AskAsync($"{_branch}$req/{user}/{_room}/$scene/{scene}/do/run", $"{{\"id\":\"{id}\",\"ttl\":30}}", cancellation);
            ends.Add(await end.Task.WaitAsync(SceneWithin, _time, cancellation));
        }

        _since = DateTimeOffset.MaxValue;
        double[] all = [.. _latencies.Order()];
        double At(double share) => all.Length == 0 ? double.NaN : all[Math.Min(all.Length - 1, (int)(all.Length * share))];
        return (new(_panels.Count, all.Length, At(.5), At(.95), At(.99), At(1)), [.. ends]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var panel in _panels) await panel.DisposeAsync();
    }

    private void Hear(string topic, ReadOnlyMemory<byte> payload)
    {
        var now = _time.GetUtcNow();
        if (!topic.StartsWith(_branch, StringComparison.Ordinal) || payload.IsEmpty) return;
        using var json = JsonDocument.Parse(payload);
        var root = json.RootElement;
        if (topic.AsSpan(_branch.Length).StartsWith("$rsp/"))
        {
            if (root.GetProperty("final").GetBoolean() && _ends.TryRemove(root.GetProperty("id").GetString()!, out var end)) end.TrySetResult(root.GetProperty("stat").GetInt32());
        }
        else if (root.TryGetProperty("ts", out var ts) && ts.GetDateTimeOffset() is var at && at >= _since)
        {
            _latencies.Enqueue((now - at).TotalMilliseconds);
        }
    }
}

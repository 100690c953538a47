using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AvGateway.Faults.Gateways;

namespace AvGateway.Faults.Load;

/// <summary>How a request ended.</summary>
/// <param name="Code">For example <c>AVG-VERIFIED</c>.</param>
/// <param name="Text">The final answer as it came.</param>
public sealed record Ending(int Stat, string Code, TimeSpan Took, string Text)
{
    /// <summary>Whether 202 came before.</summary>
    public bool WasAccepted { get; init; }
}

/// <summary>A client that asks and waits for the final answer, and remembers the latest state of each topic it may see.</summary>
public sealed class Panel : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, Asking> _asking = new();
    private LoadClient _client = null!;

    public string ClientId => _client.Id;

    /// <summary>Latest payload by topic below the site.</summary>
    public ConcurrentDictionary<string, string> States { get; } = new();

    /// <summary>Final answers that came although their request had one already.</summary>
    public int SecondEndings { get; private set; }

    /// <summary>Told of each state as it comes.</summary>
    public Action<string, string>? Shown { get; set; }

    public static async Task<Panel> ConnectAsync(GatewayChild gateway, string user, string site, IEnumerable<string> rooms, CancellationToken cancellation)
    {
        var panel = new Panel();
        panel._client = await LoadClient.ConnectAsync(gateway.Mqtt, (user, gateway.PasswordOf(user)), site, rooms, panel.Take, panel.Show, cancellation);
        return panel;
    }

    /// <summary>Asks and waits for the end.</summary>
    /// <exception cref="TimeoutException">No final answer came in time: a lost answer.</exception>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async Task<Ending> AskAsync(string target, string arguments, TimeSpan expiry, TimeSpan patience, Guid? id = null)
    {
        var key = id ?? Guid.NewGuid();
        var asking = _asking[key] = new();
        try
        {
            if (!await _client.AskAsync(key, target, $$"""{"args":{{arguments}}}""", expiry)) throw new IOException("the connection has ended");
            return await asking.Ended.Task.WaitAsync(patience);
        }
        finally
        {
            _asking.TryRemove(key, out _);
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Take(Guid id, string payload)
    {
        if (!_asking.TryGetValue(id, out var asking)) return;
        using var answer = JsonDocument.Parse(payload);
        var stat = answer.RootElement.GetProperty("stat").GetInt32();
        if (!answer.RootElement.GetProperty("final").GetBoolean())
        {
            asking.Accepted |= stat == 202;
            return;
        }

        var ending = new Ending(stat, answer.RootElement.GetProperty("code").GetString()!, Stopwatch.GetElapsedTime(asking.Began), payload) { WasAccepted = asking.Accepted };
        if (!asking.Ended.TrySetResult(ending)) SecondEndings++;
    }

    private void Show(string topic, string payload)
    {
        States[topic] = payload;
        Shown?.Invoke(topic, payload);
    }

    private sealed class Asking
    {
        public long Began { get; } = Stopwatch.GetTimestamp();
        public bool Accepted { get; set; }
        public TaskCompletionSource<Ending> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

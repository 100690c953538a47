using System.Text.Json;
using AvGateway.Faults.History;

namespace AvGateway.Faults.Load;

/// <summary>
/// Keeps a number of commands open on each device. After a lost connection it asks all of them again with their own ids, and some whose end it
/// knows, which must be told the same once more.
/// </summary>
public sealed class CommandLoad(HistoryRecorder history, IReadOnlyList<WishLane> lanes, TimeSpan expiry)
{
    private const int AskedOnceMore = 6;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Wish> _open = [];
    private readonly Queue<Wish> _ended = new();
    private readonly List<Task<bool>> _asking = [];
    private TaskCompletionSource? _drained;
    private LoadClient? _client;

    /// <summary>Uses a new connection until the next one.</summary>
    public void Attach(LoadClient client)
    {
        lock (_gate)
        {
            _client = client;
            foreach (var wish in _open.Values) Ask(wish);
            foreach (var wish in _ended) Ask(wish);
            Pump();
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Detach()
    {
        lock (_gate) _client = null;
    }

    /// <summary>Asks nothing new and waits for the end of everything open.</summary>
    public async Task DrainAsync(TimeSpan within, CancellationToken cancellation)
    {
        Task drained;
        lock (_gate)
        {
            _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_open.Count == 0) _drained.TrySetResult();
            drained = _drained.Task;
        }

        await drained.WaitAsync(within, cancellation);
        Task<bool>[] asking;
        lock (_gate) asking = [.. _asking];
        await Task.WhenAll(asking);
    }

    /// <summary>To be given to <see cref="LoadClient"/>.</summary>
    public void Answered(Guid id, string payload)
    {
        using var answer = JsonDocument.Parse(payload);
        var isFinal = answer.RootElement.GetProperty("final").GetBoolean();
        history.Add(EventKind.Answered, id: id.ToString("D"), text: payload);
        if (!isFinal) return;
        lock (_gate)
        {
            if (!_open.Remove(id, out var wish)) return;
            lanes.Single(l => l.Device == wish.Device).Ended(wish);
            _ended.Enqueue(wish);
            if (_ended.Count > AskedOnceMore) _ended.Dequeue();
            if (_open.Count == 0) _drained?.TrySetResult();
            Pump();
        }
    }

    // With the gate held.
    private void Pump()
    {
        if (_client is null || _drained is not null) return;
        foreach (var lane in lanes)
        {
            while (lane.Next() is { } wish)
            {
                _open.Add(wish.Id, wish);
                Ask(wish);
            }
        }
    }

    // With the gate held. Seen by the history first: the answer may be there before the publish has returned.
    private void Ask(Wish wish)
    {
        history.Add(EventKind.Asked, wish.Device, wish.Id.ToString("D"), wish.Effect, expiry.TotalMilliseconds);
        _asking.RemoveAll(t => t.IsCompletedSuccessfully);
        _asking.Add(_client!.AskAsync(wish.Id, wish.Target, wish.Payload, expiry));
    }
}

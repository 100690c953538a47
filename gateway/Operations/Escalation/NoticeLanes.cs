using System.Collections.Concurrent;
using System.Collections.Frozen;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Escalation;

/// <summary>
/// Carries the messages of the board to the channels, one at a time to each receiver and to all receivers at once: one that hangs holds up itself
/// alone. What is under way when the process ends is sent again by the next one, with the same key.
/// </summary>
public sealed partial class NoticeLanes(EscalationBoard board, IEnumerable<IChannel> channels, TimeProvider time, ILogger<NoticeLanes> log) : IFaultFollower, IAsyncDisposable
{
    // A channel keeps its own patience; who does not is left alone a little later, and its receiver stays closed until it comes back.
    private static readonly TimeSpan Beyond = TimeSpan.FromSeconds(2);

    private readonly FrozenDictionary<string, IChannel> _channels = channels.ToFrozenDictionary(c => c.Id);
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _clinging = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Something ended: the board has to be looked at.</summary>
    public event Action? Ended;

    /// <summary>After each look, while the board stands still.</summary>
    public event Action? Looked;

    public TimeSpan NextLook => board.NextLook;

    public bool HasToWrite => board.HasToWrite;

    public IReadOnlyList<FaultChange> Look(FaultBoard faults) => board.Look(faults);

    public void Write(StoreBatch batch) => board.Write(batch);

    public void Written() => board.Written();

    public void Go()
    {
        Looked?.Invoke();
        if (_stopping.IsCancellationRequested) return;
        foreach (var done in _underWay.Where(t => t.Value.IsCompleted)) _underWay.TryRemove(done);
        foreach (var ready in board.TakeReady()) _underWay[ready.Notice.Key] = Task.Run(() => DeliverAsync(ready));
    }

    /// <summary>Ends when nothing is under way.</summary>
    internal async Task SettleAsync()
    {
        while (_underWay.Values.FirstOrDefault(t => !t.IsCompleted) is { } open) await open;
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task DeliverAsync(ReadyNotice ready)
    {
        var key = ready.Notice.Key;
        try
        {
            if (await TryAsync(ready) is { } delivery) board.Ended(key, delivery);
        }
        finally
        {
            Ended?.Invoke();
        }
    }

    /// <returns>Null when the process ends meanwhile: nobody knows, and the next one sends it again.</returns>
    private async Task<Delivery?> TryAsync(ReadyNotice ready)
    {
        if (!_channels.TryGetValue(ready.Notice.Channel, out var channel)) return new(DeliveryOutcome.Refused, $"there is no channel {ready.Notice.Channel}");
        var lane = ready.Notice.Lane;
        if (_clinging.TryGetValue(lane, out var earlier) && !earlier.IsCompleted) return new(DeliveryOutcome.Later, "the channel still holds an earlier notice");
        _clinging.TryRemove(lane, out _);
        using var patience = new CancellationTokenSource(channel.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        try
        {
            var delivering = channel.DeliverAsync(NoticeOf(ready.Notice), ready.Address, either.Token);
            _clinging[lane] = delivering;
            return await delivering.WaitAsync(channel.Patience + Beyond, time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return _stopping.IsCancellationRequested ? null : new(DeliveryOutcome.Later, "no answer in time");
        }
        catch (TimeoutException)
        {
            ClingsTo(log, ready.Notice.Channel, ready.Notice.Key);
            return new(DeliveryOutcome.Later, "no answer in time");
        }
        catch (Exception bug)
        {
            // A channel must not throw; one that does must not silence the others.
            Threw(log, bug, ready.Notice.Channel, ready.Notice.Key);
            return new(DeliveryOutcome.Later, $"the channel failed: {bug.GetType().Name}");
        }
    }

    private static Notice NoticeOf(OutboxNotice kept) => new(kept.Key, kept.Kind, kept.Severity, kept.At, kept.Subject, kept.Body)
    {
        Fault = kept.Faults is [var only] ? only : null,
        Report = System.Text.Encoding.UTF8.GetBytes(kept.Report),
        Language = kept.Language,
    };

    [LoggerMessage(EventId = 2720, Level = LogLevel.Error, Message = "Channel {Channel} does not let go of notice {Key} after its own patience; it is tried again later")]
    private static partial void ClingsTo(ILogger log, string channel, string key);

    [LoggerMessage(EventId = 2721, Level = LogLevel.Error, Message = "Channel {Channel} threw at notice {Key}; it is tried again later")]
    private static partial void Threw(ILogger log, Exception bug, string channel, string key);
}

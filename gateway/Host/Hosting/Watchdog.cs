namespace AvGateway.Host.Hosting;

/// <summary>One loop that must make progress for the gateway to count as alive.</summary>
/// <param name="ProveAsync">Completes when the loop has done one more round because of this call.</param>
internal sealed record VitalLoop(string Name, Func<CancellationToken, Task> ProveAsync);

/// <summary>Feeds systemd's watchdog only while every vital loop moves (P9): a deadlocked core is restarted instead of looking healthy.</summary>
internal sealed partial class Watchdog(IReadOnlyList<VitalLoop> loops, SystemdNotifier systemd, TimeProvider time, ILogger<Watchdog> log) : BackgroundService
{
    private static readonly TimeSpan LoopWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UnwatchedEvery = TimeSpan.FromSeconds(10);

    private volatile string? _stuck;

    /// <summary>The loop that did not move at the last look; null while all do.</summary>
    public string? Stuck => _stuck;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(systemd.FeedEvery ?? UnwatchedEvery, time);
        try
        {
            do
            {
                var stuck = await LookAsync(stoppingToken);
                if (stuck is null) systemd.Alive();
                if (stuck is not null && _stuck != stuck) LoopStuck(log, stuck);
                _stuck = stuck;
            }
            while (await ticks.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway is stopping; systemd was told.
        }
    }

    private async Task<string?> LookAsync(CancellationToken stopping)
    {
        foreach (var loop in loops)
        {
            using var patience = new CancellationTokenSource(LoopWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
            try { await loop.ProveAsync(either.Token).WaitAsync(either.Token); }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested) { return loop.Name; }
        }

        return null;
    }

    [LoggerMessage(EventId = 501, Level = LogLevel.Error, Message = "{Loop} made no progress within 10 s; the watchdog is not fed")]
    private static partial void LoopStuck(ILogger log, string loop);
}

using System.Diagnostics;
using AvGateway.Faults.Courts;
using AvGateway.Faults.Gateways;
using AvGateway.Faults.History;
using AvGateway.Faults.Load;
using AvGateway.Faults.Model;
using AvGateway.Store.Journal;

namespace AvGateway.Faults.Kills;

/// <summary>
/// P1 on the whole gateway: starts it, loads it with commands, kills it after a number of things that were seen, or while it starts, and does so
/// again on what it left behind. The last run is left alone until everything asked has its answer.
/// </summary>
public sealed class KillLoop(KillPlan plan, GatewaySetup setup, FaultCourt court, HistoryRecorder history, CourtModel model, CommandLoad load)
{
    private const string User = "engineer";
    private const int MostSeen = 500;
    private const int LongestStart = 1_200;
    private const int InStartOneIn = 6;

    private readonly Random _random = new(plan.Seed);
    private readonly Figures _restarts = new();
    private readonly List<string> _record = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _met;
    private Func<HistoryEvent, bool>? _condition;

    /// <summary>To be told of every event, after the model.</summary>
    public void Seen(HistoryEvent seen)
    {
        lock (_gate)
        {
            if (_condition?.Invoke(seen) is true) _met!.TrySetResult();
        }
    }

    public async Task<KillReport> RunAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var (kills, inStart) = (0, 0);
        while (kills < plan.Kills && Stopwatch.GetElapsedTime(began) < plan.AtMost && model.Violations.Count == 0)
        {
            var whileStarting = ++kills % InStartOneIn == 0;
            if (whileStarting) inStart++;
            await (whileStarting ? KillInStartAsync(cancellation) : KillUnderLoadAsync(cancellation));
            VerifyRecord($"kill {kills}");
        }

        await LastRunAsync(cancellation);
        return new(kills, inStart, _restarts, Stopwatch.GetElapsedTime(began)) { Record = _record };
    }

    private async Task KillInStartAsync(CancellationToken cancellation)
    {
        history.Add(EventKind.Started);
        await using var gateway = GatewayChild.Start(setup);
        await Task.Delay(_random.Next(LongestStart), cancellation);
        history.Add(EventKind.Killed, text: "while it started");
        await gateway.KillAsync();
    }

    private async Task KillUnderLoadAsync(CancellationToken cancellation)
    {
        await using var gateway = await StartAsync(cancellation);
        var left = _random.Next(MostSeen);
        var enough = When(seen => seen.Kind is EventKind.Heard or EventKind.Answered && left-- <= 0);
        await using var client = await ConnectAsync(gateway, cancellation);
        load.Attach(client);
        await enough.WaitAsync(plan.Patience, cancellation);

        // Before the signal is sent: what a device hears from here on may still be of this run.
        load.Detach();
        await gateway.KillAsync();
        history.Add(EventKind.Killed);
    }

    private async Task LastRunAsync(CancellationToken cancellation)
    {
        await using var gateway = await StartAsync(cancellation);
        await using var client = await ConnectAsync(gateway, cancellation);
        load.Attach(client);
        await load.DrainAsync(plan.Patience, cancellation);

        // Read once and outside of the history's lock: a device that tells the history something holds its own.
        var truths = court.Ids.ToDictionary(id => id, court.RoutingOf);
        var agreed = When(_ => truths.All(truth => model.Agrees(truth.Key, truth.Value)));
        history.Add(EventKind.Noted, text: "drained");
        try
        {
            await agreed.WaitAsync(plan.Patience, cancellation);
        }
        catch (TimeoutException)
        {
            // The model finds the differences, with their names.
        }

        foreach (var (id, truth) in truths) history.Add(EventKind.Settled, id, text: truth);
        model.Finish();
        if (await gateway.StopAsync() is var code and not 0) _record.Add($"the last run ended with {code}: {gateway.Told}");
    }

    private async Task<GatewayChild> StartAsync(CancellationToken cancellation)
    {
        history.Add(EventKind.Started);
        var gateway = GatewayChild.Start(setup);
        await gateway.ReadyAsync(cancellation);
        history.Add(EventKind.Ready);
        _restarts.Add(gateway.StartTime.TotalMilliseconds);
        return gateway;
    }

    private Task<LoadClient> ConnectAsync(GatewayChild gateway, CancellationToken cancellation) => LoadClient.ConnectAsync(
        gateway.Mqtt, (User, gateway.PasswordOf(User)), FaultCourt.Site, court.Court.Devices.Select(d => d.Setting.Room).Distinct(), load.Answered,
        (topic, payload) => history.Add(EventKind.Shown, topic, text: payload), cancellation);

    private void VerifyRecord(string when)
    {
        if (!File.Exists(Path.Combine(setup.Data, "journal.db"))) return;
        var found = JournalVerifier.Verify(setup.Data);
        foreach (var finding in found.Findings) _record.Add($"{when}: {finding}");
    }

    private Task When(Func<HistoryEvent, bool> condition)
    {
        lock (_gate)
        {
            _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _condition = condition;
            return _met.Task;
        }
    }
}

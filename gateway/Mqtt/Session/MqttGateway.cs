using AvGateway.Devices;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using Microsoft.Extensions.Logging;

namespace AvGateway.Mqtt.Session;

/// <summary>What a <see cref="MqttGateway"/> ties together.</summary>
public sealed record MqttGatewayParts
{
    public required TopicMap Topics { get; init; }
    public required IMqttBus Bus { get; init; }
    public required RetainedTopics Retained { get; init; }
    public required SnapshotPublisher Publisher { get; init; }
    public RoomPublisher? Rooms { get; init; }
    public SchedulePublisher? Schedules { get; init; }
    public PowerPublisher? Power { get; init; }
    public FaultPublisher? Faults { get; init; }
    /// <summary>Shows what people wrote in reports before this start.</summary>
    public Action ShowReports { get; init; } = static () => { };
    public EscalationPublisher? Escalation { get; init; }
    public ProbePublisher? Probes { get; init; }
    public LinePublisher? Lines { get; init; }
    public InspectionPublisher? Inspections { get; init; }
    /// <summary>Shows what other parts of the gateway publish themselves.</summary>
    public Action? ShowMore { get; init; }
    public required GatewayPresence Presence { get; init; }
    public required RequestDesk Desk { get; init; }
    public required CommandRouter Router { get; init; }
    public required CommandRecovery Recovery { get; init; }
    public required IHealthSource Health { get; init; }
    public required IDeviceDirectory Devices { get; init; }
}

/// <summary>The life of the gateway on its bus: <c>init</c>, <c>ready</c>, <c>draining</c>, <c>stopped</c>.</summary>
public sealed partial class MqttGateway(MqttGatewayParts parts, TimeProvider time, ILogger<MqttGateway> log) : IDisposable
{
    public static readonly TimeSpan HealthEvery = TimeSpan.FromSeconds(30);

    // SIGTERM gives ten seconds in all; devices and store need theirs too.
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stopping = new();
    private Task _reading = Task.CompletedTask;
    private ITimer? _healthTimer;

    /// <summary>Opens the bus, ends what an earlier run left open, shows everything, and only then takes requests.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        parts.Presence.ShowState(GatewayPresence.Init);
        await parts.Bus.StartAsync(parts.Presence.Will, parts.Desk.Receive, cancellation);
        var recovered = await parts.Recovery.RunAsync(
            entry => new MqttAnswers(parts.Bus, parts.Topics.Answer(entry.Caller, entry.Id), null), cancellation);
        if (recovered > 0) Recovered(log, recovered);

        parts.Presence.ShowIdentity();
        parts.Presence.ShowHealth(parts.Health.Look());
        parts.Publisher.ShowAll(parts.Devices.Devices);
        parts.Rooms?.ShowAll();
        parts.Schedules?.ShowAll();
        parts.Power?.ShowAll();
        parts.Faults?.ShowAll();
        parts.ShowReports();
        parts.Escalation?.ShowAll();
        parts.Probes?.ShowAll();
        parts.Lines?.ShowAll();
        parts.Inspections?.ShowAll();
        parts.ShowMore?.Invoke();
        var ghosts = await parts.Retained.ClearGhostsAsync(cancellation);
        if (ghosts > 0) GhostsCleared(log, ghosts);

        _reading = Task.Run(() => parts.Desk.RunAsync(_stopping.Token), CancellationToken.None);
        _healthTimer = time.CreateTimer(_ => parts.Presence.ShowHealth(parts.Health.Look()), null, HealthEvery, HealthEvery);
        parts.Presence.ShowState(GatewayPresence.Ready);
        Started(log, parts.Presence.Session);
    }

    /// <summary>Takes nothing more, lets what was sent come to its end, says so and closes.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        parts.Presence.ShowState(GatewayPresence.Draining);
        if (_healthTimer is not null) await _healthTimer.DisposeAsync();
        using (var draining = new CancellationTokenSource(DrainWithin, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(draining.Token, cancellation))
        {
            try { await parts.Router.DrainAsync(either.Token); }
            catch (OperationCanceledException) { NotDrained(log, parts.Router.Running); }
        }

        await _stopping.CancelAsync();
        await _reading;
        parts.Presence.ShowState(GatewayPresence.Stopped);
        using var closing = new CancellationTokenSource(CloseWithin, time);
        await parts.Bus.StopAsync(closing.Token);
        Stopped(log);
    }

    public void Dispose()
    {
        _healthTimer?.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(EventId = 3110, Level = LogLevel.Information, Message = "Session {Session} is ready")]
    private static partial void Started(ILogger log, string session);

    [LoggerMessage(EventId = 3111, Level = LogLevel.Warning, Message = "{Count} commands of an earlier run were open; their callers are told that the outcome is unknown")]
    private static partial void Recovered(ILogger log, int count);

    [LoggerMessage(EventId = 3112, Level = LogLevel.Information, Message = "{Count} retained topics of earlier runs were emptied")]
    private static partial void GhostsCleared(ILogger log, int count);

    [LoggerMessage(EventId = 3113, Level = LogLevel.Warning, Message = "{Count} commands did not end in time; the next start will end them as unknown")]
    private static partial void NotDrained(ILogger log, int count);

    [LoggerMessage(EventId = 3114, Level = LogLevel.Information, Message = "Stopped")]
    private static partial void Stopped(ILogger log);
}

using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Topics;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace AvGateway.Mqtt.External;

/// <summary>
/// The bus behind an external broker. Connects, watches and connects again by itself; holds what waits meanwhile; takes nothing for granted that
/// the broker should have kept. That the caller who stands in a topic is who he says is the broker's access list's promise here, not ours.
/// </summary>
public sealed partial class BrokerClient : IMqttBus, IAsyncDisposable
{
    private static readonly TimeSpan CorrectEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(10);

    private readonly BrokerOptions _options;
    private readonly TopicMap _topics;
    private readonly TimeProvider _time;
    private readonly ILogger<BrokerClient> _log;
    private readonly Outbox _outbox;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _firstOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _flushed;
    private Task _supervising = Task.CompletedTask;
    private Publication? _will;
    private string _ownSession = "";
    private volatile bool _isConnected;
    private long _openedAt;
    private long _correctedAt;
    private bool _wasKept;
    private bool _isEchoed;
    private long _refusedLogged;

    public BrokerClient(BrokerOptions options, TopicMap topics, TimeProvider time, ILogger<BrokerClient> log)
    {
        _options = options;
        _topics = topics;
        _time = time;
        _log = log;
        _outbox = new(options.MostWaiting, time);
    }

    public bool IsConnected => _isConnected;

    /// <summary>How much waits for the broker.</summary>
    public int Waiting => _outbox.Count;

    public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> Retained => _outbox.States;

    public void Publish(Publication publication)
    {
        if (_outbox.Add(publication)) return;

        // Once per doubling: never silent, and no flood when the broker is away for long.
        var refused = _outbox.Refused;
        if (refused < 2 * Interlocked.Read(ref _refusedLogged)) return;
        Interlocked.Exchange(ref _refusedLogged, refused);
        OutboxFull(_log, _options.MostWaiting, refused);
    }

    public async Task StartAsync(Publication will, Action<IncomingMessage> onRequest, CancellationToken cancellation)
    {
        _will = will;
        _ownSession = SessionOf(will.Payload.Span);
        var parts = new SessionParts(_options, _outbox, _topics.RequestFilter, will, _time)
        {
            OnRequest = onRequest,
            OnOwnState = SawOwnState,
            OnOpen = Opened,
            OnRefused = (publication, why) => PublicationRefused(_log, publication.Topic, why),
            Flushed = () => Volatile.Read(ref _flushed),
        };
        _supervising = Task.Run(() => SuperviseAsync(parts), CancellationToken.None);
        try
        {
            await _firstOpen.Task.WaitAsync(_options.StartWithin, _time, cancellation);
        }
        catch (TimeoutException)
        {
            // Devices are worked and watched without a broker; what there is to say is said when it comes.
            GoesOnWithout(_log, _options.Address);
        }
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _flushed, flushed);
        _outbox.Wake();
        if (_isConnected)
        {
            try { await flushed.Task.WaitAsync(cancellation); }
            catch (OperationCanceledException) { NotDelivered(_log, _outbox.Count); }
        }

        await _stopping.CancelAsync();
        await _supervising;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        _stopping.Dispose();
    }

    /// <summary>The top loop: one session after another, with a pause that grows and is never the same for two gateways.</summary>
    private async Task SuperviseAsync(SessionParts parts)
    {
        var version = MqttProtocolVersion.V500;
        var failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var session = new BrokerSession(parts, version);
                await session.RunAsync(_stopping.Token);
            }
            catch (Exception lost)
            {
                // Whatever ended it, the next one starts clean.
                if (lost is BrokerLostException { IsVersionRefused: true }) version = MqttProtocolVersion.V311;
                if (_isConnected && _time.GetElapsedTime(_openedAt) >= ProvenAfter) failures = 0;
                if (_isConnected || failures == 0) BrokerLost(_log, IsOfTheLine(lost) ? null : lost, _options.Address, lost.Message);
                failures++;
            }

            _isConnected = false;
            if (!_stopping.IsCancellationRequested) await PauseAsync(failures);
        }
    }

    /// <summary>Ways in which a broker is lost; anything else is a bug, and is told with its place.</summary>
    private static bool IsOfTheLine(Exception lost) =>
        lost is BrokerLostException or MqttCommunicationException or OperationCanceledException or IOException or SocketException or AuthenticationException;

    private async Task PauseAsync(int failures)
    {
        var most = Math.Min(_options.LongestPause.TotalMilliseconds, _options.FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 16)));
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1 + Random.Shared.NextDouble() * most), _time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the loop sees it.
        }
    }

    private void Opened()
    {
        _wasKept = false;
        _isEchoed = false;
        _openedAt = _time.GetTimestamp();
        _isConnected = true;
        BrokerConnected(_log, _options.Address);
        _firstOpen.TrySetResult();
    }

    /// <summary>
    /// Our own state comes back to us. As a retained copy it shows that the broker kept what it had; as an echo that everything before it has
    /// arrived; and with other words than ours that a late will, or another gateway with our name, wrote over it.
    /// </summary>
    private void SawOwnState(MqttApplicationMessage message)
    {
        if (message.Retain)
        {
            _wasKept = true;
            return;
        }

        var payload = message.Payload.ToArray();
        var ours = _outbox.StateOf(_will!.Topic);
        if (ours.Span.SequenceEqual(payload))
        {
            if (_isEchoed) return;
            _isEchoed = true;
            var count = Retained.Count;
            var took = (long)_time.GetElapsedTime(_openedAt).TotalMilliseconds;
            Resynchronised(_log, count, took, _wasKept ? "had kept" : "had lost");
            return;
        }

        // An echo of what we said a moment ago needs no correction, a will of ours from a connection that died unnoticed does.
        var isOurs = SessionOf(payload) == _ownSession;
        if (ours.IsEmpty || (isOurs && !_will.Payload.Span.SequenceEqual(payload))) return;
        if (_correctedAt != 0 && _time.GetElapsedTime(_correctedAt) < CorrectEvery) return;
        _correctedAt = _time.GetTimestamp();
        if (!isOurs) ForeignState(_log, _will.Topic);
        _outbox.Add(new(_will.Topic, ours, Retain: true));
    }

    private static string SessionOf(ReadOnlySpan<byte> state)
    {
        var reader = new Utf8JsonReader(state);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName && reader.ValueTextEquals("session"u8) && reader.Read()
                    && reader.TokenType is JsonTokenType.String) return reader.GetString() ?? "";
            }
        }
        catch (JsonException)
        {
            // Not written by a gateway.
        }

        return "";
    }
}

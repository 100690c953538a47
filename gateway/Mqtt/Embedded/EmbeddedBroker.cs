using AvGateway.Mqtt.Bus;
using AvGateway.Operations.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AvGateway.Mqtt.Embedded;

/// <summary>
/// The broker inside the gateway. MQTTnet's server speaks the protocol on Kestrel's connections; who may come in, what each
/// gets, and the states themselves are kept here, because the library loses states that change while somebody subscribes.
/// </summary>
public sealed class EmbeddedBroker : IMqttBus, IAsyncDisposable
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(250);

    private readonly BrokerOptions _options;
    private readonly IUserDirectory _users;
    private readonly TimeProvider _time;
    private readonly Switchboard _switchboard;
    private readonly SessionTable _sessions;
    private readonly RefusalLog _refusals;
    private readonly Reception _reception;
    private readonly RequestDesk _desk;
    private readonly ClientConnections _connections;
    private readonly MqttServer _server;
    private ITimer? _check;
    private volatile bool _started;

    public EmbeddedBroker(BrokerOptions options, IUserDirectory users, TimeProvider time, ILogger<EmbeddedBroker> log)
    {
        if (options.Findings().ToList() is { Count: > 0 } findings) throw new ArgumentException(string.Join("; ", findings), nameof(options));
        _options = options;
        _users = users;
        _time = time;
        _switchboard = new(time);
        _sessions = new(options, time);
        _refusals = new(Meter, time, log);
        _reception = new(options, users, _sessions, _switchboard, _refusals, log);
        _desk = new(options, _sessions, Meter, _refusals, log);
        _connections = new(options, c => new(c, options, _reception, time, Meter, log), _reception.Leave, Meter, _refusals);
        _server = new(LibraryOptions(options), [_connections], new LibraryLog(log));
        _server.ValidatingConnectionAsync += _reception.AdmitAsync;
        _server.InterceptingPublishAsync += _desk.TakeAsync;
        _switchboard.Overflowed += s => s.Channel.Close(MqttDisconnectReasonCode.QuotaExceeded, "too-slow");
    }

    /// <summary>Numbers of this broker.</summary>
    public BrokerMeter Meter { get; } = new();

    public bool IsConnected => _started;

    public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> Retained => _switchboard.States;

    /// <summary>Publishes to whoever may read it. The payload belongs to the broker from here on and must not be written to any more.</summary>
    public void Publish(Publication publication) => _switchboard.Publish(publication);

    /// <summary>Opens the broker. The will is not needed: this broker ends with the gateway, and its clients see the connection close.</summary>
    public async Task StartAsync(Publication will, Action<IncomingMessage> onRequest, CancellationToken cancellation)
    {
        _desk.OnRequest = onRequest;
        _users.Changed += _reception.AccountChanged;
        _connections.Accepting = true;
        await _server.StartAsync();
        _check = _time.CreateTimer(static b => ((EmbeddedBroker)b!).Check(), this, CheckEvery, CheckEvery);
        _started = true;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (!_started) return;
        _started = false;
        _connections.Accepting = false;
        try
        {
            await Task.WhenAll(_sessions.All.Select(s => s.Channel.WhenEmpty())).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Time is up for clients that do not read; the others have everything.
        }

        foreach (var session in _sessions.All) session.Channel.Close(MqttDisconnectReasonCode.ServerShuttingDown, "shutting-down");
        try
        {
            await _connections.WhenNone().WaitAsync(_options.CloseWithin * 2, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _connections.Dispose();
        }

        await _server.StopAsync(new MqttServerStopOptions());
        _users.Changed -= _reception.AccountChanged;
        _desk.OnRequest = null;
        if (_check is not null) await _check.DisposeAsync();
        _refusals.Tick(atOnce: true);
    }

    public async ValueTask DisposeAsync()
    {
        using var late = new CancellationTokenSource(_options.CloseWithin, _time);
        await StopAsync(late.Token);
        _server.Dispose();
        Meter.Dispose();
    }

    internal Task ServeAsync(ConnectionContext connection) => _connections.ServeAsync(connection);

    private static MqttServerOptions LibraryOptions(BrokerOptions options)
    {
        var library = new MqttServerOptions { DefaultCommunicationTimeout = options.ConnectWithin * 2, EnablePersistentSessions = false };

        // Its own listeners trust announced lengths and have no deadline for TLS: Kestrel listens, never they.
        library.DefaultEndpointOptions.IsEnabled = false;
        library.TlsEndpointOptions.IsEnabled = false;
        return library;
    }

    private void Check()
    {
        var now = _time.GetUtcNow();
        foreach (var channel in _connections.Open) channel.CheckTime(now);
        _refusals.Tick();
    }
}

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

namespace AvGateway.Mqtt.Embedded;

/// <summary>Takes each connection that Kestrel accepted for MQTT, over TCP, TLS or WebSocket, and leads it to the library's server.</summary>
internal sealed class ClientConnections(
    BrokerOptions options, Func<ConnectionContext, ClientChannel> open, Action<ClientChannel> closed, BrokerMeter meter, RefusalLog refusals)
    : IMqttServerAdapter
{
    private readonly ConcurrentDictionary<ClientChannel, byte> _open = new();
    private readonly ConcurrentDictionary<ClientChannel, byte> _serving = new();
    private volatile TaskCompletionSource? _none;
    private int _count;

    /// <summary>Set by the library while it is started.</summary>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>False while the broker stops.</summary>
    public bool Accepting { get; set; } = true;

    /// <summary>Every socket that is still there, also those whose client was refused.</summary>
    public IEnumerable<ClientChannel> Open => _open.Keys;

    public async Task ServeAsync(ConnectionContext connection)
    {
        if (ClientHandler is not { } handle || !Accepting)
        {
            connection.Abort();
            return;
        }

        var channel = open(connection);
        if (Interlocked.Increment(ref _count) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _count);
            refusals.Add(channel.Address, "too-many-connections");
            connection.Abort();
            return;
        }

        meter.Connections(1);
        _open[channel] = _serving[channel] = 0;
        connection.ConnectionClosed.UnsafeRegister(_ => _open.TryRemove(channel, out byte _), null);

        // A WebSocket carries text until told otherwise.
        var format = connection.Features.Get<ITransferFormatFeature>();
        if (format is not null) format.ActiveFormat = TransferFormat.Binary;
        try
        {
            await handle(channel);
        }
        finally
        {
            closed(channel);
            Interlocked.Decrement(ref _count);
            meter.Connections(-1);
            _serving.TryRemove(channel, out _);

            // A WebSocket is closed by the web server, with a deadline of its own; a plain socket is watched until it is gone.
            if (format is not null) _open.TryRemove(channel, out _);
            if (_serving.IsEmpty) _none?.TrySetResult();
        }
    }

    /// <summary>Ends when no client is served any more.</summary>
    public Task WhenNone()
    {
        var none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _none = none;
        if (_serving.IsEmpty) none.TrySetResult();
        return none.Task;
    }

    Task IMqttServerAdapter.StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask;

    Task IMqttServerAdapter.StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var channel in _open.Keys) channel.Abort();
    }
}

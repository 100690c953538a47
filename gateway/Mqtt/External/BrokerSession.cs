using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using AvGateway.Mqtt.Bus;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.External;

/// <summary>The connection cannot be used, with words that an engineer can act on.</summary>
internal sealed class BrokerLostException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The broker does not speak this version of MQTT.</summary>
    public bool IsVersionRefused { get; init; }
}

/// <summary>What a session is told and asked; lives as long as the client does.</summary>
internal sealed record SessionParts(BrokerOptions Options, Outbox Outbox, string RequestFilter, Publication Will, TimeProvider Time)
{
    public required Action<IncomingMessage> OnRequest { get; init; }
    public required Action<MqttApplicationMessage> OnOwnState { get; init; }
    public required Action OnOpen { get; init; }
    public required Action<Publication, string> OnRefused { get; init; }

    /// <summary>Completes the wait for an empty outbox; null while nobody waits.</summary>
    public required Func<TaskCompletionSource?> Flushed { get; init; }
}

/// <summary>One connection to the broker, from CONNECT to its end. Never used again.</summary>
internal sealed class BrokerSession : IDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly SessionParts _parts;
    private readonly MqttProtocolVersion _version;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Queue<(Task<MqttClientPublishResult> Sending, OutboxRow Row)> _underWay = new();
    private readonly TaskCompletionSource<string> _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _window;

    public BrokerSession(SessionParts parts, MqttProtocolVersion version)
    {
        _parts = parts;
        _version = version;
        _client.ApplicationMessageReceivedAsync += received =>
        {
            Received(received.ApplicationMessage);
            return Task.CompletedTask;
        };
        _client.DisconnectedAsync += gone =>
        {
            _dropped.TrySetResult(gone.Exception?.Message ?? gone.Reason.ToString());
            return Task.CompletedTask;
        };
    }

    /// <summary>Runs until the connection is lost (<see cref="BrokerLostException"/>) or <paramref name="stopping"/> closes it in order.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = Task.CompletedTask;
        var watching = Task.CompletedTask;
        try
        {
            await ConnectAsync(ending.Token);
            await SubscribeAsync(ending.Token);
            _parts.Outbox.Open(_parts.Will.Topic);
            _parts.OnOpen();
            sending = SendAsync(ending.Token);
            watching = WatchAsync(ending.Token);
            var first = await Task.WhenAny(sending, watching, _dropped.Task);
            if (first == _dropped.Task) throw new BrokerLostException($"the broker closed the connection: {await _dropped.Task}");
            await first;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await CloseAsync();
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(sending, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _parts.Outbox.Close(_underWay.Select(u => u.Row).ToList());
            foreach (var (publishing, _) in _underWay) _ = publishing.ContinueWith(static t => t.Exception, TaskScheduler.Default);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        var result = await GreetAsync(cancellation);
        if (result.ResultCode is not MqttClientConnectResultCode.Success)
        {
            throw new BrokerLostException($"the broker refused the connection: {result.ResultCode} {result.ReasonString}")
            {
                IsVersionRefused = result.ResultCode is MqttClientConnectResultCode.UnsupportedProtocolVersion,
            };
        }

        _window = Math.Min(_parts.Options.MostInFlight, result.ReceiveMaximum ?? ushort.MaxValue);
    }

    private async Task<MqttClientConnectResult> GreetAsync(CancellationToken cancellation)
    {
        try
        {
            return await WithinAsync(token => _client.ConnectAsync(ClientOptions(), token), "the broker did not answer the connection", cancellation);
        }
        catch (MqttProtocolViolationException garbled) when (_version is MqttProtocolVersion.V500)
        {
            // A broker of MQTT 3.1.1 refuses version 5 with a packet that version 5 cannot read.
            throw new BrokerLostException("the broker does not speak MQTT 5", garbled) { IsVersionRefused = true };
        }
    }

    private MqttClientOptions ClientOptions()
    {
        var options = _parts.Options;
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Address.Host, options.Address.Port)
            .WithClientId(options.ClientId)
            .WithProtocolVersion(_version)
            .WithCleanStart()
            .WithKeepAlivePeriod(KeepAlive)
            .WithTimeout(options.Patience)
            .WithWillTopic(_parts.Will.Topic)
            .WithWillPayload(_parts.Will.Payload.ToArray())
            .WithWillRetain(_parts.Will.Retain)
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (options.Address.User is { } user) builder.WithCredentials(user, options.Password?.Reveal() ?? "");
        if (options.Address.IsEncrypted)
        {
            builder.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(options.Address.Host);
                if (options.Trusted is { } trusted) tls.WithTrustChain(trusted).WithRevocationMode(X509RevocationMode.NoCheck);
            });
        }

        return builder.Build();
    }

    private async Task SubscribeAsync(CancellationToken cancellation)
    {
        // Requests that were retained are never looked at; the flag as published is what tells one that is being retained now.
        var filters = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(f => f.WithTopic(_parts.RequestFilter).WithAtLeastOnceQoS().WithRetainAsPublished().WithRetainHandling(MqttRetainHandling.DoNotSendOnSubscribe))
            .WithTopicFilter(f => f.WithTopic(_parts.Will.Topic).WithAtLeastOnceQoS())
            .Build();
        var result = await WithinAsync(token => _client.SubscribeAsync(filters, token), "the broker did not answer the subscription", cancellation);
        foreach (var item in result.Items)
        {
            if (item.ResultCode is MqttClientSubscribeResultCode.GrantedQoS1) continue;
            throw new BrokerLostException($"the broker does not let us read {item.TopicFilter.Topic}: {item.ResultCode}; look at its access list");
        }
    }

    /// <summary>Sends in order and as many at once as the broker takes; looks at their acknowledgements in order too.</summary>
    private async Task SendAsync(CancellationToken cancellation)
    {
        Task? news = null;
        while (true)
        {
            while (_underWay.TryPeek(out var oldest) && oldest.Sending.IsCompleted) await ConfirmAsync(oldest);
            if (_underWay.Count < _window && _parts.Outbox.TryTake(out var row, out var publication))
            {
                _underWay.Enqueue((_client.PublishAsync(MessageOf(publication), cancellation), row));
                continue;
            }

            if (_underWay.Count == 0) _parts.Flushed()?.TrySetResult();
            if (_underWay.Count >= _window)
            {
                await OldestAsync(cancellation);
                continue;
            }

            news ??= _parts.Outbox.WaitAsync(cancellation);
            if (_underWay.TryPeek(out var next)) await Task.WhenAny(next.Sending, news);
            else await news;
            if (!news.IsCompleted) continue;
            await news;
            news = null;
        }
    }

    private async Task OldestAsync(CancellationToken cancellation)
    {
        try
        {
            await _underWay.Peek().Sending.WaitAsync(_parts.Options.Patience, _parts.Time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new BrokerLostException("the broker does not acknowledge publications");
        }
    }

    private async Task ConfirmAsync((Task<MqttClientPublishResult> Sending, OutboxRow Row) oldest)
    {
        var result = await oldest.Sending;
        _underWay.Dequeue();
        if (!result.IsSuccess) _parts.OnRefused(oldest.Row.Publication, $"{result.ReasonCode} {result.ReasonString}");
    }

    /// <summary>Asks for a sign of life regardless of traffic: with packets still leaving, a frozen broker looks well to everybody else.</summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(_parts.Options.PingEvery, _parts.Time, cancellation);
            await WithinAsync(
                async token =>
                {
                    await _client.PingAsync(token);
                    return true;
                },
                "the broker does not answer a ping",
                cancellation);
        }
    }

    private async Task<TResult> WithinAsync<TResult>(Func<CancellationToken, Task<TResult>> exchange, string otherwise, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(_parts.Options.Patience, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            return await exchange(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokerLostException($"{otherwise} within {_parts.Options.Patience.TotalSeconds} s");
        }
    }

    private async Task CloseAsync()
    {
        if (!_client.IsConnected) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _parts.Time);
        try
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), patience.Token);
        }
        catch (Exception alreadyGone) when (alreadyGone is OperationCanceledException or IOException or MqttCommunicationException)
        {
            // The connection went first: the broker sends the will, and the retained state says "stopped" only if it arrived.
        }
    }

    private void Received(MqttApplicationMessage message)
    {
        if (message.Topic == _parts.Will.Topic)
        {
            _parts.OnOwnState(message);
            return;
        }

        _parts.OnRequest(new(message.Topic, message.Payload.ToArray(), message.Retain)
        {
            ResponseTopic = string.IsNullOrEmpty(message.ResponseTopic) ? null : message.ResponseTopic,
            Correlation = message.CorrelationData is { Length: > 0 } correlation ? correlation : null,
            ExpirySeconds = message.MessageExpiryInterval > 0 ? message.MessageExpiryInterval : null,
        });
    }

    private MqttApplicationMessage MessageOf(Publication publication)
    {
        var message = new MqttApplicationMessage
        {
            Topic = publication.Topic,
            Payload = new ReadOnlySequence<byte>(publication.Payload),
            Retain = publication.Retain,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        if (_version is not MqttProtocolVersion.V500) return message;
        if (publication.Correlation is { } correlation) message.CorrelationData = correlation.ToArray();
        if (publication.ExpirySeconds is { } expiry) message.MessageExpiryInterval = expiry;
        return message;
    }
}

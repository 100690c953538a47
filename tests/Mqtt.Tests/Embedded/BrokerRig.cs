using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Embedded;
using AvGateway.Operations.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>The embedded broker in a Kestrel host on loopback, with whoever the test wants as users.</summary>
internal sealed class BrokerRig : IAsyncDisposable
{
    public const string Site = "avgw/1/city";

    /// <summary>Longest wait for anything that must happen; nothing takes this long unless it is broken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _host;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly List<IMqttClient> _clients = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BrokerRig(WebApplication host, ListenOptions mqtt, ListenOptions web, ListenOptions? secure, FakeUsers users)
    {
        _host = host;
        Users = users;
        Broker = host.Services.GetRequiredService<EmbeddedBroker>();
        Port = mqtt.IPEndPoint!.Port;
        WebPort = web.IPEndPoint!.Port;
        SecurePort = secure?.IPEndPoint!.Port ?? 0;
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == Broker.Meter.Meter) listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var reason = tags.Length > 0 ? $":{tags[0].Value}" : "";
            _counts.AddOrUpdate(instrument.Name + reason, value, (_, old) => old + value);
            Pulse();
        });
        _meters.SetMeasurementEventCallback<int>((instrument, value, _, _) =>
        {
            _counts.AddOrUpdate(instrument.Name, value, (_, old) => old + value);
            Pulse();
        });
        _meters.Start();
    }

    public EmbeddedBroker Broker { get; }
    public FakeUsers Users { get; }
    public int Port { get; }
    public int WebPort { get; }
    public int SecurePort { get; }
    public LogLines Log { get; private init; } = new();

    /// <summary>What the gateway was handed, in order.</summary>
    public Channel<IncomingMessage> Requests { get; } = Channel.CreateUnbounded<IncomingMessage>();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<BrokerRig> StartAsync(
        BrokerOptions? options = null, FakeUsers? users = null, TimeProvider? time = null, bool started = true, X509Certificate2? certificate = null)
    {
        users ??= FakeUsers.Court();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        ListenOptions mqtt = null!, web = null!;
        ListenOptions? secure = null;
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, l => (mqtt = l).UseGatewayMqtt());
            kestrel.Listen(IPAddress.Loopback, 0, l => web = l);
            if (certificate is not null) kestrel.Listen(IPAddress.Loopback, 0, l => (secure = l).UseHttps(certificate).UseGatewayMqtt());
        });
        builder.Services.AddSingleton<IUserDirectory>(users).AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddEmbeddedBroker(options ?? new BrokerOptions { Site = "city" });
        var host = builder.Build();
        host.MapGatewayMqtt("/mqtt");
        await host.StartAsync(Stop);
        var rig = new BrokerRig(host, mqtt, web, secure, users) { Log = log };
        if (started) await rig.OpenAsync();
        return rig;
    }

    public Task OpenAsync() =>
        Broker.StartAsync(new Publication($"{Site}/$gw/g1/state", "{}"u8.ToArray(), true), m => Requests.Writer.TryWrite(m), Stop);

    public long Count(string name) => _counts.GetValueOrDefault(name);

    /// <summary>Ends when a number of the broker has come to what the test waits for.</summary>
    public async Task WhenAsync(Func<bool> reached)
    {
        while (true)
        {
            Task changed;
            lock (_gate) changed = _pulse.Task;
            if (reached()) return;
            await changed.WaitAsync(Patience, Stop);
        }
    }

    public void Publish(string topic, string payload, bool retain = true) =>
        Broker.Publish(new Publication($"{Site}/{topic}", Encoding.UTF8.GetBytes(payload), retain));

    public static MqttClientOptionsBuilder Options(User user, MqttProtocolVersion version = MqttProtocolVersion.V500, string? id = null) =>
        new MqttClientOptionsBuilder().WithProtocolVersion(version).WithClientId(id ?? $"t-{Guid.NewGuid():N}")
            .WithCredentials(user.Name, FakeUsers.PasswordOf(user.Name)).WithTimeout(Patience);

    public MqttClientOptionsBuilder Tcp(User user, MqttProtocolVersion version = MqttProtocolVersion.V500, string? id = null) =>
        Options(user, version, id).WithTcpServer("127.0.0.1", Port);

    public async Task<TestClient> ConnectAsync(User user, MqttProtocolVersion version = MqttProtocolVersion.V500, string? id = null)
    {
        var client = await TryConnectAsync(Tcp(user, version, id).Build());
        Assert.Equal(MqttClientConnectResultCode.Success, client.Result.ResultCode);
        return client;
    }

    public async Task<TestClient> TryConnectAsync(MqttClientOptions options)
    {
        var mqtt = new MqttClientFactory().CreateMqttClient();
        lock (_clients) _clients.Add(mqtt);
        var client = new TestClient(mqtt);
        client.Result = await mqtt.ConnectAsync(options, Stop);
        return client;
    }

    private void Pulse()
    {
        lock (_gate)
        {
            _pulse.TrySetResult();
            _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await Broker.DisposeAsync();
        await _host.DisposeAsync();
        _meters.Dispose();
    }
}

/// <summary>An MQTT client that remembers what it got.</summary>
internal sealed class TestClient
{
    private readonly Channel<MqttApplicationMessage> _got = Channel.CreateUnbounded<MqttApplicationMessage>();
    private readonly TaskCompletionSource<MqttClientDisconnectedEventArgs> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestClient(IMqttClient mqtt)
    {
        Mqtt = mqtt;
        mqtt.ApplicationMessageReceivedAsync += e =>
        {
            _got.Writer.TryWrite(e.ApplicationMessage);
            return Task.CompletedTask;
        };
        mqtt.DisconnectedAsync += e =>
        {
            _closed.TrySetResult(e);
            return Task.CompletedTask;
        };
    }

    public IMqttClient Mqtt { get; }
    public MqttClientConnectResult Result { get; set; } = null!;

    public Task<MqttClientDisconnectedEventArgs> Closed => _closed.Task.WaitAsync(BrokerRig.Patience, BrokerRig.Stop);

    public async Task<MqttClientSubscribeResultCode> SubscribeAsync(string filter, int qos = 1) =>
        (await Mqtt.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic(filter).WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).Build(),
            BrokerRig.Stop)).Items.Single().ResultCode;

    public async Task<MqttApplicationMessage> NextAsync() => await _got.Reader.ReadAsync(BrokerRig.Stop).AsTask().WaitAsync(BrokerRig.Patience, BrokerRig.Stop);

    /// <summary>Everything up to a publication on this topic, that one not included.</summary>
    public async Task<List<MqttApplicationMessage>> UntilAsync(string topic)
    {
        var got = new List<MqttApplicationMessage>();
        while (true)
        {
            var next = await NextAsync();
            if (next.Topic == topic) return got;
            got.Add(next);
        }
    }

    public Task<MqttClientPublishResult> PublishAsync(string topic, string payload = "{}", int qos = 1, bool retain = false) =>
        Mqtt.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).WithRetainFlag(retain).Build(), BrokerRig.Stop);
}

/// <summary>Log lines of a host, to be asserted on.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Text)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}

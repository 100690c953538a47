using System.Collections.Concurrent;
using System.Text.Json;
using AvGateway.Mqtt.Bus;
using AvGateway.Operations.Journal;

namespace AvGateway.Acceptance.Tests.Virtual;

/// <summary>The bus of a court on the bench: remembers every word of every topic with its time.</summary>
internal sealed class TopicLog(TimeProvider time) : IMqttBus, IRetainedRegistry
{
    private readonly ConcurrentQueue<(DateTimeOffset At, string Topic, JsonElement Payload)> _all = new();

    public bool IsConnected => true;
    public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> Retained => [];

    public IEnumerable<(DateTimeOffset At, JsonElement Payload)> On(string topic) => _all.Where(p => p.Topic == topic).Select(p => (p.At, p.Payload));
    public JsonElement Last(string topic) => On(topic).Last().Payload;

    public void Publish(Publication publication) => _all.Enqueue((time.GetUtcNow(), publication.Topic, JsonDocument.Parse(publication.Payload).RootElement));

    public Task StartAsync(Publication will, Action<IncomingMessage> onRequest, CancellationToken cancellation) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
    public ValueTask<IReadOnlyCollection<string>> LoadAsync(CancellationToken cancellation) => new([]);
    public void Add(string topic) { }
    public void Remove(string topic) { }
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using AvGateway.Mqtt.Bus;

namespace AvGateway.Mqtt.Tests.Session;

/// <summary>A bus that remembers what was published, and through which a test asks.</summary>
internal sealed class FakeBus : IMqttBus
{
    private readonly ConcurrentQueue<Publication> _all = new();
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _retained = new();
    private Action<IncomingMessage>? _onRequest;

    public bool IsConnected => _onRequest is not null;
    public Publication? Will { get; private set; }
    public bool IsStopped { get; private set; }
    public IReadOnlyList<Publication> All => [.. _all];
    public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> Retained => [.. _retained];

    /// <summary>Hears each publication, from whatever thread.</summary>
    public Action<Publication>? OnPublish { get; set; }

    public void Publish(Publication publication)
    {
        if (publication.Retain)
        {
            if (publication.Payload.IsEmpty) _retained.TryRemove(publication.Topic, out _);
            else _retained[publication.Topic] = publication.Payload;
        }

        _all.Enqueue(publication);
        OnPublish?.Invoke(publication);
    }

    public Task StartAsync(Publication will, Action<IncomingMessage> onRequest, CancellationToken cancellation)
    {
        Will = will;
        _onRequest = onRequest;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        IsStopped = true;
        return Task.CompletedTask;
    }

    public void Ask(IncomingMessage message) => _onRequest!(message);

    public IEnumerable<Publication> On(string topic) => _all.Where(p => p.Topic == topic);

    public JsonElement Last(string topic) => Json(On(topic).Last());

    public static JsonElement Json(Publication publication) => JsonDocument.Parse(publication.Payload).RootElement;

    public static string Text(Publication publication) => Encoding.UTF8.GetString(publication.Payload.Span);
}

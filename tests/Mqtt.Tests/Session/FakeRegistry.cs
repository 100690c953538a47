using AvGateway.Operations.Journal;

namespace AvGateway.Mqtt.Tests.Session;

internal sealed class FakeRegistry(params string[] ofEarlierRuns) : IRetainedRegistry
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _topics = [.. ofEarlierRuns];

    public IReadOnlyCollection<string> Topics
    {
        get { lock (_gate) return [.. _topics]; }
    }

    public ValueTask<IReadOnlyCollection<string>> LoadAsync(CancellationToken cancellation) => new(ofEarlierRuns);

    public void Add(string topic)
    {
        lock (_gate) _topics.Add(topic);
    }

    public void Remove(string topic)
    {
        lock (_gate) _topics.Remove(topic);
    }
}

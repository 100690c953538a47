namespace AvGateway.Operations.Journal;

/// <summary>Every retained topic that this gateway ever wrote and has not cleared: what a rename or removal left behind is found here (I9).</summary>
public interface IRetainedRegistry
{
    /// <summary>The topics of earlier runs; read once at start.</summary>
    ValueTask<IReadOnlyCollection<string>> LoadAsync(CancellationToken cancellation);

    /// <summary>Queues the note that a topic is now retained. Never blocks.</summary>
    void Add(string topic);

    /// <summary>Queues the note that a topic was cleared. Never blocks.</summary>
    void Remove(string topic);
}

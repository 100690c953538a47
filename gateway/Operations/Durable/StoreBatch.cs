using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Durable;

/// <summary>A change of one document.</summary>
/// <param name="Json">Null deletes it.</param>
public readonly record struct StateChange(string Kind, string Key, string? Json);

/// <summary>What belongs together: documents, rows of the service record and outgoing events that become durable in one commit. Used once.</summary>
public sealed class StoreBatch
{
    private readonly List<StateChange> _changes = [];
    private readonly List<JournalEntry> _records = [];
    private readonly List<OutboxMessage> _messages = [];

    public IReadOnlyList<StateChange> Changes => _changes;

    public IReadOnlyList<JournalEntry> Records => _records;

    public IReadOnlyList<OutboxMessage> Messages => _messages;

    public StoreBatch Put(string kind, string key, string json)
    {
        _changes.Add(new(kind, key, json));
        return this;
    }

    public StoreBatch Delete(string kind, string key)
    {
        _changes.Add(new(kind, key, null));
        return this;
    }

    public StoreBatch Record(JournalEntry entry)
    {
        _records.Add(entry);
        return this;
    }

    public StoreBatch Publish(OutboxMessage message)
    {
        _messages.Add(message);
        return this;
    }
}

using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Retained;

/// <summary>
/// Retained topics on the store. Notes gather here by topic, the last one counting, and go out with the writer's next commit: however often a
/// topic is written, it waits once, and one that is known costs a look-up.
/// </summary>
internal sealed class RetainedRegistry(StoreWriter writer, IStoreEngine engine, ReadLane reads) : IRetainedRegistry
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Dictionary<string, Change> _noted = new(StringComparer.Ordinal);
    private bool _isQueued;

    public async ValueTask<IReadOnlyCollection<string>> LoadAsync(CancellationToken cancellation) =>
        await reads.RunAsync(() => engine.Read(Rows.Retained), cancellation);

    public void Add(string topic)
    {
        lock (_gate)
        {
            if (!_known.Add(topic)) return;
            Note(topic, _noted.ContainsKey(topic) ? Change.StoredAgain : Change.Stored);
        }
    }

    public void Remove(string topic)
    {
        lock (_gate)
        {
            _known.Remove(topic);

            // A target is there for as long as a command runs: one that came and went between two commits never needs the disk. Should an earlier
            // run have left its row, the next start empties a topic that is empty.
            if (_noted.GetValueOrDefault(topic) is Change.Stored) _noted.Remove(topic);
            else Note(topic, Change.Removed);
        }
    }

    private enum Change { None, Stored, StoredAgain, Removed }

    private void Note(string topic, Change change)
    {
        _noted[topic] = change;
        if (!_isQueued) _isQueued = writer.Post(new StoreNotes(this));
    }

    private Dictionary<string, Change> Take()
    {
        lock (_gate)
        {
            _isQueued = false;
            (var notes, _noted) = (_noted, new(StringComparer.Ordinal));
            return notes;
        }
    }

    /// <summary>One operation for all notes that are there when its turn comes.</summary>
    private sealed class StoreNotes(RetainedRegistry registry) : WriteOperation
    {
        private Dictionary<string, Change>? _notes;

        public override bool OutlastsOutage => true;

        public override bool MayRide => true;

        public override void Apply(IStoreEngine engine)
        {
            // Kept over a rollback: the same notes are tried again.
            _notes ??= registry.Take();
            foreach (var (topic, change) in _notes)
            {
                if (change is not Change.Removed) engine.Session.Execute(StoreSql.AddRetained, topic, RowChecks.SumOf(topic));
                else engine.Session.Execute(StoreSql.RemoveRetained, topic);
            }
        }

        public override void Stored(StoreWriter writer)
        {
        }

        public override void Refuse(StoreHealth health)
        {
        }

        public override void Fail(Exception exception)
        {
        }
    }
}

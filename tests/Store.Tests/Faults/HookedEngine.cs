using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;

namespace AvGateway.Store.Tests.Faults;

/// <summary>The real engine with hooks where disks fail.</summary>
internal sealed class HookedEngine(IStoreEngine inner) : IStoreEngine
{
    public Action OnCommit { get; set; } = () => { };

    public Action OnReopen { get; set; } = () => { };

    public int Commits { get; private set; }

    public string Store => inner.Store;

    public long Boot => inner.Boot;

    public SqlSession Session => inner.Session;

    public bool HasHousekeeping => inner.HasHousekeeping;

    public bool IsHousekeepingUrgent => inner.IsHousekeepingUrgent;

    public bool IsCommitInDoubt => inner.IsCommitInDoubt;

    public Action? LongCheck => inner.LongCheck;

    public void Begin() => inner.Begin();

    public void AppendJournal(JournalEntry entry) => inner.AppendJournal(entry);

    public void Commit()
    {
        OnCommit();
        inner.Commit();
        Commits++;
    }

    public void Rollback() => inner.Rollback();

    public StoreFailure? FailureOf(Exception exception) => inner.FailureOf(exception);

    public bool Reopen()
    {
        OnReopen();
        return inner.Reopen();
    }

    public void Probe() => inner.Probe();

    public void Housekeep(DateTimeOffset now, bool isIdle) => inner.Housekeep(now, isIdle);

    public void CutAnchor(DateTimeOffset now) => inner.CutAnchor(now);

    public T Read<T>(Func<SqlSession, T> read) => inner.Read(read);

    public IReadOnlyList<JournalRow> ReadJournal(JournalQuery query, long from, int limit) => inner.ReadJournal(query, from, limit);

    public void Dispose() => inner.Dispose();
}

using AvGateway.Operations.Journal;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;

namespace AvGateway.Store.Engines;

/// <summary>
/// A database as the writer sees it. Everything but <see cref="Read"/> and <see cref="ReadJournal"/> is called by the writer's thread alone,
/// and blocks: that thread belongs to it.
/// </summary>
internal interface IStoreEngine : IDisposable
{
    /// <summary>Names this store for ever; the chain begins with it.</summary>
    string Store { get; }

    /// <summary>One more at every open.</summary>
    long Boot { get; }

    /// <summary>Where the writer's statements run, between <see cref="Begin"/> and <see cref="Commit"/>.</summary>
    SqlSession Session { get; }

    /// <summary>Committed work that still has to be carried on, see <see cref="Housekeep"/>.</summary>
    bool HasHousekeeping { get; }

    /// <summary>So much has gathered that it must be carried on now.</summary>
    bool IsHousekeepingUrgent { get; }

    /// <summary>True when the last <see cref="Commit"/> failed without telling whether it took effect; <see cref="Reopen"/> finds out.</summary>
    bool IsCommitInDoubt { get; }

    void Begin();

    /// <summary>Adds a row to the chain, in the open transaction.</summary>
    void AppendJournal(JournalEntry entry);

    /// <summary>Durable when it returns.</summary>
    void Commit();

    /// <summary>Gives up the open transaction, if there is one.</summary>
    void Rollback();

    /// <summary>What an exception says about the store; null when the store is not to blame.</summary>
    StoreFailure? FailureOf(Exception exception);

    /// <summary>Connects anew and compares what is stored with what was acknowledged.</summary>
    /// <returns>For a commit in doubt, whether it took effect.</returns>
    /// <exception cref="StoreCorruptException">Something acknowledged is gone.</exception>
    bool Reopen();

    /// <summary>Proves that new data can be stored, by storing some.</summary>
    void Probe();

    /// <summary>Carries committed rows on into the journal, and cuts the day's anchor. <paramref name="isIdle"/>: nobody waits.</summary>
    void Housekeep(DateTimeOffset now, bool isIdle);

    /// <summary>Cuts an anchor now, whatever the day.</summary>
    void CutAnchor(DateTimeOffset now);

    /// <summary>Reads beside the writer, on a connection of its own.</summary>
    T Read<T>(Func<SqlSession, T> read);

    /// <summary>Up to <paramref name="limit"/> rows beyond <paramref name="from"/>, in the direction of the query; fewer mean that these were the last.</summary>
    IReadOnlyList<JournalRow> ReadJournal(JournalQuery query, long from, int limit);

    /// <summary>
    /// The check of large files that a start has no time for, to be run beside the store; it throws <see cref="StoreCorruptException"/> when it
    /// finds damage. Null when the start checked everything.
    /// </summary>
    Action? LongCheck { get; }
}

/// <summary>What went wrong outside the program, in words for the one who has to act.</summary>
internal sealed record StoreFailure(StoreCondition Condition, string Reason);

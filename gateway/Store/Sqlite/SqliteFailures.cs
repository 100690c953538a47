using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Sqlite;

/// <summary>Result codes of SQLite, sorted by who has to act.</summary>
internal static class SqliteFailures
{
    private const int Busy = 5, Locked = 6, NoMemory = 7, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, Protocol = 15, NotADatabase = 26;
    private const int SharedMemoryGrowth = 4874;
    private const int NoSpace = 28;

    public static Engines.StoreFailure? Of(Exception exception) => exception switch
    {
        StoreCorruptException corrupt => new(StoreCondition.Corrupt, corrupt.Message),
        // The shared index of the log could not grow: that is how a full disk shows when it hits that file first.
        SqliteException { SqliteExtendedErrorCode: SharedMemoryGrowth } => new(StoreCondition.Full, "the disk is full"),
        SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            Full => new(StoreCondition.Full, "the disk is full"),
            ReadOnly => new(StoreCondition.ReadOnly, "the file system is read-only"),
            Corrupt or NotADatabase => new(StoreCondition.Corrupt, sqlite.Message),
            InputOutput => new(StoreCondition.Failing, $"the disk reports an error ({sqlite.SqliteExtendedErrorCode})"),
            Busy or Locked => new(StoreCondition.Failing, "another program holds the database"),
            CannotOpen or Protocol or NoMemory => new(StoreCondition.Failing, sqlite.Message),
            _ => null,
        },
        IOException { HResult: NoSpace } => new(StoreCondition.Full, "the disk is full"),
        IOException or UnauthorizedAccessException => new(StoreCondition.Failing, exception.Message),
        _ => null,
    };
}

using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Sqlite;

/// <summary>SQLite's own checks of a file's structure.</summary>
internal static class SqliteChecks
{
    private const int QuickFactor = 8;

    /// <summary>
    /// The thorough check for small files, since only it compares indexes with tables; the quick one for larger files, and none for those that
    /// would hold up a start. What is not checked thoroughly here is checked later.
    /// </summary>
    public static void Structure(SqliteConnection connection, string file, long inlineLimit)
    {
        var size = SqliteFiles.SizeOf(file);
        if (size <= inlineLimit) Check(connection, file, "integrity_check(1)");
        else if (size / QuickFactor <= inlineLimit) Check(connection, file, "quick_check(1)");
    }

    /// <summary>The thorough check, however long it takes.</summary>
    public static void Thorough(SqliteConnection connection, string file) => Check(connection, file, "integrity_check(1)");

    private static void Check(SqliteConnection connection, string file, string pragma)
    {
        var finding = connection.ExecuteScalar<string>("PRAGMA " + pragma);
        if (finding != "ok") throw new StoreCorruptException(file, finding ?? "the check gave no answer");
    }
}

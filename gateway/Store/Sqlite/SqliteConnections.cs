using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Sqlite;

/// <summary>Opens connections with everything durability rests on set, and read back: a pragma that does not apply is silent.</summary>
internal static class SqliteConnections
{
    private const int BusySeconds = 5;
    private const int Full = 2;

    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            connection.Execute("PRAGMA cache_spill = OFF; PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864;");
            Expect(connection, "journal_mode = WAL", "wal");
            connection.Execute("PRAGMA synchronous = FULL");
            Expect(connection, "synchronous", Full.ToString(CultureInfo.InvariantCulture));
            Expect(connection, "foreign_keys", "1");
            Expect(connection, "busy_timeout", (BusySeconds * 1000).ToString(CultureInfo.InvariantCulture));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>For a file that nobody writes, on a medium that may take no writes.</summary>
    public static SqliteConnection OpenImmutable(string path) => Open($"{new Uri(Path.GetFullPath(path)).AbsoluteUri}?immutable=1", SqliteOpenMode.ReadOnly);

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();

            // busy_timeout is 0 by default, and the library's own retry sleeps far too long between its attempts.
            connection.Execute($"PRAGMA busy_timeout = {BusySeconds * 1000}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Expect(SqliteConnection connection, string pragma, string wanted)
    {
        var found = Convert.ToString(connection.ExecuteScalar("PRAGMA " + pragma), CultureInfo.InvariantCulture);
        if (!string.Equals(found, wanted, StringComparison.OrdinalIgnoreCase))
            throw new IOException($"{connection.DataSource}: {pragma} is {found} and must be {wanted}; the file system cannot keep what is acknowledged");
    }
}

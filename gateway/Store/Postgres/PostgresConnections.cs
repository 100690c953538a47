using Dapper;
using Npgsql;

namespace AvGateway.Store.Postgres;

/// <summary>Opens connections to a server and refuses one that would not keep what it acknowledges.</summary>
internal static class PostgresConnections
{
    // A session that just ended keeps its lock until the server has noticed.
    private const int LockWait = 3000;

    /// <exception cref="StoreInUseException">Another gateway holds this schema.</exception>
    public static NpgsqlConnection OpenWriter(PostgresAddress address)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            // The server must notice by itself that a gateway's machine has died, or its lock would outlive it by hours.
            connection.Execute(
                $"SET synchronous_commit = on; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2; SET lock_timeout = {LockWait}");
            foreach (var setting in (ReadOnlySpan<string>)["fsync", "full_page_writes", "synchronous_commit"])
                if (connection.ExecuteScalar<string>("SELECT current_setting(@setting)", new { setting }) != "on")
                    throw new IOException($"the server's {setting} is off: it would acknowledge what it can still lose");
            connection.Execute("SELECT pg_advisory_lock(@key)", new { key = address.LockKey });
            return connection;
        }
        catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            connection.Dispose();
            throw new StoreInUseException($"schema {address.Schema} is in use by another gateway", held);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static NpgsqlConnection OpenReader(PostgresAddress address)
    {
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

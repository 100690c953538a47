using Dapper;
using Npgsql;

namespace AvGateway.Store.Postgres;

/// <summary>Opens connections to a server and refuses one that would not keep what it acknowledges.</summary>
internal static class PostgresConnections
{
    /// <exception cref="StoreInUseException">Another gateway holds this schema.</exception>
    public static NpgsqlConnection OpenWriter(PostgresAddress address)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            connection.Execute("SET synchronous_commit = on");
            foreach (var setting in (ReadOnlySpan<string>)["fsync", "full_page_writes", "synchronous_commit"])
                if (connection.ExecuteScalar<string>("SELECT current_setting(@setting)", new { setting }) != "on")
                    throw new IOException($"the server's {setting} is off: it would acknowledge what it can still lose");
            if (!connection.ExecuteScalar<bool>("SELECT pg_try_advisory_lock(@key)", new { key = address.LockKey }))
                throw new StoreInUseException($"schema {address.Schema} is in use by another gateway");
            return connection;
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

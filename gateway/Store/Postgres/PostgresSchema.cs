using AvGateway.Store.Sql;
using Dapper;
using Npgsql;

namespace AvGateway.Store.Postgres;

/// <summary>The tables of one gateway in a schema of its own.</summary>
internal static class PostgresSchema
{
    private static readonly string[] Steps = [SqlDialect.Postgres.Meta + SqlDialect.Postgres.State + SqlDialect.Postgres.Journal];
    private static readonly string[] Triggers = ["anchor_keeps_all", "anchor_keeps_rows", "journal_keeps_all", "journal_keeps_rows"];

    /// <exception cref="StoreCorruptException">The triggers that keep the record append-only are gone.</exception>
    public static void Prepare(NpgsqlConnection connection, PostgresAddress address)
    {
        // The name was checked letter by letter; an identifier cannot be a parameter.
        connection.Execute($"CREATE SCHEMA IF NOT EXISTS {address.Schema}");
        var isEmpty = connection.ExecuteScalar<bool>("SELECT to_regclass(@table) IS NULL", new { table = $"{address.Schema}.meta" });
        var version = isEmpty ? 0 : connection.ExecuteScalar<int>("SELECT value::int FROM meta WHERE name = 'schema'");
        new Migrations(address.Schema, Steps).Run(connection, version);
        var triggers = connection.Query<string>(
            """
            SELECT t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = @schema AND NOT t.tgisinternal AND t.tgenabled = 'O' ORDER BY 1
            """,
            new { schema = address.Schema });
        if (!triggers.SequenceEqual(Triggers)) throw new StoreCorruptException(address.Schema, "the triggers that keep the service record append-only are gone or off");
    }
}

using AvGateway.Store.Sql;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Sqlite;

/// <summary>The two files' schemas. A file whose tables or triggers are not exactly these was changed by somebody else.</summary>
internal static class SqliteSchema
{
    public static readonly Migrations State = new("state.db", [SqlDialect.Sqlite.Meta + SqlDialect.Sqlite.State + SqlDialect.Sqlite.Pending]);

    public static readonly Migrations Journal = new("journal.db", [SqlDialect.Sqlite.Meta + SqlDialect.Sqlite.Journal]);

    /// <summary>0 for a database without tables.</summary>
    public static int VersionOf(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_schema") == 0
            ? 0
            : connection.ExecuteScalar<int>("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'schema'");

    /// <summary>Every table, index and trigger with its text, as the migrations leave them.</summary>
    public static string? Difference(SqliteConnection connection, Migrations migrations)
    {
        using var model = new SqliteConnection("Data Source=:memory:");
        model.Open();
        migrations.Run(model, 0);
        var wanted = Objects(model);
        var found = Objects(connection);
        foreach (var (name, text) in wanted)
            if (!found.TryGetValue(name, out var other)) return $"{name} was removed";
            else if (text != other) return $"{name} was changed";
        return found.Keys.FirstOrDefault(name => !wanted.ContainsKey(name)) is { } added ? $"{added} was added" : null;
    }

    private static Dictionary<string, string?> Objects(SqliteConnection connection) =>
        connection.Query<(string Name, string? Text)>("SELECT type || ' ' || name, sql FROM sqlite_schema").ToDictionary(o => o.Name, o => o.Text);
}

using AvGateway.Store.Sql;
using AvGateway.Store.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Tests;

public sealed class MigrationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Steps_run_once_in_order()
    {
        using var database = Open();
        var first = new Migrations("x.db", [SqlDialect.Sqlite.Meta + "CREATE TABLE a(x);"]);
        first.Run(database, SqliteSchema.VersionOf(database));
        database.Execute("INSERT INTO a VALUES (7)");
        var second = first with { Steps = [.. first.Steps, "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1;", "CREATE TABLE b(x);"] };
        second.Run(database, SqliteSchema.VersionOf(database));
        second.Run(database, SqliteSchema.VersionOf(database));

        Assert.Equal(3, SqliteSchema.VersionOf(database));
        Assert.Equal(8, database.ExecuteScalar<long>("SELECT y FROM a"));
        Assert.Null(SqliteSchema.Difference(database, second));
    }

    [Fact]
    public void A_step_that_fails_half_way_leaves_the_old_version_whole()
    {
        using var database = Open();
        var migrations = new Migrations("x.db", [SqlDialect.Sqlite.Meta + "CREATE TABLE a(x);", "CREATE TABLE b(x); INSERT INTO nowhere VALUES (1);"]);

        Assert.Throws<SqliteException>(() => migrations.Run(database, 0));

        Assert.Equal(1, SqliteSchema.VersionOf(database));
        Assert.Null(SqliteSchema.Difference(database, migrations with { Steps = [migrations.Steps[0]] }));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        await (await StoreBench.OpenAsync(StoreBench.Small(_folder.Path))).DisposeAsync();
        using (var database = Open("state.db")) database.Execute("UPDATE meta SET value = '99' WHERE name = 'schema'");

        var refused = await Assert.ThrowsAsync<StoreTooNewException>(() => StoreBench.OpenAsync(StoreBench.Small(_folder.Path)));

        Assert.Contains("schema 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are a matter of Unix");
        var site = _folder.Sub("site");
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(site));

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
#pragma warning disable CA1416 // Skipped on Windows above.
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(site) & others);
#pragma warning restore CA1416
    }

    public void Dispose() => _folder.Dispose();

    private SqliteConnection Open(string name = "x.db")
    {
        var database = new SqliteConnection($"Data Source={_folder.Sub(name)};Pooling=False");
        database.Open();
        return database;
    }
}

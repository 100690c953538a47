using AvGateway.Operations.Journal;
using AvGateway.Store.Journal;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Tests.Faults;

/// <summary>I17: whoever writes into the record past the gateway is found, and the first bad row is named.</summary>
public sealed class TamperTests : IAsyncLifetime
{
    private const int Rows = 40;
    private readonly TempFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path));
        for (var n = 1; n <= Rows; n++)
        {
            await bench.Store.Journal.AppendDurablyAsync(Words.Row("test.row", $"row-{n}", details: $$"""{"n":{{n}}}"""), StoreBench.Cancellation);
            if (n == Rows / 2) await bench.Store.CutAnchorAsync(StoreBench.Cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void An_untouched_record_is_sound()
    {
        var seen = JournalVerifier.Verify(_folder.Path);

        Assert.True(seen.IsSound, string.Join("; ", seen.Findings));
        Assert.Equal((Rows, Rows), (seen.Rows, seen.LastSequence));
    }

    [Theory]
    [InlineData("UPDATE journal SET details = '{}' WHERE seq = 5")]
    [InlineData("DELETE FROM journal WHERE seq = 5")]
    [InlineData("DELETE FROM journal")]
    [InlineData("UPDATE anchor SET seq = 1")]
    [InlineData("DELETE FROM anchor")]
    public void The_database_itself_refuses_to_change_or_remove_rows(string sql)
    {
        using var database = Open();

        var refused = Assert.Throws<SqliteException>(() => database.Execute(sql));

        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_member_of_any_row_is_found_at_that_row()
    {
        foreach (var column in new[] { "at", "kind", "subject", "actor", "details" })
        {
            for (var seq = 1; seq <= Rows; seq += 3)
            {
                using var copy = Tampered($"UPDATE journal SET {column} = {column} || ' ' WHERE seq = {seq}");
                ExpectFirst(copy, seq);
            }
        }
    }

    [Theory]
    [InlineData("UPDATE journal SET hash = randomblob(32) WHERE seq = 9", 9)]
    [InlineData("DELETE FROM journal WHERE seq = 9", 9)]
    [InlineData("DELETE FROM journal WHERE seq <= 3", 1)]
    [InlineData("DELETE FROM journal WHERE seq BETWEEN 10 AND 20", 10)]
    [InlineData("UPDATE journal SET seq = 1000 WHERE seq = 7; UPDATE journal SET seq = 7 WHERE seq = 8; UPDATE journal SET seq = 8 WHERE seq = 1000", 7)]
    [InlineData("UPDATE journal SET subject = (SELECT subject || kind FROM journal WHERE seq = 3), kind = '' WHERE seq = 3", 3)]
    [InlineData("INSERT INTO journal SELECT 41, at, kind, subject, actor, details, hash FROM journal WHERE seq = 40", 41)]
    [InlineData("INSERT INTO journal SELECT 0, at, kind, subject, actor, details, hash FROM journal WHERE seq = 1", 1)]
    public void Removal_insertion_and_reordering_are_found_at_the_first_bad_row(string sql, long seq)
    {
        using var copy = Tampered(sql);
        ExpectFirst(copy, seq);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(10, true)]
    [InlineData(10, false)]
    public void A_record_cut_short_is_found(int left, bool hasState)
    {
        using var copy = Tampered($"DELETE FROM journal WHERE seq > {left}; DELETE FROM anchor WHERE seq > {left}");
        if (!hasState) File.Delete(copy.Sub("state.db"));
        ExpectFirst(copy, left + 1);
    }

    [Fact]
    public void A_record_rewritten_from_some_row_on_with_right_hashes_contradicts_an_anchor_file()
    {
        using var copy = Tampered("");
        Rewrite(copy, from: 15);
        File.Delete(copy.Sub("state.db"));

        ExpectFirst(copy, 20);
        Assert.Contains("anchor", JournalVerifier.Verify(copy.Path).Findings[0].Place, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_rewritten_behind_the_last_anchor_contradicts_the_state()
    {
        using var copy = Tampered("");
        Rewrite(copy, from: 35);

        ExpectFirst(copy, Rows);
    }

    [Fact]
    public void A_removed_trigger_is_found_though_no_row_changed()
    {
        using var copy = Tampered("", restoresTriggers: false);

        Assert.Contains("was removed", Assert.Single(JournalVerifier.Verify(copy.Path).Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_of_another_store_is_found()
    {
        using var copy = Tampered("UPDATE meta SET value = 'another' WHERE name = 'store'");

        Assert.False(JournalVerifier.Verify(copy.Path).IsSound);
    }

    [Fact]
    public void An_anchor_file_that_was_changed_is_found()
    {
        using var copy = Tampered("");
        var file = Directory.GetFiles(copy.Sub("reports/anchors")).Single();
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"hash\":\"", "\"hash\":\"00", StringComparison.Ordinal));
        Assert.False(JournalVerifier.Verify(copy.Path).IsSound);
        File.WriteAllText(file, "{}");
        Assert.False(JournalVerifier.Verify(copy.Path).IsSound);
    }

    [Fact]
    public async Task A_running_store_can_be_verified_beside_its_writer()
    {
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path));
        for (var n = 0; n < 20; n++)
        {
            await bench.Store.Journal.AppendDurablyAsync(Words.Row(), StoreBench.Cancellation);
            var seen = JournalVerifier.Verify(_folder.Path);
            Assert.True(seen.IsSound, string.Join("; ", seen.Findings));
            Assert.Equal(Rows + n + 1, seen.LastSequence);
            if (n % 3 == 0) await bench.QuiesceAsync();
        }
    }

    [Fact]
    public async Task One_anchor_is_cut_each_day_that_has_rows()
    {
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path));
        for (var day = 0; day < 3; day++)
        {
            bench.Time.Advance(TimeSpan.FromDays(1));
            for (var n = 0; n < 2; n++)
            {
                await bench.Store.Journal.AppendDurablyAsync(Words.Row(), StoreBench.Cancellation);
                await bench.QuiesceAsync();
            }
        }

        var anchors = AnchorFiles.Read(_folder.Path, _ => { }).Select(a => a.Anchor).ToList();
        Assert.Equal(["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"], anchors.Select(a => a.Day));
        Assert.InRange(anchors[^1].Seq, Rows + 4, Rows + 6);
        Assert.True(JournalVerifier.Verify(_folder.Path).IsSound);
    }

    private static void ExpectFirst(TempFolder copy, long seq)
    {
        var findings = JournalVerifier.Verify(copy.Path).Findings;
        Assert.NotEmpty(findings);
        Assert.Equal(seq, findings.Min(f => f.Sequence));
    }

    private SqliteConnection Open(string? path = null)
    {
        var database = new SqliteConnection($"Data Source={path ?? _folder.Sub("journal.db")};Pooling=False");
        database.Open();
        return database;
    }

    /// <summary>A copy in which somebody took the triggers away, wrote what he liked, and put them back.</summary>
    private TempFolder Tampered(string sql, bool restoresTriggers = true)
    {
        var copy = new TempFolder();
        foreach (var file in new[] { "state.db", "journal.db" }) File.Copy(_folder.Sub(file), copy.Sub(file));
        Directory.CreateDirectory(copy.Sub("reports/anchors"));
        foreach (var anchor in Directory.GetFiles(_folder.Sub("reports/anchors"))) File.Copy(anchor, copy.Sub($"reports/anchors/{Path.GetFileName(anchor)}"));
        using var database = Open(copy.Sub("journal.db"));
        var triggers = database.Query<(string Name, string Text)>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").ToList();
        foreach (var trigger in triggers) database.Execute($"DROP TRIGGER {trigger.Name}");
        if (sql.Length > 0) database.Execute(sql);
        foreach (var trigger in triggers.Where(_ => restoresTriggers)) database.Execute(trigger.Text);
        return copy;
    }

    /// <summary>What an intruder with the program's source would do.</summary>
    private void Rewrite(TempFolder copy, long from)
    {
        using var database = Open(copy.Sub("journal.db"));
        var triggers = database.Query<(string Name, string Text)>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").ToList();
        foreach (var trigger in triggers) database.Execute($"DROP TRIGGER {trigger.Name}");
        var hash = database.ExecuteScalar<byte[]>("SELECT hash FROM journal WHERE seq = @seq", new { seq = from - 1 })!;
        for (var seq = from; seq <= Rows; seq++)
        {
            var row = JournalRow.Follow(seq, hash, new JournalEntry(Words.Noon, "forged", "x", "y", "{}"));
            hash = row.Hash;
            database.Execute("UPDATE journal SET at = @At, kind = @Kind, subject = @Subject, actor = @Actor, details = @Details, hash = @Hash WHERE seq = @Seq", row);
        }

        foreach (var trigger in triggers) database.Execute(trigger.Text);
    }
}

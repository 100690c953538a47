using AvGateway.Operations.Commands;
using AvGateway.Store.Backup;
using AvGateway.Store.Journal;

namespace AvGateway.Store.Tests;

public sealed class BackupTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private StoreBench _bench = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Site => _folder.Sub("site");

    private string Backups => _folder.Sub("backups");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Site);
        _bench = await StoreBench.OpenAsync(StoreBench.Small(Site));
        await _bench.Store.Ledger.AdmitAsync(Words.Command("before"), Cancellation);
        await _bench.Store.Journal.AppendDurablyAsync(Words.Row("before"), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_backup_of_a_busy_store_is_one_moment_of_it()
    {
        using var enough = new CancellationTokenSource();
        var busy = Task.Run(async () =>
        {
            for (var n = 0; !enough.IsCancellationRequested; n++)
            {
                await _bench.Store.Ledger.AdmitAsync(Words.Command($"{n}") with { Record = Words.Row("command.accepted", $"{n}") }, Cancellation);
                await _bench.Store.State.PutAsync("counter", "n", $"{n}", Cancellation);
            }
        }, Cancellation);
        var snapshots = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            snapshots.Add(await _bench.Store.BackupAsync(Backups, Cancellation));
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await enough.CancelAsync();
        await busy;

        foreach (var snapshot in snapshots)
        {
            await using var copy = await StoreBench.OpenAsync(StoreBench.Small(snapshot));
            var admitted = (await copy.Store.Ledger.UnsettledAsync(Cancellation)).Select(e => e.Id).Where(id => id != "before");
            var recorded = (await copy.ReadJournalAsync(new("command.accepted"))).Select(r => r.Entry.Subject);
            Assert.Equal(recorded, admitted);
        }
    }

    [Fact]
    public async Task A_restored_store_is_the_one_of_the_snapshot_and_says_so()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        await _bench.Store.Journal.AppendDurablyAsync(Words.Row("later"), Cancellation);
        await _bench.ReopenAsync();
        await _bench.Store.CutAnchorAsync(Cancellation);
        var (id, boot) = (_bench.Store.Id, _bench.Store.Boot);
        await _bench.DisposeAsync();

        var report = StoreRestore.Run(snapshot, Site, force: true, _bench.Time);
        await _bench.OpenAsync();

        Assert.Equal((id, boot + 1), (_bench.Store.Id, _bench.Store.Boot));
        Assert.Equal(["before", "store.restored"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
        Assert.Equal(Admission.Running, (await _bench.Store.Ledger.AdmitAsync(Words.Command("before"), Cancellation)).Admission);
        var record = JournalVerifier.Verify(Site);
        Assert.True(record.IsSound, string.Join("; ", record.Findings));
        await using var aside = await StoreBench.OpenAsync(StoreBench.Small(report.SetAside!));
        Assert.Equal(["before", "later"], (await aside.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task A_newer_store_is_not_replaced_without_force()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        await _bench.Store.Journal.AppendDurablyAsync(Words.Row("later"), Cancellation);
        await _bench.DisposeAsync();

        var refused = Assert.Throws<InvalidOperationException>(() => StoreRestore.Run(snapshot, Site, force: false, _bench.Time));

        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
        await _bench.OpenAsync();
        Assert.Equal(["before", "later"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task A_running_store_is_never_replaced()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);

        Assert.Throws<StoreInUseException>(() => StoreRestore.Run(snapshot, Site, force: true, _bench.Time));
    }

    [Fact]
    public async Task The_store_of_another_site_is_not_replaced_without_force()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        var other = _folder.Sub("other");
        Directory.CreateDirectory(other);
        await (await StoreBench.OpenAsync(StoreBench.Small(other))).DisposeAsync();

        Assert.Throws<InvalidOperationException>(() => StoreRestore.Run(snapshot, other, force: false, _bench.Time));
    }

    [Fact]
    public async Task A_damaged_store_is_replaced_and_its_boot_number_never_falls_back()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        for (var n = 0; n < 3; n++) await _bench.ReopenAsync();
        await _bench.DisposeAsync();
        File.WriteAllText(Path.Combine(Site, "state.db"), "not a database any more");

        StoreRestore.Run(snapshot, Site, force: false, _bench.Time);
        await _bench.OpenAsync();

        Assert.True(_bench.Store.Boot > 4, $"boot {_bench.Store.Boot}");
    }

    [Fact]
    public async Task A_snapshot_is_restored_into_an_empty_folder()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        var report = StoreRestore.Run(snapshot, _folder.Sub("fresh"), force: false, _bench.Time);

        Assert.Null(report.SetAside);
        await using var fresh = await StoreBench.OpenAsync(StoreBench.Small(_folder.Sub("fresh")));
        Assert.Equal(["before", "store.restored"], (await fresh.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Theory]
    [InlineData("state.db")]
    [InlineData("journal.db")]
    [InlineData("manifest.json")]
    public async Task A_snapshot_that_is_not_whole_is_refused_and_nothing_is_touched(string file)
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        await _bench.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(snapshot, file), Cancellation);
        bytes[bytes.Length / 2] ^= 0x20;
        await File.WriteAllBytesAsync(Path.Combine(snapshot, file), bytes, Cancellation);

        Assert.Throws<StoreCorruptException>(() => StoreRestore.Run(snapshot, Site, force: true, _bench.Time));
        File.Delete(Path.Combine(snapshot, file));
        Assert.Throws<StoreCorruptException>(() => StoreRestore.Run(snapshot, Site, force: true, _bench.Time));
        await _bench.OpenAsync();
        Assert.Equal(["before"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task An_interrupted_restore_is_not_a_first_start()
    {
        var snapshot = await _bench.Store.BackupAsync(Backups, Cancellation);
        await _bench.DisposeAsync();
        foreach (var file in new[] { "state.db", "journal.db" }) File.Delete(Path.Combine(Site, file));
        await File.WriteAllTextAsync(Path.Combine(Site, StoreRestore.Marker), "", Cancellation);

        var refused = await Assert.ThrowsAsync<StoreCorruptException>(_bench.OpenAsync);
        Assert.Contains("restore was interrupted", refused.Finding, StringComparison.Ordinal);
        StoreRestore.Run(snapshot, Site, force: false, _bench.Time);
        await _bench.OpenAsync();
        Assert.Equal(["before", "store.restored"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task What_lies_beside_the_store_is_backed_up_and_put_back_with_it()
    {
        await WriteAsync("lines/wan/2026-11-29.log", "row 1\nrow 2\n");
        await WriteAsync("lines/wan/2026-11-30.log", "row 3\nhalf a r");
        await WriteAsync("key.pem", "the key");
        var snapshot = await _bench.Store.BackupAsync(Backups, ["lines", "key.pem", "not-there"], Cancellation);

        var report = StoreRestore.Run(snapshot, _folder.Sub("fresh"), force: false, _bench.Time);

        Assert.Null(report.SetAside);
        Assert.Equal("row 1\nrow 2\n", await ReadAsync("fresh/lines/wan/2026-11-29.log"));
        Assert.Equal("row 3\n", await ReadAsync("fresh/lines/wan/2026-11-30.log"));
        Assert.Equal("the key", await ReadAsync("fresh/key.pem"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Sub("fresh/key.pem")));
    }

    [Fact]
    public async Task What_was_measured_since_stays_and_what_is_another_is_moved_aside()
    {
        await WriteAsync("lines/wan/2026-11-29.log", "row 1\n");
        await WriteAsync("lines/lan/2026-11-29.log", "row 1\n");
        await WriteAsync("key.pem", "the key");
        var snapshot = await _bench.Store.BackupAsync(Backups, ["lines", "key.pem"], Cancellation);
        await _bench.DisposeAsync();
        await WriteAsync("lines/wan/2026-11-29.log", "row 1\nrow 2\n");
        await WriteAsync("lines/lan/2026-11-29.log", "made anew\n");
        await WriteAsync("lines/lan/2026-11-30.log", "a later day\n");
        await WriteAsync("key.pem", "another key");

        var aside = StoreRestore.Run(snapshot, Site, force: true, _bench.Time).SetAside!;

        Assert.Equal(
            ("row 1\nrow 2\n", "row 1\n", "a later day\n", "the key"),
            (await ReadAsync("site/lines/wan/2026-11-29.log"), await ReadAsync("site/lines/lan/2026-11-29.log"), await ReadAsync("site/lines/lan/2026-11-30.log"), await ReadAsync("site/key.pem")));
        Assert.Equal(("made anew\n", "another key"), (await File.ReadAllTextAsync(Path.Combine(aside, "lines/lan/2026-11-29.log"), Cancellation), await File.ReadAllTextAsync(Path.Combine(aside, "key.pem"), Cancellation)));
        await _bench.OpenAsync();
    }

    [Theory]
    [InlineData("lines/wan/2026-11-29.log", "changed\n")]
    [InlineData("lines/wan/2026-11-29.log", null)]
    public async Task A_snapshot_whose_companion_is_not_what_was_backed_up_is_refused(string file, string? instead)
    {
        await WriteAsync(file, "row 1\n");
        var snapshot = await _bench.Store.BackupAsync(Backups, ["lines"], Cancellation);
        await _bench.DisposeAsync();
        if (instead is null) File.Delete(Path.Combine(snapshot, file));
        else await File.WriteAllTextAsync(Path.Combine(snapshot, file), instead, Cancellation);

        Assert.Throws<StoreCorruptException>(() => StoreRestore.Run(snapshot, Site, force: true, _bench.Time));

        await _bench.OpenAsync();
    }

    [Fact]
    public async Task A_manifest_that_names_files_outside_of_the_snapshot_is_refused()
    {
        await WriteAsync("key.pem", "the key");
        var snapshot = await _bench.Store.BackupAsync(Backups, ["key.pem"], Cancellation);
        await _bench.DisposeAsync();
        var manifest = Path.Combine(snapshot, "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Cancellation)).Replace("key.pem", "../key.pem", StringComparison.Ordinal), Cancellation);
        File.Copy(Path.Combine(snapshot, "key.pem"), Path.Combine(snapshot, "../key.pem"));

        var refused = Assert.Throws<StoreCorruptException>(() => StoreRestore.Run(snapshot, Site, force: true, _bench.Time));

        Assert.Contains("outside", refused.Message, StringComparison.Ordinal);
        await _bench.OpenAsync();
    }

    private async Task WriteAsync(string name, string text)
    {
        var path = Path.Combine(Site, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Cancellation);
    }

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(_folder.Sub(name), Cancellation);

    [Fact]
    public async Task A_second_process_is_kept_out()
    {
        await Assert.ThrowsAsync<StoreInUseException>(() => StoreBench.OpenAsync(StoreBench.Small(Site)));
    }
}

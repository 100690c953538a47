using AvGateway.Operations.Durable;
using AvGateway.Store.Journal;

namespace AvGateway.Store.Tests.Faults;

/// <summary>P5: bits that flipped on the disk are found, or they do no harm. Nothing wrong is ever read as right.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Flips = 64;
    private const int Seed = 7;
    private static readonly string[] Files = ["state.db", "state.db-wal", "journal.db", "journal.db-wal"];
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flipped_bit_is_found_or_harmless(bool isClosed)
    {
        var (random, found, harmless) = (new Random(Seed), 0, 0);
        var whole = await FilledFilesAsync(isClosed);
        for (var flip = 0; flip < Flips; flip++)
        {
            var file = Files.Where(f => whole.TryGetValue(f, out var bytes) && bytes.Length > 0).OrderBy(_ => random.Next()).First();
            var (offset, bit) = (random.Next(whole[file].Length), random.Next(8));
            using var copy = Damaged(whole, file, bytes => bytes[offset] ^= (byte)(1 << bit));
            if (await IsFoundAsync(copy.Path, $"{file} offset {offset} bit {bit}")) found++;
            else harmless++;
        }

        // Much of a young file is free space; but a check that finds next to nothing would be no check.
        Assert.True(found > Flips / 8, $"only {found} of {Flips} were found and {harmless} are said to be harmless");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_cut_short_is_found_or_harmless(bool isClosed)
    {
        var random = new Random(Seed);
        var whole = await FilledFilesAsync(isClosed);
        foreach (var file in new[] { "state.db", "journal.db" })
        {
            for (var cut = 0; cut < 12; cut++)
            {
                var length = cut == 0 ? 0 : random.Next(whole[file].Length);
                using var copy = Damaged(whole, file, _ => { }, length);
                var isFound = await IsFoundAsync(copy.Path, $"{file} cut to {length}");
                Assert.True(isFound || length > 0, $"an empty {file} was not found");
            }
        }
    }

    [Theory]
    [InlineData("state.db")]
    [InlineData("journal.db")]
    public async Task A_missing_file_is_never_a_fresh_start(string missing)
    {
        var whole = await FilledFilesAsync(isClosed: true);
        using var copy = Damaged(whole, missing, _ => { });
        File.Delete(copy.Sub(missing));

        var damage = await Assert.ThrowsAsync<StoreCorruptException>(() => StoreBench.OpenAsync(StoreBench.Small(copy.Path)));

        Assert.EndsWith(missing, damage.File, StringComparison.Ordinal);
        Assert.False(File.Exists(copy.Sub(missing)), "nothing is created where something was");
    }

    [Fact]
    public async Task A_state_older_than_its_record_is_found()
    {
        var old = await FilledFilesAsync(isClosed: true);
        await using (var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path))) await bench.Store.Journal.AppendDurablyAsync(Words.Row("later"), Cancellation);
        File.WriteAllBytes(_folder.Sub("state.db"), old["state.db"]);

        var damage = await Assert.ThrowsAsync<StoreCorruptException>(() => StoreBench.OpenAsync(StoreBench.Small(_folder.Path)));

        Assert.Contains("older than journal.db", damage.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_older_than_the_state_is_found()
    {
        var old = await FilledFilesAsync(isClosed: true);
        await using (var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path))) await bench.Store.Journal.AppendDurablyAsync(Words.Row("later"), Cancellation);
        File.WriteAllBytes(_folder.Sub("journal.db"), old["journal.db"]);

        var damage = await Assert.ThrowsAsync<StoreCorruptException>(() => StoreBench.OpenAsync(StoreBench.Small(_folder.Path)));

        Assert.Contains("ends at row", damage.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_with_a_remedy_that_names_the_last_snapshot()
    {
        string snapshot;
        await using (var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path)))
        {
            await FilledStore.FillAsync(bench);
            await bench.Store.BackupAsync(_folder.Sub("backups"), Cancellation);
            bench.Time.Advance(TimeSpan.FromDays(1));
            snapshot = await bench.Store.BackupAsync(_folder.Sub("backups"), Cancellation);
            bench.Time.Advance(TimeSpan.FromDays(1));
            var spoilt = await bench.Store.BackupAsync(_folder.Sub("backups"), Cancellation);
            File.AppendAllText(Path.Combine(spoilt, "state.db"), "x");
        }

        File.WriteAllText(_folder.Sub("state.db"), "this is not a database, and long enough to be looked at as if it were one");
        var damage = await Assert.ThrowsAsync<StoreCorruptException>(() => StoreBench.OpenAsync(StoreBench.Small(_folder.Path)));

        Assert.EndsWith("state.db", damage.File, StringComparison.Ordinal);
        Assert.Contains($"--from {snapshot}", damage.Remedy, StringComparison.Ordinal);
        Assert.Contains(damage.Remedy, damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_file_is_checked_through_after_the_start()
    {
        var whole = await FilledFilesAsync(isClosed: true);

        // An index that disagrees with its table, in an order that is still right: only the thorough check compares them.
        using var copy = Damaged(whole, "state.db", bytes =>
        {
            var key = bytes.AsSpan().LastIndexOf("fault/19\u0014"u8);
            Assert.True(key > 0, "the last key of the index was not found");
            bytes[key + 7] = (byte)':';
        });

        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(copy.Path) with { InlineCheckLimit = 0 });
        await bench.WhenAsync(StoreCondition.Corrupt);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Dictionary<string, byte[]>> FilledFilesAsync(bool isClosed)
    {
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path));
        await FilledStore.FillAsync(bench);
        if (isClosed) await bench.DisposeAsync();
        return Files.Where(f => File.Exists(_folder.Sub(f))).ToDictionary(f => f, ReadShared);
    }

    private byte[] ReadShared(string name)
    {
        using var file = new FileStream(_folder.Sub(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private TempFolder Damaged(Dictionary<string, byte[]> whole, string file, Action<byte[]> damage, int? length = null)
    {
        var copy = new TempFolder();
        foreach (var (name, bytes) in whole)
        {
            var content = bytes.ToArray();
            if (name == file) damage(content);
            File.WriteAllBytes(copy.Sub(name), name == file && length is { } cut ? content[..cut] : content);
        }

        Directory.CreateDirectory(copy.Sub("reports/anchors"));
        foreach (var anchor in Directory.GetFiles(_folder.Sub("reports/anchors"))) File.Copy(anchor, copy.Sub($"reports/anchors/{Path.GetFileName(anchor)}"));
        return copy;
    }

    /// <summary>True when opening or verifying reports it; false when everything that was stored is still told. Anything between is a failure.</summary>
    private static async Task<bool> IsFoundAsync(string folder, string what)
    {
        // The verifier works on the files as they lie there, before a start recovers them.
        var isVerified = JournalVerifier.Verify(folder).IsSound;
        try
        {
            await using var bench = await StoreBench.OpenAsync(StoreBench.Small(folder));
            var difference = await FilledStore.DifferenceAsync(bench);
            if (bench.Store.Health.Condition == StoreCondition.Corrupt || !isVerified || !JournalVerifier.Verify(folder).IsSound) return true;
            Assert.True(difference is null, $"{what}: {difference} differ and nothing was reported");
            return false;
        }
        catch (Exception reported) when (reported is StoreCorruptException or StoreUnavailableException or StoreTooNewException)
        {
            return true;
        }
    }
}

using System.Buffers.Binary;
using AvGateway.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Tests.Faults;

public sealed class WalInspectionTests : IDisposable
{
    private const int HeaderSize = 32, FrameSize = 24 + 4096;
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_sound_log_and_no_log_have_no_finding()
    {
        Assert.Null(Inspect(Log(commits: 5)));
        Assert.Null(Inspect([]));
        Assert.Null(WalInspection.Inspect(_folder.Sub("absent")));
    }

    [Fact]
    public void A_log_that_ends_anywhere_is_a_torn_write_and_no_damage()
    {
        var log = Log(commits: 5);
        for (var length = HeaderSize; length < log.Length; length += 97) Assert.Null(Inspect(log[..length]));
    }

    [Fact]
    public void A_damaged_last_commit_cannot_be_told_from_a_torn_write()
    {
        var log = Log(commits: 5);
        log[^1] ^= 1;

        Assert.Null(Inspect(log));
    }

    [Fact]
    public void A_bit_in_any_earlier_commit_is_found()
    {
        var log = Log(commits: 5);
        var lastCommit = CommitFrames(log)[^2] + 1;
        for (var offset = HeaderSize; offset < HeaderSize + (lastCommit - 1) * FrameSize; offset += 211)
        {
            var damaged = log.ToArray();
            damaged[offset] ^= 0x10;
            Assert.Contains("acknowledged commits", Inspect(damaged), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_bit_of_the_header_is_found()
    {
        var log = Log(commits: 2);
        for (var bit = 0; bit < HeaderSize * 8; bit++)
        {
            var damaged = log.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotNull(Inspect(damaged));
        }
    }

    [Fact]
    public void Frames_left_over_from_before_a_checkpoint_are_no_damage()
    {
        var log = Log(commits: 40, database =>
        {
            Run(database, "PRAGMA wal_checkpoint(RESTART)");
            Run(database, "INSERT INTO t VALUES ('one more')");
        });

        Assert.True(log.Length > HeaderSize + 10 * FrameSize, "the log holds old frames");
        Assert.Null(Inspect(log));
    }

    [Fact]
    public void A_last_commit_torn_in_its_middle_over_frames_left_over_is_no_damage()
    {
        byte[] before = [];
        var after = Log(commits: 40, database =>
        {
            before = Read(database);
            Run(database, "PRAGMA wal_checkpoint(RESTART)");
            Run(database, $"INSERT INTO t VALUES ('{new string('y', 60_000)}')");
        });
        var last = CommitFrames(after)[0];
        Assert.True(last > 3, "the last commit has several frames");

        for (var lost = 1; lost < last; lost++)
        {
            var torn = after.ToArray();
            before.AsSpan(HeaderSize + (lost - 1) * FrameSize, FrameSize).CopyTo(torn.AsSpan(HeaderSize + (lost - 1) * FrameSize));
            Assert.Null(Inspect(torn));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static List<int> CommitFrames(byte[] log) =>
        [.. Enumerable.Range(1, (log.Length - HeaderSize) / FrameSize).Where(n => BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(HeaderSize + (n - 1) * FrameSize + 4)) != 0)];

    private string? Inspect(byte[] log)
    {
        File.WriteAllBytes(_folder.Sub("inspected"), log);
        return WalInspection.Inspect(_folder.Sub("inspected"));
    }

    private byte[] Log(int commits, Action<SqliteConnection>? then = null)
    {
        using var database = SqliteConnections.OpenWriter(_folder.Sub($"{Guid.NewGuid():N}.db"));
        Run(database, "CREATE TABLE t(x TEXT)");
        for (var n = 0; n < commits; n++) Run(database, $"INSERT INTO t VALUES ('{new string('x', 3000)} {n}')");
        then?.Invoke(database);
        return Read(database);
    }

    private static byte[] Read(SqliteConnection database)
    {
        using var file = new FileStream(database.DataSource + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static void Run(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // The texts stand in this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

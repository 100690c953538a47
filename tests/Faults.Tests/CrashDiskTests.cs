using AvGateway.Faults.PowerLoss;

namespace AvGateway.Faults.Tests;

/// <summary>What the imagined disk keeps and what it takes.</summary>
public sealed class CrashDiskTests : IDisposable
{
    private const string Root = "/data";
    private const string File = "/data/a";
    private readonly TempFolder _folder = new();
    private readonly CrashDisk _disk = new();

    [Fact]
    public void A_name_lasts_when_its_folder_was_synced_and_bytes_when_their_file_was()
    {
        _disk.Apply(new(CallKind.Create, File));
        Write("one");
        Sync(File);
        Assert.Null(Left(Loss.Everything));
        Sync(Root);
        Write("two", 3);

        Assert.Equal("one", Left(Loss.Everything));
        Assert.Equal("onetwo", Left(Loss.Nothing));
    }

    [Fact]
    public void What_is_written_while_a_sync_is_under_way_is_not_promised_by_it()
    {
        Name(File);
        Write("one");
        _disk.Apply(new(CallKind.SyncBegins, File));
        Write("two", 3);
        _disk.Apply(new(CallKind.SyncEnds, File));

        Assert.Equal("one", Left(Loss.Everything));
    }

    [Fact]
    public void A_rename_without_a_sync_of_its_folder_leaves_the_old_file()
    {
        Name(File);
        Write("old");
        Sync(File);
        _disk.Apply(new(CallKind.Create, "/data/b"));
        _disk.Apply(new(CallKind.Write, "/data/b") { Bytes = "new"u8.ToArray() });
        Sync("/data/b");
        _disk.Apply(new(CallKind.Rename, "/data/b") { To = File });

        Assert.Equal("old", Left(Loss.Everything));
        Sync(Root);
        Assert.Equal("new", Left(Loss.Everything));
    }

    [Fact]
    public void Unsynced_changes_survive_in_any_combination_and_in_sectors()
    {
        Name(File);
        _disk.Apply(new(CallKind.Write, File) { Bytes = [.. Enumerable.Repeat((byte)'x', 2048)] });
        var seen = Enumerable.Range(0, 200).Select(seed => Left(Loss.Torn, seed)!).ToHashSet();

        Assert.True(seen.Count > 8, "a torn write comes in many ways");
        Assert.Contains(seen, s => s.Length == 2048 && s[0] == '\0' && s[512] == 'x' && s[1535] == 'x');
    }

    [Fact]
    public void A_log_of_two_threads_is_read_in_the_order_in_which_things_were_done()
    {
        static string Hex(string text) => string.Concat(text.Select(c => $"\\x{(int)c:x2}"));
        System.IO.File.WriteAllLines(_folder.Sub("log"),
        [
            $"11 openat(AT_FDCWD<{Hex("/")}>, \"{Hex(File)}\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 5<{Hex(File)}>",
            $"11 pwrite64(5<{Hex(File)}>, \"{Hex("abc")}\", 3, 8) = 3",
            $"11 fsync(5<{Hex(File)}> <unfinished ...>",
            $"12 write(30<{Hex("pipe:[77]")}>, \"{Hex("a 1\n")}\", 4) = 4",
            "11 <... fsync resumed>)             = 0",
            $"12 unlink(\"{Hex("/elsewhere")}\") = 0",
            $"12 unlink(\"{Hex(File)}\") = -1 EACCES (Permission denied)",
        ]);

        var calls = new SystemCallLog(Root).Read(_folder.Sub("log")).ToList();

        Assert.Equal([CallKind.Create, CallKind.Write, CallKind.SyncBegins, CallKind.Told, CallKind.SyncEnds], calls.Select(c => c.Kind));
        Assert.Equal((8, "abc"), (calls[1].Offset, System.Text.Encoding.ASCII.GetString(calls[1].Bytes)));
    }

    public void Dispose() => _folder.Dispose();

    private void Name(string path)
    {
        _disk.Apply(new(CallKind.Create, path));
        Sync(Root);
    }

    private void Write(string text, long at = 0) => _disk.Apply(new(CallKind.Write, File) { Bytes = System.Text.Encoding.ASCII.GetBytes(text), Offset = at });

    private void Sync(string path)
    {
        _disk.Apply(new(CallKind.SyncBegins, path));
        _disk.Apply(new(CallKind.SyncEnds, path));
    }

    private string? Left(Loss loss, int seed = 1)
    {
        var folder = Directory.CreateDirectory(_folder.Sub(Guid.NewGuid().ToString("N"))).FullName;
        _disk.Leave(Root, folder, loss, new(seed));
        var path = Path.Combine(folder, "a");
        return System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : null;
    }
}

namespace AvGateway.Store.Sqlite;

/// <summary>The two files of a data directory (CONTRACT §6).</summary>
internal sealed record SqliteFiles(string DataDirectory)
{
    public string State => Path.Combine(DataDirectory, "state.db");

    public string Journal => Path.Combine(DataDirectory, "journal.db");

    public static string WalOf(string file) => file + "-wal";

    /// <summary>True when there is something in it, or in its log.</summary>
    public static bool HasContent(string file) => SizeOf(file) > 0 || SizeOf(WalOf(file)) > 0;

    public static long SizeOf(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}

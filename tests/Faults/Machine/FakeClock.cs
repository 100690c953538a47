using System.Globalization;

namespace AvGateway.Faults.Machine;

/// <summary>The wall clock of a child process, moved by libfaketime. Its monotonic clock stays true, as it does when an administrator sets the time.</summary>
public sealed class FakeClock(string file)
{
    private static readonly string[] Places =
    [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1",
    ];

    /// <summary>Null when it is not installed.</summary>
    public static string? Library => Array.Find(Places, File.Exists);

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = file,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_NO_CACHE"] = "1",
    };

    /// <summary>Sets how far the clock is from the true time.</summary>
    public void Set(TimeSpan offset)
    {
        var seconds = offset.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture);
        File.WriteAllText(file + ".new", seconds + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }
}

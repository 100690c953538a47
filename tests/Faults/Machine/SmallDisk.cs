using System.Diagnostics;

namespace AvGateway.Faults.Machine;

/// <summary>A small file system in memory, which takes root to mount.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string path)
    {
        Path = path;
        _filler = System.IO.Path.Combine(path, "filler");
    }

    public string Path { get; }

    /// <summary>Null where this machine does not let us.</summary>
    public static SmallDisk? TryMount(string path, string size)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Directory.CreateDirectory(path);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path) ? new(path) : null;
    }

    /// <summary>Takes every byte that is left.</summary>
    public void FillUp()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, 1);
        var chunk = new byte[512];
        try
        {
            while (true) file.Write(chunk);
        }
        catch (IOException)
        {
            // That is the end that was looked for.
        }
    }

    public void GiveBack() => File.Delete(_filler);

    public void Dispose() => Run("umount", "-l", Path);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit(TimeSpan.FromSeconds(10));
        return process.HasExited && process.ExitCode == 0;
    }
}

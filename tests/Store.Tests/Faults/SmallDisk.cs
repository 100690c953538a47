using System.Diagnostics;

namespace AvGateway.Store.Tests.Faults;

/// <summary>A small file system in memory. Mounting takes root; elsewhere the test says that it was skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount(string path, string size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "mounting a small file system takes root");
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path), "this machine lets nobody mount a small file system");
        return new(path);
    }

    public void Resize(string size) => Assert.True(Run("mount", "-o", $"remount,size={size}", Path));

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Path));

    /// <summary>Takes every byte that is left, but so many.</summary>
    public void FillUp(int leaving = 0)
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var chunk = new byte[512];
        try
        {
            while (true) file.Write(chunk);
        }
        catch (IOException)
        {
            // That is the end that was looked for.
        }

        file.SetLength(Math.Max(0, file.Length - leaving));
    }

    public void Dispose() => Run("umount", "-l", Path);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit(TimeSpan.FromSeconds(10));
        return process.ExitCode == 0;
    }
}

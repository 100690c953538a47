using System.Runtime.InteropServices;
using System.Text;

namespace AvGateway.Store.Files;

/// <summary>Files that are whole or absent after a power cut: written aside, synced, renamed, and the folder synced.</summary>
internal static class DurableFiles
{
    private const int OpenReadOnly = 0;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var aside = path + ".partial";
        using (var file = Create(aside))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public static void Copy(string from, string to)
    {
        var aside = to + ".partial";
        using (var source = File.OpenRead(from))
        using (var file = Create(aside))
        {
            source.CopyTo(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, to, overwrite: true);
        SyncFolder(Path.GetDirectoryName(to)!);
    }

    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        return new(path, options);
    }

    public static void Sync(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Makes names in a folder durable. The base library has no call for it: a created database could vanish with its folder entry.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = open(Encoding.UTF8.GetBytes(folder + '\0'), OpenReadOnly);
        if (descriptor < 0) throw new IOException($"{folder} cannot be opened to sync it");
        try
        {
            if (fsync(descriptor) != 0) throw new IOException($"{folder} cannot be synced");
        }
        finally
        {
            _ = close(descriptor);
        }
    }

#pragma warning disable IDE1006, SYSLIB1054 // The names of libc; plain bytes and numbers need no generated marshalling.
    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);
#pragma warning restore IDE1006, SYSLIB1054
}

using System.Runtime.InteropServices;

namespace AvGateway.Channels.Folder;

/// <summary>Makes names durable: a renamed file is only there after a power cut when its directory was synced too.</summary>
internal static partial class DurableDirectory
{
    private const int ReadOnlyAndNotInherited = 0x80000;

    public static void Sync(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(path, ReadOnlyAndNotInherited);
        if (descriptor < 0) throw new IOException($"{path} cannot be opened to be synced");
        var failed = Sync(descriptor) != 0;
        _ = Close(descriptor);
        if (failed) throw new IOException($"{path} cannot be synced");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

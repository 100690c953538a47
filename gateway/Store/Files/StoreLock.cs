namespace AvGateway.Store.Files;

/// <summary>Keeps a second process off the data directory. The system lets go of it however this process ends.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <exception cref="StoreInUseException">Another process holds it.</exception>
    public static StoreLock Take(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "store.lock");
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(path) && IsHeld(path))
        {
            throw new StoreInUseException($"{dataDirectory} is in use by another process", held);
        }
    }

    public void Dispose() => _file.Dispose();

    // A full or read-only file system must not read as "in use": a lock can be told from both by reading the file.
    private static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}

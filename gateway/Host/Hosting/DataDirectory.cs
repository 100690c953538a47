namespace AvGateway.Host.Hosting;

/// <summary>The data directory cannot be used; the message says why and what to do.</summary>
internal sealed class DataDirectoryException(string message) : Exception(message);

/// <summary>A data directory in the hands of one running gateway (CONTRACT §6).</summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private DataDirectory(string path, FileStream held, bool isTemporary)
    {
        Path = path;
        _lock = held;
        _isTemporary = isTemporary;
    }

    public string Path { get; }
    public string Credentials => System.IO.Path.Combine(Path, "credentials.json");
    public string Log => System.IO.Path.Combine(Path, "log", "gateway-.json");

    /// <summary>Makes the directory (readable by its owner alone) and takes it; a second gateway on the same one is refused.</summary>
    public static DataDirectory Take(string path, bool isTemporary = false)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, OwnerOnly);
            var held = new FileStream(System.IO.Path.Combine(path, "gateway.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new(path, held, isTemporary);
        }
        catch (IOException) when (File.Exists(System.IO.Path.Combine(path, "gateway.lock")))
        {
            throw new DataDirectoryException(Texts.Say(
                $"数据目录 {path} 正被另一个网关使用；请先停止它，或用 --data 另选目录",
                $"the data directory {path} is in use by another gateway; stop that one, or choose another with --data"));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(Texts.Say(
                $"数据目录 {path} 不可用：{unusable.Message}",
                $"the data directory {path} cannot be used: {unusable.Message}"));
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (_isTemporary) Directory.Delete(Path, recursive: true);
    }
}

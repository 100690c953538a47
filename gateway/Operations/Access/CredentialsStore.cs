using System.Security;

namespace AvGateway.Operations.Access;

/// <summary>The bytes of the credentials on disk: readable by their owner alone, replaced whole or not at all, one writer at a time.</summary>
internal sealed class CredentialsStore(string path, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MostBytes = 4 * 1024 * 1024;
    private const int WriterTries = 40;
    private static readonly TimeSpan WriterPause = TimeSpan.FromMilliseconds(50);

    public bool Exists => File.Exists(path);

    /// <summary>Changes whenever the file was written; also when an editor replaced it by a new one.</summary>
    public (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    public byte[] Read()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
                throw new CredentialsException($"{path} can be read or written by others than its owner. Remedy: chmod 600 '{path}', and change the passwords in it.");
            if (new FileInfo(path).Length > MostBytes) throw new CredentialsException($"{path} is larger than {MostBytes} bytes: not a credentials file.");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            throw new CredentialsException($"{path} cannot be read: {e.Message} Remedy: give it to the account that the gateway runs under.", e);
        }
    }

    /// <summary>Written beside the file, flushed and then renamed: a crash leaves the old file or the new one.</summary>
    public void Write(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".");
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, Exclusively(FileMode.CreateNew)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Null when another process is writing right now.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".");
            return new FileStream(path + ".lock", Exclusively(FileMode.OpenOrCreate));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task<IDisposable> LockAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < WriterTries; i++)
        {
            if (TryLock() is { } held) return held;
            await Task.Delay(WriterPause, time, cancellation);
        }

        throw new CredentialsException($"{path} is being written by another process. Remedy: try again in a moment.");
    }

    private static FileStreamOptions Exclusively(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }
}

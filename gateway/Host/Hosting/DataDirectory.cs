using AvGateway.Host.Commands;
using AvGateway.LineWatch.Certificates;

namespace AvGateway.Host.Hosting;

/// <summary>The data directory cannot be used; the message says why and what to do.</summary>
internal sealed class DataDirectoryException(string message) : Exception(message);

/// <summary>Where a gateway keeps what must survive it (CONTRACT §6). The store in it keeps a second gateway off.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private DataDirectory(string path, bool isTemporary)
    {
        Path = path;
        IsTemporary = isTemporary;
    }

    public string Path { get; }

    /// <summary>It goes when the gateway goes.</summary>
    public bool IsTemporary { get; }

    public string Credentials => System.IO.Path.Combine(Path, "credentials.json");
    public string Log => System.IO.Path.Combine(Path, "log", "gateway-.json");

    /// <summary>What a backup takes along beside the store: the measurements that the service record has hashes of, and the key that signs them.</summary>
    public static IReadOnlyList<string> BackedUp { get; } = [LineLedger.FolderName, CertificateCommand.KeyFile];

    public string Calendars => CalendarsOf(Path);

    /// <summary>The lists of days off in a data directory.</summary>
    public static string CalendarsOf(string path) => System.IO.Path.Combine(path, "calendars");

    /// <summary>Where the data of a site is unless told otherwise.</summary>
    public static string Beside(string siteFile) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(siteFile))!, "avgateway-data");

    /// <summary>Makes the directory, readable by its owner alone.</summary>
    public static DataDirectory At(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, OwnerOnly);
            return new(path, isTemporary: false);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(Texts.Say(
                $"数据目录 {path} 不可用：{unusable.Message}；请用 --data 另选目录",
                $"the data directory {path} cannot be used: {unusable.Message} Choose another with --data"));
        }
    }

    /// <summary>A directory that goes when the gateway goes.</summary>
    public static DataDirectory Temporary() => new(Directory.CreateTempSubdirectory("avgateway-demo-").FullName, isTemporary: true);

    public void Dispose()
    {
        if (IsTemporary) Directory.Delete(Path, recursive: true);
    }
}

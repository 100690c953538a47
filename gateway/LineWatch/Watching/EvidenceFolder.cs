using AvGateway.LineWatch.Evidence;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.Watching;

/// <summary>How evidence is kept.</summary>
/// <param name="Folder">The data directory's <c>captures</c>.</param>
/// <param name="Key">Null: files are not sealed.</param>
/// <param name="Most">Octets of all files; the oldest go first.</param>
public sealed record EvidenceKeeping(string Folder, Secret? Key, TimeSpan Keep, long Most)
{
    public static readonly TimeSpan UsualKeep = TimeSpan.FromDays(7);
    public const long UsualMost = 256L * 1024 * 1024;
}

/// <summary>The files of <c>captures/</c>: written beside and renamed, readable by the gateway alone, gone after their time.</summary>
public sealed partial class EvidenceFolder(EvidenceKeeping keeping, TimeProvider time, ILogger<EvidenceFolder> log)
{
    private const string Plain = ".pcapng";
    private const string Sealed = ".pcapng.sealed";
    private const string Unfinished = ".part";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Name of the file of a fault, relative to the data directory.</summary>
    public string NameOf(string fault, string watch) => $"captures/{fault}-{watch}{(keeping.Key is null ? Plain : Sealed)}";

    /// <summary>Opens the file of a window; it counts once it is finished.</summary>
    public Stream Begin(string fault, string watch)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(keeping.Folder);
        else Directory.CreateDirectory(keeping.Folder, OwnerOnly | UnixFileMode.UserExecute);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        var file = new FileStream(PathOf(fault, watch) + Unfinished, options);
        return keeping.Key is { } key ? SealedEvidence.Seal(file, key.Reveal()) : file;
    }

    /// <summary>To be called after the stream was closed.</summary>
    public void Finish(string fault, string watch)
    {
        var path = PathOf(fault, watch);
        File.SetLastWriteTimeUtc(path + Unfinished, time.GetUtcNow().UtcDateTime);
        File.Move(path + Unfinished, path, overwrite: true);
        Sweep();
    }

    public bool Has(string fault, string watch) => File.Exists(PathOf(fault, watch));

    /// <summary>Opens what was kept for reading, unsealed.</summary>
    /// <exception cref="SealException">It was sealed with another key, or changed; also told while it is read.</exception>
    public Stream Open(string fault, string watch)
    {
        var file = new FileStream(PathOf(fault, watch), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (keeping.Key is not { } key) return file;
        try { return SealedEvidence.Open(file, key.Reveal()); }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Abandon(string fault, string watch) => File.Delete(PathOf(fault, watch) + Unfinished);

    /// <summary>Deletes what is older than it may be, what would be too much, and what was never finished.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(keeping.Folder)) return;
        var now = time.GetUtcNow().UtcDateTime;
        var left = keeping.Most;
        foreach (var file in Files().OrderByDescending(f => f.LastWriteTimeUtc))
        {
            left -= file.Length;
            if (left >= 0 && now - file.LastWriteTimeUtc < keeping.Keep) continue;
            try
            {
                file.Delete();
                Deleted(log, file.Name, now - file.LastWriteTimeUtc);
            }
            catch (Exception held) when (held is IOException or UnauthorizedAccessException)
            {
                NotDeleted(log, held, file.FullName);
            }
        }
    }

    // Swept on a timer too, where nobody would take an exception.
    private FileInfo[] Files()
    {
        try
        {
            return [.. new DirectoryInfo(keeping.Folder).GetFiles().Where(IsOurs)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            NotSwept(log, unreadable, keeping.Folder);
            return [];
        }
    }

    private static bool IsOurs(FileInfo file) =>
        file.Name.EndsWith(Plain, StringComparison.Ordinal) || file.Name.EndsWith(Sealed, StringComparison.Ordinal) || file.Name.EndsWith(Unfinished, StringComparison.Ordinal);

    private string PathOf(string fault, string watch) => Path.Combine(keeping.Folder, Path.GetFileName(NameOf(fault, watch)));

    [LoggerMessage(EventId = 6200, Level = LogLevel.Information, Message = "Evidence {File} was deleted after {Age}")]
    private static partial void Deleted(ILogger log, string file, TimeSpan age);

    [LoggerMessage(EventId = 6201, Level = LogLevel.Error, Message = "Evidence {File} is over its time and cannot be deleted; delete it by hand")]
    private static partial void NotDeleted(ILogger log, Exception held, string file);

    [LoggerMessage(EventId = 6202, Level = LogLevel.Error, Message = "The evidence in {Folder} cannot be listed, and none over its time is deleted; give its folder back to the gateway's user")]
    private static partial void NotSwept(ILogger log, Exception unreadable, string folder);
}

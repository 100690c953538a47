using System.Security.Cryptography;
using System.Text;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Folder;

/// <summary>
/// Puts each notice into a folder, as text for people and as JSON for the program that carries it over a one-way gate. The JSON comes last:
/// when it is there, the notice is whole.
/// </summary>
internal sealed class FolderChannel(FolderPlan plan, string site) : IChannel
{
    private const int LargestNotice = 256 * 1024;
    private const int LongestStem = 60;
    private const string Unfinished = ".part";

    // One at a time: a file system that hangs holds one thread of the pool, whatever is tried again meanwhile.
    private readonly Turns _turn = new(1);

    public string Id => plan.Id;

    public TimeSpan Patience => TimeSpan.FromSeconds(15);

    public async Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
    {
        if (plan.CheckAddress(address) is { } wrong) return Ends.Refused(wrong);
        var json = NoticeJson.Write(notice, site);
        var text = Encoding.UTF8.GetBytes($"{NoticeText.Subject(notice)}\n\n{NoticeText.Body(notice)}\n");
        if (json.Length > LargestNotice) return Ends.Refused($"the notice has {json.Length} bytes, more than {LargestNotice}");
        await _turn.WaitAsync(cancellation);
        var writing = Task.Run(() => Write(NameOf(notice), text, json), CancellationToken.None);
        _ = FreeAsync(writing);
        return await writing.WaitAsync(cancellation);
    }

    /// <summary>Readable as far as the key is, and never two keys with one name.</summary>
    internal static string NameOf(Notice notice)
    {
        var stem = new string([.. notice.Key.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-').Take(LongestStem)]);
        return $"{stem}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(notice.Key)).AsSpan(0, 6))}";
    }

    private async Task FreeAsync(Task writing)
    {
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _turn.Release();
    }

    private Delivery Write(string name, byte[] text, byte[] json)
    {
        try
        {
            Directory.CreateDirectory(plan.Path);
            var final = Path.Combine(plan.Path, name + ".json");
            if (File.Exists(final)) return Ends.Taken($"{name} is there already");
            var waiting = Directory.EnumerateFiles(plan.Path, "*.json").Take(plan.Most).Count();
            if (waiting >= plan.Most) return Ends.Later($"{plan.Path}: {waiting} notices wait to be fetched and no more fit; see why nobody fetches them");
            Put(Path.Combine(plan.Path, name + ".txt"), text);
            Put(final, json);
            DurableDirectory.Sync(plan.Path);
            return Ends.Taken($"written as {name}");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return Ends.Later($"{plan.Path} cannot be written: {failed.Message}");
        }
    }

    /// <summary>Whole or not at all, also when the power goes: written beside, forced to the disk, then named.</summary>
    private static void Put(string path, byte[] content)
    {
        var beside = path + Unfinished;
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(beside);
            throw;
        }
    }
}

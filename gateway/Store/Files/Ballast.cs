using System.Security.Cryptography;

namespace AvGateway.Store.Files;

/// <summary>
/// Space taken while there is some and given back once when there is none, so that the fault, and what is under way, can still be stored (P3).
/// That it fits again is the proof that space is back.
/// </summary>
internal sealed class Ballast(string dataDirectory, long bytes)
{
    private const int Chunk = 64 << 10;
    private readonly string _path = Path.Combine(dataDirectory, "ballast");

    public bool IsThere => bytes == 0 || (File.Exists(_path) && new FileInfo(_path).Length == bytes);

    /// <summary>False when there is no room for it.</summary>
    public bool TryTake()
    {
        if (IsThere) return true;
        try
        {
            using (var file = DurableFiles.Create(_path))
            {
                // Random, since a file system that compresses stores zeros in no space.
                var chunk = new byte[Chunk];
                for (var left = bytes; left > 0; left -= Chunk)
                {
                    RandomNumberGenerator.Fill(chunk);
                    file.Write(chunk, 0, (int)Math.Min(left, Chunk));
                }

                file.Flush(flushToDisk: true);
            }

            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Free();
            return false;
        }
    }

    public void Free()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A read-only file system frees nothing; the store learns that from its own next write.
        }
    }
}

using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>What it costs to have a page on the disk and know it: nobody who promises durability can answer sooner.</summary>
internal static class Disk
{
    private const int Page = 4096;
    private const int Writes = 101;

    public static double MedianMicroseconds()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, Page * Writes);
            var page = new byte[Page];
            var latencies = new Latencies();
            for (var i = 0; i < Writes; i++)
            {
                var start = Loop.Now;
                RandomAccess.Write(file, page, (long)i * Page);
                RandomAccess.FlushToDisk(file);
                latencies.Add(Loop.Now - start);
            }

            return latencies.Percentile(0.5);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

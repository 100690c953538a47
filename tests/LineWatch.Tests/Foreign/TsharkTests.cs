using AvGateway.LineWatch.Analysis;

namespace AvGateway.LineWatch.Tests.Foreign;

/// <summary>The same capture, read by us and by tshark: loss within 1 %, jitter within 1 ms, MOS within 0.1.</summary>
public sealed class TsharkTests
{
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 5)]
    [InlineData(3, 5, 12)]
    [InlineData(4, 12, 40)]
    public async Task A_call_with_loss_and_jitter_reads_the_same(int seed, int lossPercent, double jitter)
    {
        using var folder = new Folder();
        var random = new Random(seed);

        // tshark loses count when packets change places where the numbers begin again.
        var first = jitter < 20 ? 64_000 : 1000;
        var forge = new Forge().Call(0);
        for (var i = 0; i < 3000; i++)
        {
            foreach (var (isFromCaller, source) in new[] { (true, 0x11u), (false, 0x22u) })
            {
                if (random.Next(100) < lossPercent) continue;
                forge.Rtp(0.2 + (i * 0.02) + (random.NextDouble() * jitter / 1000), isFromCaller, (ushort)(first + i), (uint)(i * 160), source);
            }
        }

        await CompareAsync(folder.Write("call.pcapng", forge.ToPcapng()), new(), streams: 2);
    }

    [Fact]
    public async Task A_recorded_stream_of_the_tester_reads_the_same()
    {
        const string recorded = "/usr/share/sip-tester/g711a.pcap";
        Assert.True(File.Exists(recorded), "sip-tester is not installed; on Debian: sudo apt-get install sip-tester");

        await CompareAsync(recorded, new(), streams: 1, "--enable-heuristic", "rtp_udp");
    }

    /// <summary>Compares every stream that tshark finds.</summary>
    internal static async Task CompareAsync(string file, AnalysisBounds bounds, int streams, params string[] more)
    {
        LinePicture picture;
        await using (var stream = File.OpenRead(file)) picture = CaptureFile.Read(stream, bounds);
        var theirs = await Tools.StreamsAsync(file, more);
        Assert.True(theirs.Count == streams && picture.Streams.Count == streams, $"tshark {theirs.Count}, we {picture.Streams.Count}: {LineTable.Write(picture)}");
        foreach (var ours in picture.Streams)
        {
            var their = theirs[ours.Source];
            var difference = $"{ours} against {their}";
            Assert.True(Math.Abs(ours.Received - their.Packets) < 1, difference);
            Assert.True(Math.Abs(ours.Loss - their.Loss) <= 1, difference);
            Assert.True(Math.Abs(ours.MeanJitter - their.MeanJitter) <= 1, difference);
            Assert.True(Math.Abs(ours.MostJitter - their.MostJitter) <= 1, difference);

            // tshark knows no MOS: the formula of the manual on its loss and jitter, losses taken as random.
            var delay = 20 + (2 * their.MeanJitter);
            var rating = 93.2 - (0.024 * delay) - (delay > 177.3 ? 0.11 * (delay - 177.3) : 0) - (95 * their.Loss / (their.Loss + 25.1));
            var mos = 1 + (0.035 * rating) + (7e-6 * rating * (rating - 60) * (100 - rating));
            Assert.True(Math.Abs(ours.Mos - mos) <= 0.1, $"MOS {mos:0.00}: {difference}");
        }
    }
}

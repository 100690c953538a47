using System.Buffers;
using System.Text;
using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Runtime;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Runtime;

/// <summary>The last frames of a device: bounded, whole where they are kept, and free of cost.</summary>
public sealed class FrameRingTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public void The_newest_frames_are_kept_and_the_oldest_go()
    {
        var ring = new FrameRing(_clock);
        for (var i = 0; i < FrameRing.MostFrames + 10; i++) ring.Add(i % 2 == 0, Bytes($"frame {i}"));

        var kept = ring.Copy();

        Assert.Equal(FrameRing.MostFrames, kept.Count);
        Assert.Equal(Enumerable.Range(10, FrameRing.MostFrames).Select(i => ($"frame {i}", i % 2 == 0)), kept.Select(f => (Text(f), f.IsSent)));
    }

    [Fact]
    public void Bytes_are_bounded_over_the_seam_and_a_long_frame_keeps_its_beginning_and_its_length()
    {
        var ring = new FrameRing(_clock);
        for (var i = 0; i < 40; i++) ring.Add(false, Bytes(new string((char)('a' + i % 26), 300)));
        ring.Add(false, Bytes(new string('z', 5000)));

        var kept = ring.Copy();

        Assert.True(kept.Sum(f => f.Bytes.Length) <= FrameRing.MostBytes);
        Assert.All(kept.SkipLast(1), f => Assert.Single(Text(f).Distinct()));
        Assert.Equal((5000, FrameRing.LongestKept, new string('z', FrameRing.LongestKept)), (kept[^1].Length, kept[^1].Bytes.Length, Text(kept[^1])));
    }

    [Fact]
    public void A_secret_leaves_a_gap_that_tells_not_even_its_length()
    {
        var ring = new FrameRing(_clock);
        ring.AddHidden(isSent: true);

        var hidden = Assert.Single(ring.Copy());

        Assert.True(hidden.IsHidden);
        Assert.Equal((0, 0), (hidden.Length, hidden.Bytes.Length));
    }

    [Fact]
    public void After_the_first_frame_nothing_is_allocated()
    {
        var ring = new FrameRing(_clock);
        var frame = Bytes("VIDEO OUTPUT ROUTING:\n0 1\n\n");
        ring.Add(true, frame);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10_000; i++) ring.Add(i % 2 == 0, frame);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Many_threads_never_tear_a_frame()
    {
        var ring = new FrameRing(_clock);
        Parallel.For(0, 4, n =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                ring.Add(n % 2 == 0, Bytes(new string((char)('a' + n), 1 + i % 200)));
                if (i % 50 == 0) Assert.All(ring.Copy(), f => Assert.Single(Text(f).Distinct()));
            }
        });
    }

    [Fact]
    public async Task What_came_in_two_reads_stands_there_once()
    {
        await using var bench = new DeviceBench<VideohubBlock>(VideohubDriver.Manifest, cancellation: TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.SaysAsync("PROTOCOL PREAM");
        await bench.SaysAsync("BLE:\\nVersion: 2.8\\n\\n");

        Assert.Equal("PROTOCOL PREAMBLE:\nVersion: 2.8\n\n", string.Concat(bench.Frames.Where(f => !f.IsSent).Select(Text)));
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.ASCII.GetBytes(text));
    private static string Text(Links.LinkFrame frame) => Encoding.ASCII.GetString(frame.Bytes.Span);
}

using System.Buffers.Binary;
using AvGateway.LineWatch.Evidence;

namespace AvGateway.LineWatch.Tests.Evidence;

public sealed class EvidenceRingTests
{
    private static readonly long Start = Forge.Start.UtcTicks;

    [Fact]
    public void The_newest_are_kept_in_order_and_memory_stays_as_it_is()
    {
        var ring = new EvidenceRing(128 * 1024, TimeSpan.FromHours(1));
        for (var i = 0; i < 10_000; i++) ring.Add(Start + i, Frame(i), 200, EvidenceMark.None);

        var seen = new List<int>();
        ring.Read(0, long.MaxValue, (_, kept, _, _) => seen.Add(Number(kept)));

        Assert.Equal(9999, seen[^1]);
        Assert.Equal(Enumerable.Range(seen[0], seen.Count), seen);
        Assert.InRange(seen.Count, 1000, 3000);
        Assert.Equal((long)seen.Count, ring.Held.Frames);
        Assert.True(ring.Held.Octets <= ring.Capacity);
    }

    [Fact]
    public void What_is_older_than_the_span_goes()
    {
        var ring = new EvidenceRing(1024 * 1024, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 100; i++) ring.Add(Start + (i * TimeSpan.TicksPerSecond), Frame(i), 200, EvidenceMark.None);

        Assert.Equal(11, ring.Held.Frames);
    }

    [Fact]
    public void A_window_that_is_read_as_it_grows_misses_nothing_and_says_nothing_twice()
    {
        var ring = new EvidenceRing(128 * 1024, TimeSpan.FromHours(1));
        var seen = new List<int>();
        var place = 0L;
        for (var i = 0; i < 5000; i++)
        {
            ring.Add(Start + i, Frame(i), 200, EvidenceMark.None);
            if (i % 100 == 99) place = ring.Read(Start + 1000, Start + 3999, (_, kept, _, _) => seen.Add(Number(kept)), place);
        }

        Assert.Equal(Enumerable.Range(1000, 3000), seen);
    }

    [Fact]
    public async Task A_reader_beside_a_writer_sees_whole_frames_only()
    {
        var ring = new EvidenceRing(128 * 1024, TimeSpan.FromHours(1));
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 200_000; i++) ring.Add(Start + i, Frame(i), 200, EvidenceMark.None);
        }, TestContext.Current.CancellationToken);
        while (!writing.IsCompleted)
        {
            var last = -1;
            ring.Read(0, long.MaxValue, (_, kept, wire, _) =>
            {
                Assert.True(Number(kept) > last && wire == 200 && kept[^1] == (byte)kept.Length);
                last = Number(kept);
            });
        }

        await writing;
    }

    private static byte[] Frame(int number)
    {
        var frame = new byte[30 + (number % 50)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, number);
        frame[^1] = (byte)frame.Length;
        return frame;
    }

    private static int Number(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32LittleEndian(frame);
}

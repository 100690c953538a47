using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Tests.Streams;

public sealed class RtpStreamTests
{
    [Fact]
    public void Loss_twins_and_late_ones_are_told_apart()
    {
        // 100 packets from 65,500 on, so that the numbers start again in the middle; three in a row are lost, one comes twice, two change places.
        var forge = new Forge();
        foreach (var i in Enumerable.Range(0, 100).Where(n => n is < 40 or > 42))
        {
            var at = i == 60 ? 61.5 : i;
            forge.Rtp(at * 0.02, true, (ushort)(65_500 + i), (uint)(i * 160));
            if (i == 50) forge.Rtp((at + 0.1) * 0.02, true, (ushort)(65_500 + i), (uint)(i * 160));
        }

        var stream = Only(forge);

        Assert.Equal((100L, 98L, 3L), (stream.Expected, stream.Received, stream.Lost));
        Assert.Equal((1L, 1L), (stream.Duplicates, stream.Reordered));
        Assert.Equal(3.0, stream.Loss, 3);
        Assert.Equal((46, "PCMA"), (stream.Dscp, stream.Codec));
    }

    [Fact]
    public void What_the_first_packets_overtook_is_of_the_stream()
    {
        // 65,535 and 1 come first, 65,533 and 65,534 after them, 0 never.
        var forge = new Forge();
        foreach (var (place, at) in new[] { (2, 0), (4, 1), (0, 2), (1, 3) }.Concat(Enumerable.Range(5, 20).Select(n => (n, n))))
            forge.Rtp(at * 0.02, true, (ushort)(65_533 + place), (uint)(place * 160));

        var stream = Only(forge);

        Assert.Equal((25L, 24L, 1L), (stream.Expected, stream.Received, stream.Lost));
        Assert.Equal((0L, 2L, 0), (stream.Duplicates, stream.Reordered, stream.Restarts));
    }

    [Fact]
    public void Jitter_is_that_of_the_appendix()
    {
        // RFC 3550 A.8 by hand: arrival alternates 0 and 8 ms late, so every D is 8 ms and J goes to 8.
        var forge = new Forge();
        for (var i = 0; i < 400; i++) forge.Rtp((i * 0.02) + (i % 2 * 0.008), true, (ushort)i, (uint)(i * 160));
        var expected = 0.0;
        for (var i = 1; i < 400; i++) expected += (8 - expected) / 16;

        Assert.Equal(expected, Only(forge).Jitter, 3);
    }

    [Fact]
    public void A_burst_is_long_and_random_loss_is_not()
    {
        var (burst, random) = (new Forge(), new Forge());
        for (var i = 0; i < 1000; i++)
        {
            if (i is < 400 or >= 420) burst.Rtp(i * 0.02, true, (ushort)i, (uint)(i * 160));
            if (i % 50 != 25) random.Rtp(i * 0.02, true, (ushort)i, (uint)(i * 160));
        }

        var (inOne, spread) = (Only(burst), Only(random));

        Assert.Equal((20L, 20L), (inOne.Lost, spread.Lost));
        Assert.Equal((20, 1L), (inOne.LongestLoss, inOne.Bursts));
        Assert.Equal((1, 0L), (spread.LongestLoss, spread.Bursts));
        Assert.True(inOne.BurstRatio > 15 && spread.BurstRatio == 1);
        Assert.True(inOne.Mos < spread.Mos);
        Assert.InRange(inOne.LongestSilence, 419, 421);
    }

    [Fact]
    public void A_source_that_starts_anew_is_no_loss()
    {
        var forge = new Forge();
        for (var i = 0; i < 50; i++) forge.Rtp(i * 0.02, true, (ushort)i, (uint)(i * 160));
        for (var i = 0; i < 50; i++) forge.Rtp((50 + i) * 0.02, true, (ushort)(30_000 + i), (uint)(5_000_000 + (i * 160)));

        var stream = Only(forge);

        Assert.Equal(1, stream.Restarts);
        Assert.Equal(0, stream.Lost);
    }

    [Fact]
    public void Datagrams_that_only_look_like_media_are_not_shown()
    {
        var random = new Random(3);
        var forge = new Forge();
        for (var i = 0; i < 2000; i++)
        {
            var payload = new byte[60];
            random.NextBytes(payload);
            payload[0] = 0x80;
            payload[1] &= 0x7f;
            forge.Udp(i * 0.001, Forge.Caller, 4000 + (i % 7), Forge.Callee, 5000, payload);
        }

        Assert.Empty(Look(forge).Streams);
    }

    [Fact]
    public void The_receivers_report_gives_the_far_loss_and_the_way_there_and_back()
    {
        var forge = new Forge();
        for (var i = 0; i < 100; i++) forge.Rtp(i * 0.02, true, (ushort)i, (uint)(i * 160));
        byte[] sent = [0x80, 200, 0, 6, 0, 0, 0xCA, 0xFE, 0, 1, 0x11, 0x22, 0x33, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];

        // 64 of 256 lost; 80 time units of jitter; the report of above, held for half a second.
        byte[] heard = [0x81, 201, 0, 7, 0, 0, 0, 9, 0, 0, 0xCA, 0xFE, 64, 0, 0, 5, 0, 0, 0, 100, 0, 0, 0, 80, 0x11, 0x22, 0x33, 0x44, 0, 0, 0x80, 0];
        forge.Udp(1, Forge.Caller, 20_001, Forge.Callee, 30_001, sent).Udp(1.56, Forge.Callee, 30_001, Forge.Caller, 20_001, heard);

        var stream = Only(forge);

        Assert.Equal((25.0, 10.0), (stream.FarLoss, stream.FarJitter));
        Assert.Equal(60, stream.RoundTrip!.Value, 1);
    }

    [Fact]
    public void What_is_known_makes_no_objects()
    {
        var analysis = new LineAnalysis(new());
        var forge = new Forge();
        for (var i = 0; i < 12_000; i++) forge.Rtp(i * 0.0001, true, (ushort)i, (uint)(i * 160));
        var frames = forge.Frames;
        foreach (var frame in frames.Take(2000)) analysis.Take(Forge.Read(frame));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2000; i < frames.Count; i++) analysis.Take(Forge.Read(frames[i]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Fact]
    public void More_streams_than_bounds_are_counted_and_not_kept()
    {
        var analysis = new LineAnalysis(new(Streams: 10));
        var forge = new Forge();
        for (var i = 0; i < 30; i++)
            for (var n = 0; n < 10; n++) forge.Rtp((n * 0.02) + (i * 0.0001), true, (ushort)n, (uint)(n * 160), source: (uint)(1000 + i));
        foreach (var frame in forge.Frames) analysis.Take(Forge.Read(frame));

        Assert.Equal((10, 200L), (analysis.Picture().Streams.Count, analysis.Totals.Refused));
    }

    private static StreamFigures Only(Forge forge) => Assert.Single(Look(forge).Streams);

    private static LinePicture Look(Forge forge) => CaptureFile.Read(new MemoryStream(forge.ToPcapng()), new());
}

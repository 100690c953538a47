using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class RtpTests
{
    [Theory]
    [InlineData(50, 0, 92.0, 4.38)]
    [InlineData(100, 1, 72.9, 3.73)]
    [InlineData(150, 2, 59.4, 3.07)]
    [InlineData(150, 5, 38.5, 1.99)]
    public void Mos_has_the_known_values(double delay, double loss, double rating, double mos)
    {
        var r = LineQuality.Rating(TimeSpan.FromMilliseconds(delay), loss, LineQuality.WithoutConcealment);

        Assert.Equal(rating, r, 1);
        Assert.Equal(mos, LineQuality.Mos(r), 2);
    }

    [Fact]
    public void Concealment_and_very_long_delay_count()
    {
        Assert.Equal(87.2, LineQuality.Rating(TimeSpan.FromMilliseconds(100), 1, LineQuality.WithConcealment), 1);
        Assert.Equal(93.2 - 9.6 - (0.11 * 222.7), LineQuality.Rating(TimeSpan.FromMilliseconds(400), 0, LineQuality.WithConcealment), 3);
        Assert.Equal((1, 4.5), (LineQuality.Mos(-5), LineQuality.Mos(120)));
    }

    [Fact]
    public void Loss_repetition_disorder_and_the_turn_of_the_number_are_counted_as_rfc_3550_says()
    {
        var reception = new RtpReception(8000);
        ushort[] numbers = [65_530, 65_531, 65_532, 65_534, 65_533, 65_535, 0, 1, 1, 4, 5];

        foreach (var number in numbers) reception.Take(new(0, false, number, 0, 1), TimeSpan.Zero);

        // The first packet is on probation and does not count: from 65531 to 65536 + 5.
        Assert.Equal((11, 10, 1), (reception.Expected, reception.Received, reception.Lost));
        Assert.Equal(65_541u, reception.HighestSequence);
        Assert.Equal(256 / 11, reception.TakeFraction());
        Assert.Equal(0, reception.TakeFraction());
    }

    [Fact]
    public void A_single_stray_packet_is_no_source_and_a_restarted_source_is_taken_up()
    {
        var reception = new RtpReception(8000);
        foreach (var number in (ushort[])[7, 900, 901, 902]) reception.Take(new(0, false, number, 0, 1), TimeSpan.Zero);
        Assert.Equal((2, 0), (reception.Received, reception.Lost));

        Assert.False(reception.Take(new(0, false, 30_000, 0, 1), TimeSpan.Zero));
        Assert.True(reception.Take(new(0, false, 30_001, 0, 1), TimeSpan.Zero));
        Assert.Equal((1, 0), (reception.Received, reception.Lost));
    }

    [Fact]
    public void Jitter_follows_the_formula()
    {
        var reception = new RtpReception(8000);
        double[] arrivals = [0, 20, 40, 76, 80, 100];
        var expected = 0.0;
        for (var i = 0; i < arrivals.Length; i++)
        {
            reception.Take(new(0, false, (ushort)i, (uint)(i * 160), 1), TimeSpan.FromMilliseconds(arrivals[i]));
            if (i < 2) continue;
            expected += (Math.Abs(arrivals[i] - arrivals[i - 1] - 20) - expected) / 16;
        }

        Assert.Equal(expected, reception.Jitter.TotalMilliseconds, 2);
        Assert.True(expected > 1);
    }

    [Fact]
    public void Reports_come_back_as_they_were_written()
    {
        var block = new RtcpBlock(7, 0.25, -3, 70_000, 12, 0x1234, 0x10);

        Assert.True(Rtcp.TryRead(Rtcp.Write(9, 0x0000_AAAA_BBBB_0000, 5, 6, 7, block, bye: true), 7, out var report));

        Assert.Equal(new RtcpReport(9, 0xAAAA_BBBB, block, true), report);
        Assert.True(Rtcp.TryRead(Rtcp.Write(9, 1, 5, 6, 7, null, bye: false), 7, out report));
        Assert.Null(report.About);
    }

    [Fact]
    public void No_cut_or_damage_of_a_packet_harms()
    {
        var luck = new Random(3);
        var report = Rtcp.Write(9, 1, 5, 6, 7, new RtcpBlock(7, 0, 0, 0, 0, 0, 0), true);
        for (var round = 0; round < 50_000; round++)
        {
            var octets = report.AsSpan(0, luck.Next(report.Length + 1)).ToArray();
            for (var i = luck.Next(3); i > 0 && octets.Length > 0; i--) octets[luck.Next(octets.Length)] = (byte)luck.Next(256);
            Rtcp.TryRead(octets, 7, out _);
            if (RtpHeader.TryRead(octets, out _, out var payload)) Assert.True(payload.Length <= octets.Length);
        }
    }

    /// <summary>The decision values of G.711: silence, full scale, and both signs.</summary>
    [Theory]
    [InlineData(0, 0xFF, 0xD5)]
    [InlineData(32_767, 0x80, 0xAA)]
    [InlineData(-32_768, 0x00, 0x2A)]
    [InlineData(1000, 0xCE, 0xFA)]
    public void Samples_are_encoded_as_g711_says(short sample, byte muLaw, byte aLaw) =>
        Assert.Equal((muLaw, aLaw), (G711.MuLaw(sample), G711.ALaw(sample)));

    [Fact]
    public void Ports_are_bounded_paired_and_given_back()
    {
        var ports = new RtpPorts(IPAddress.Loopback, 30_001, 30_400, 2);
        Assert.True(ports.TryOpen(out var a, out var ac));
        Assert.True(ports.TryOpen(out var b, out var bc));

        Assert.False(ports.TryOpen(out _, out _));
        Assert.Equal(0, ((IPEndPoint)a.LocalEndPoint!).Port % 2);
        Assert.Equal(((IPEndPoint)a.LocalEndPoint!).Port + 1, ((IPEndPoint)ac.LocalEndPoint!).Port);
        ports.Close(a, ac);
        Assert.True(ports.TryOpen(out a, out ac));
        ports.Close(a, ac);
        ports.Close(b, bc);
        Assert.Equal(0, ports.Open);
    }

    [Fact]
    public async Task Two_sessions_hear_each_other_and_report()
    {
        var ports = new RtpPorts(IPAddress.Loopback, 30_400, 31_000, 4);
        await using var a = RtpSession.TryOpen(ports, TimeProvider.System)!;
        await using var b = RtpSession.TryOpen(ports, TimeProvider.System)!;
        Assert.Null(a.Measured.Mos);
        a.Start(new(new(IPAddress.Loopback, b.Plan.AudioPort), 0, false, SdpDirection.SendReceive), 1000);
        b.Start(new(new(IPAddress.Loopback, a.Plan.AudioPort), 8, true, SdpDirection.SendReceive), 0);

        await RealTime.UntilAsync(() => a.Measured.RoundTrip is not null && b.Measured.FarLoss is not null, 20);

        Assert.InRange(a.Measured.Received, 100, 2000);
        Assert.Equal(0, a.Measured.Lost);
        Assert.InRange(a.Measured.RoundTrip!.Value.TotalMilliseconds, 0, 200);
        Assert.InRange(a.Measured.Mos!.Value, 4, 4.5);
        Assert.InRange(b.Measured.FarMos!.Value, 4, 4.5);
    }
}

using System.Text;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.Tests.TwoEnded;

/// <summary>What goes over the wire between two gateways.</summary>
public sealed class ProbePacketTests
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a shared secret of two courts");

    private static readonly ProbePacket Sample = new(true, ProbePacket.NameOf("court-b"), ProbePacket.NameOf("court-a"), 7, 11, 42, 41)
    {
        AskedAt = 1,
        HeardAt = 2,
        AnsweredAt = 3,
        AskerError = 4,
        ReflectorError = 5,
        End = new(LinkState.Up, LegState.Good, PortState.Down, LegState.Silent),
        Thirds = [new(ProbePacket.NameOf("court-c"), LegState.Poor)],
    };

    [Fact]
    public void What_is_written_is_read()
    {
        var read = ProbePacket.Read(Written(), Key)!;

        Assert.Equal(Sample with { Thirds = [] }, read with { Thirds = [] });
        Assert.Equal(Sample.Thirds, read.Thirds);
    }

    [Fact]
    public void A_changed_byte_wherever_it_stands_makes_it_nothing()
    {
        for (var at = 0; at < ProbePacket.Length; at++)
        {
            var changed = Written();
            changed[at] ^= 1;
            Assert.Null(ProbePacket.Read(changed, Key));
        }
    }

    [Fact]
    public void Another_key_and_another_length_make_it_nothing()
    {
        Assert.Null(ProbePacket.Read(Written(), Encoding.UTF8.GetBytes("another secret of two courts!")));
        Assert.Null(ProbePacket.Read(Written().AsSpan(0, ProbePacket.Length - 1), Key));
        Assert.Null(ProbePacket.Read([.. Written(), 0], Key));
    }

    [Theory]
    [InlineData(50, 3), InlineData(51, 4), InlineData(52, 4), InlineData(53, 4), InlineData(60, 4), InlineData(5, 5), InlineData(4, 3)]
    public void A_word_that_no_version_of_ours_says_makes_it_nothing_although_it_is_signed(int at, int value)
    {
        var packet = Written();
        packet[at] = (byte)value;
        System.Security.Cryptography.HMACSHA256.HashData(Key, packet.AsSpan(0, 96), packet.AsSpan(96));
        Assert.Null(ProbePacket.Read(packet, Key));
    }

    [Fact]
    public void Times_are_those_of_the_standard()
    {
        // RFC 5905, figure 4: the first day of UNIX is 2,208,988,800 s of the first era.
        Assert.Equal(2_208_988_800UL << 32, NtpTime.Of(DateTimeOffset.UnixEpoch));
        Assert.Equal((2_208_988_800UL << 32) + (1UL << 31), NtpTime.Of(DateTimeOffset.UnixEpoch.AddMilliseconds(500)));
        Assert.Equal(1500, NtpTime.Milliseconds(NtpTime.Of(DateTimeOffset.UnixEpoch), NtpTime.Of(DateTimeOffset.UnixEpoch.AddSeconds(1.5))), 3);
        Assert.Equal(-20, NtpTime.Milliseconds(NtpTime.Of(DateTimeOffset.UnixEpoch.AddSeconds(1)), NtpTime.Of(DateTimeOffset.UnixEpoch.AddSeconds(0.98))), 3);

        // Into the second era in 2036.
        var last = new DateTimeOffset(2036, 2, 7, 6, 28, 15, TimeSpan.Zero);
        Assert.Equal(2000, NtpTime.Milliseconds(NtpTime.Of(last), NtpTime.Of(last.AddSeconds(2))), 3);
    }

    [Fact]
    public void An_error_estimate_is_never_less_than_the_error()
    {
        Assert.Null(NtpTime.SecondsOf(NtpTime.ErrorOf(null)));
        foreach (var error in (double[])[0, 1e-6, 0.001, 0.25, 1, 100])
        {
            var said = NtpTime.SecondsOf(NtpTime.ErrorOf(error))!.Value;
            Assert.InRange(said, error, error * 1.02 + 1e-9);
        }
    }

    private static byte[] Written()
    {
        var packet = new byte[ProbePacket.Length];
        Sample.Write(packet, Key);
        return packet;
    }
}

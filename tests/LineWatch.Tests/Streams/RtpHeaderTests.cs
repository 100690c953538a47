using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Tests.Streams;

public sealed class RtpHeaderTests
{
    [Fact]
    public void The_head_is_read_past_sources_and_extension()
    {
        byte[] datagram = [0x91, 0x88, 0x00, 0x07, 0x00, 0x00, 0x00, 0xA0, 0xDE, 0xAD, 0xBE, 0xEF, 1, 1, 1, 1, 0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 0x55];

        Assert.True(RtpHeader.TryRead(datagram, out var header));

        Assert.Equal(new RtpHeader(8, true, 7, 160, 0xDEADBEEF, 24), header);
    }

    [Theory]
    [InlineData("8188")]
    [InlineData("41880007000000A0DEADBEEF")]
    [InlineData("80C80006000000A0DEADBEEF")]
    public void What_is_no_RTP_is_refused(string hex) => Assert.False(RtpHeader.TryRead(Convert.FromHexString(hex), out _));
}

using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class FramerTests
{
    private const string Head = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP c;branch=z9hG4bK1\r\n";

    [Fact]
    public void Any_cut_of_a_stream_gives_the_same_messages()
    {
        var stream = Encoding.Latin1.GetBytes(Head + "l: 5\r\n\r\nhello" + "\r\n\r\n" + Head + "Content-Length: 0\r\n\r\n" + "\r\n" + Head + "CONTENT-LENGTH : 3\r\n\r\n\r\n\r");

        for (var cut = 1; cut < stream.Length; cut++)
        {
            List<SipFrame> frames = [];
            var at = Drain(stream.AsSpan(0, cut), frames);
            Drain(stream.AsSpan(at), frames);
            var messages = frames.Count(f => f == SipFrame.Message);
            Assert.True(messages == 3 && !frames.Contains(SipFrame.Broken), $"cut at {cut}: {string.Join(' ', frames)}");
        }
    }

    [Theory]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: 1\r\nContent-Length: 1")]
    [InlineData("Content-Length: 5\r\nl: 6")]
    [InlineData("Content-Length: 0x10")]
    [InlineData("Content-Length: 99999999999")]
    [InlineData("Content-Length: 70000")]
    [InlineData("Content-Length: 1\r\n 2")]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: 1 2")]
    [InlineData("X: y")]
    public void A_stream_whose_message_end_is_not_certain_is_broken(string field)
    {
        var stream = Encoding.Latin1.GetBytes(Head + field + "\r\n\r\nabcdef");

        Assert.Equal(SipFrame.Broken, SipStreamFramer.Next(stream, out _, out var fault));
        Assert.False(fault.IsAccepted);
    }

    [Fact]
    public void A_head_without_end_is_not_collected_for_ever()
    {
        var stream = Encoding.Latin1.GetBytes(Head + "X: " + new string('a', SipLimits.Head));

        Assert.Equal(SipFrame.Broken, SipStreamFramer.Next(stream, out _, out _));
    }

    private static int Drain(ReadOnlySpan<byte> stream, List<SipFrame> frames)
    {
        var at = 0;
        while (SipStreamFramer.Next(stream[at..], out var length, out _) is var frame && length > 0)
        {
            frames.Add(frame);
            at += length;
        }

        return at;
    }
}

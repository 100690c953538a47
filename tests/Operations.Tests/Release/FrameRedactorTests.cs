using System.Text;
using AvGateway.Drivers;
using AvGateway.Links;
using AvGateway.Operations.Release;

namespace AvGateway.Operations.Tests.Release;

/// <summary>What of a frame may leave: the protocol's words and figures, and nothing from the first other word on.</summary>
public sealed class FrameRedactorTests
{
    private static readonly FrameRelease Protocol = FrameRelease.Of("video output routing label status ok timecode version slot");
    private static readonly DateTimeOffset At = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("VIDEO OUTPUT ROUTING:\r\n0 12\r\n", "VIDEO OUTPUT ROUTING:\\r\\n0 12\\r\\n")]
    [InlineData("timecode: 00:12:31:05\r\n", "timecode: 00:12:31:05\\r\\n")]
    [InlineData("version: 6.2.1\r\n", "version: 6.2.1\\r\\n")]
    [InlineData("label 1 Zhang San\r\nstatus: ok\r\n", "label 1 ***\\r\\nstatus: ok\\r\\n")]
    [InlineData("label 1 (2026)\u6d5901\u5211\u521d123\u53f7\r\n", "label 1 (2026)***\\r\\n")]
    [InlineData("slot 20260123\r\n", "slot***\\r\\n")]
    [InlineData("slot 138 0013 8000\r\n", "slot***\\r\\n")]
    [InlineData("slot 10.9.8.7\r\n", "slot***\\r\\n")]
    [InlineData("output judge@court\r\n", "***\\r\\n")]
    [InlineData("output sip:1001\r\n", "***\\r\\n")]
    [InlineData("output rtsp://x\r\n", "***\\r\\n")]
    [InlineData("\\status\r\n", "\\\\status\\r\\n")]
    public void A_line_leaves_as_far_as_the_protocol_says_it(string frame, string leaves) =>
        Assert.Equal($"> {leaves}", FrameRedactor.Lines([Sent(Encoding.UTF8.GetBytes(frame))], Protocol, TimeZoneInfo.Utc)[1]);

    [Fact]
    public void A_line_that_goes_on_in_the_next_frame_stays_masked_to_its_end()
    {
        var lines = FrameRedactor.Lines([Sent("label 1 Zhang"u8), Sent(" 123 status: ok\r\nstatus: ok\r\n"u8)], Protocol, TimeZoneInfo.Utc);

        Assert.Equal(["> label 1 ***", "> ***\\r\\nstatus: ok\\r\\n"], lines.Where(l => !l.StartsWith('#')));
    }

    [Fact]
    public void What_a_device_said_before_the_first_line_end_is_masked_since_its_beginning_was_not_seen()
    {
        var lines = FrameRedactor.Lines([new(At, false, "123 ok\r\nstatus: ok\r\n"u8.ToArray(), 20)], Protocol, TimeZoneInfo.Utc);

        Assert.Equal("< ***\\r\\nstatus: ok\\r\\n", lines[1]);
    }

    [Fact]
    public void A_cut_frame_says_how_much_is_not_there_and_masks_what_follows_on_its_line()
    {
        var lines = FrameRedactor.Lines([new(At, true, "status: ok"u8.ToArray(), 600), Sent(" 77 \r\nstatus: ok\r\n"u8)], Protocol, TimeZoneInfo.Utc);

        Assert.Equal(["> status: ok*** (590 bytes more)", "> ***\\r\\nstatus: ok\\r\\n"], lines.Where(l => !l.StartsWith('#')));
    }

    [Fact]
    public void A_secret_and_the_frames_of_a_protocol_that_says_nothing_leave_as_a_gap()
    {
        Assert.Equal("> ***", FrameRedactor.Lines([new(At, true, default, 0)], Protocol, TimeZoneInfo.Utc)[1]);
        Assert.Equal("> *** (10 bytes)", FrameRedactor.Lines([Sent("status: ok"u8)], FrameRelease.Nothing, TimeZoneInfo.Utc)[1]);
    }

    [Fact]
    public void A_protocol_of_figures_leaves_byte_for_byte_with_its_time_in_the_site_s_zone()
    {
        var lines = FrameRedactor.Lines([Sent([0x01, 0x04, 0xFF, (byte)'A'])], FrameRelease.Whole, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

        Assert.Equal(["# 2026-01-05T08:00:00.000+08:00", "> \\x01\\x04\\xFFA"], lines);
    }

    private static LinkFrame Sent(ReadOnlySpan<byte> bytes) => new(At, true, bytes.ToArray(), bytes.Length);
}

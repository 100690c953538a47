using System.Buffers;
using AvGateway.Mqtt.Embedded;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class FrameGuardTests
{
    private const int MaxConnect = 16 * 1024;
    private const int MaxPacket = 256 * 1024;

    [Theory]
    [InlineData("10FFFFFF7F", false, Frame.TooLarge)]
    [InlineData("10FFFFFF", false, Frame.TooLarge)]
    [InlineData("10FFFFFFFF", false, Frame.TooLarge)]
    [InlineData("1080808080", false, Frame.Malformed)]
    [InlineData("108000", false, Frame.Malformed)]
    [InlineData("10FD7F", false, Frame.Incomplete)]
    [InlineData("10FE7F", false, Frame.TooLarge)]
    [InlineData("10", false, Frame.Incomplete)]
    [InlineData("1080", false, Frame.Incomplete)]
    [InlineData("1000", false, Frame.Whole)]
    [InlineData("3000", false, Frame.NotConnect)]
    [InlineData("11", false, Frame.NotConnect)]
    [InlineData("474554", false, Frame.NotConnect)]
    [InlineData("160301", false, Frame.NotConnect)]
    [InlineData("C000", true, Frame.Whole)]
    [InlineData("30FCFF0F", true, Frame.Incomplete)]
    [InlineData("30FDFF0F", true, Frame.TooLarge)]
    public void The_fixed_header_decides(string hex, bool connected, object expected)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal((Frame)expected, FrameGuard.Inspect(new ReadOnlySequence<byte>(bytes), connected, MaxConnect, MaxPacket, out _, out _));
    }

    [Fact]
    public void A_packet_is_whole_at_its_last_byte_and_not_before_whatever_the_segments()
    {
        byte[] packet = [0x30, 0x83, 0x01, .. new byte[131]];
        for (var length = 0; length <= packet.Length; length++)
            for (var cut = 0; cut <= length; cut++)
            {
                var frame = FrameGuard.Inspect(InTwo(packet.AsMemory(0, length), cut), true, MaxConnect, MaxPacket, out var header, out var whole);
                Assert.Equal(length == packet.Length ? Frame.Whole : Frame.Incomplete, frame);
                if (length >= 3) Assert.Equal((3, packet.Length), (header, whole));
            }
    }

    [Fact]
    public void No_announced_length_beyond_the_bound_is_ever_waited_for()
    {
        var random = new Random(20261102);
        Span<byte> bytes = stackalloc byte[5];
        for (var i = 0; i < 200_000; i++)
        {
            random.NextBytes(bytes);
            var frame = FrameGuard.Inspect(new ReadOnlySequence<byte>(bytes.ToArray()), true, MaxConnect, MaxPacket, out _, out var length);
            if (frame is Frame.Incomplete) Assert.InRange(length, 6, MaxPacket);
            else if (frame is Frame.Whole) Assert.InRange(length, 2, 5);
        }
    }

    private static ReadOnlySequence<byte> InTwo(ReadOnlyMemory<byte> bytes, int cut)
    {
        var first = new Segment(bytes[..cut], 0);
        var second = new Segment(bytes[cut..], cut);
        first.Append(second);
        return new(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public void Append(Segment next) => Next = next;
    }
}

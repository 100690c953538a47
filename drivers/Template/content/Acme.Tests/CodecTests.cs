using System.Buffers;

namespace Acme.Tests;

public sealed class CodecTests
{
    [Theory]
    [MemberData(nameof(Transcript.All), MemberType = typeof(Transcript))]
    public void What_the_device_says_is_understood_at_every_cut(string name)
    {
        var lines = Transcript.Read(name).Steps.Where(s => !s.IsSent).Select(s => s.Bytes).ToArray();
        var heard = lines.SelectMany(b => b).ToArray();
        var whole = Read(heard);

        Assert.Equal(lines.Length, whole.Count);
        for (var cut = 1; cut < heard.Length; cut++) Assert.Equal(whole, Read(heard[..cut], heard[cut..]));
        Assert.Equal(whole, Read([.. heard.Select(b => new[] { b })]));
    }

    [Theory]
    [InlineData("POWER ON\rPOWER OFF")]
    [InlineData("INPUT\nVGA")]
    [InlineData("INPUT 投影")]
    public void Nothing_becomes_a_second_frame(string request) =>
        Assert.Throws<ArgumentException>(() => new DisplayCodec().Write(request, new ArrayBufferWriter<byte>()));

    /// <summary>As the gateway reads: after each piece that comes, all that is not yet read, in as many segments as it came in.</summary>
    private static List<string> Read(params byte[][] pieces)
    {
        var codec = new DisplayCodec();
        var replies = new List<string>();
        for (var count = 1; count <= pieces.Length; count++)
        {
            var input = Segment.Join(pieces[..count]);
            var before = replies.Count;
            var again = new List<string>();
            while (codec.TryRead(ref input, out var reply)) again.Add(reply);
            Assert.Equal(replies, again[..before]);
            replies = again;
        }

        return replies;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Join(byte[][] pieces)
        {
            var first = new Segment { Memory = pieces[0] };
            var last = first;
            foreach (var piece in pieces[1..])
            {
                var next = new Segment { Memory = piece, RunningIndex = last.RunningIndex + last.Memory.Length };
                last.Next = next;
                last = next;
            }

            return new(first, 0, last, last.Memory.Length);
        }
    }
}

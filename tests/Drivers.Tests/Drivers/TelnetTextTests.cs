using System.Buffers;
using System.Text;
using AvGateway.Drivers.Telnet;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Drivers;

public sealed class TelnetTextTests
{
    [Fact]
    public void Line_ends_spaces_and_noise_between_lines_are_passed_over() =>
        Assert.Equal(["one", "two", "left over: "], Read("\r\n\0 \x1B\x80\xFF\x80one\n \r\n\x01two\n"));

    [Fact]
    public void What_is_to_be_negotiated_is_a_reply_and_every_other_command_is_passed_over() =>
        Assert.Equal(
            ["telnet FB01", "telnet FD03", "login", "telnet FC18", "left over: "],
            Read("\xFF\xFB\x01\xFF\xF1\xFF\xFD\x03\xFF\xFA\x18\x00\x41\xFF\xF0login\n\xFF\xFC\x18"));

    [Theory]
    [InlineData("\xFF")]
    [InlineData("\xFF\xFB")]
    [InlineData("\xFF\xFA\x18\xFF")]
    [InlineData("\r\n\x80")]
    [InlineData("\r\n half a line")]
    public void Nothing_is_taken_before_a_line_or_a_command_is_whole(string text)
    {
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));

        Assert.False(new Lines().TryRead(ref input, out _));
        Assert.Equal(text.Length, input.Length);
    }

    [Fact]
    public void A_line_reader_sees_the_text_from_its_first_printable_character_on()
    {
        var input = new ReadOnlySequence<byte>("\r\n >more"u8.ToArray());
        var seen = "";

        TelnetText.TryRead(ref input, (ReadOnlySpan<byte> text, ref int _) => (seen = Encoding.ASCII.GetString(text)).IndexOf('m', StringComparison.Ordinal), _ => 0, out int _);

        Assert.Equal(">more", seen);
        Assert.Equal("more", Encoding.ASCII.GetString(input));
    }

    [Fact]
    public void Any_cut_gives_the_same_replies() =>
        WireCuts.Check(() => new Lines(), Encoding.Latin1.GetBytes("\r\n\xFF\xFB\x01\xFF\xFA\x18\x00\xFF\xF0one\n\x80\xFF\xF1\xFF\xFD\x03two\n\n\xFF\xFE\x22three\n"));

    private static List<string> Read(string text) => WireCuts.Decode(new Lines(), [Encoding.Latin1.GetBytes(text)]);

    private readonly record struct Line(string Text)
    {
        public override string ToString() => Text;
    }

    /// <summary>Lines that end in LF.</summary>
    private sealed class Lines : IWireCodec<Line>
    {
        public int MaxReplyLength => 64;

        public void Write(string request, IBufferWriter<byte> output) => throw new NotSupportedException();

        public bool TryRead(ref ReadOnlySequence<byte> input, out Line reply) =>
            TelnetText.TryRead(ref input, Read, static negotiation => new($"telnet {Convert.ToHexString(Encoding.Latin1.GetBytes(negotiation))}"), out reply);

        private static int Read(ReadOnlySpan<byte> text, ref Line reply)
        {
            var end = text.IndexOf((byte)'\n');
            if (end >= 0) reply = new(Encoding.Latin1.GetString(text[..end]));
            return end + 1;
        }
    }
}

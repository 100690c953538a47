using System.Buffers;
using System.Text;
using AvGateway.Drivers.Protocols.KramerP3000;

namespace AvGateway.Drivers.Tests.KramerP3000;

/// <summary>Forms of lines that differ between models and firmware.</summary>
public sealed class KramerCodecTests
{
    [Theory]
    [InlineData("~01@ OK\r\n", "Handshake 1@  OK 0")]
    [InlineData("~OK\r\n", "Handshake -1@  OK 0")]
    [InlineData("~01@ ok\r\n", "Handshake 1@  OK 0")]
    [InlineData("~01@VID 2>5 OK\r\n", "Answer 1@VID 2>5 OK 0")]
    [InlineData("~01@vid 2>5 ok\n", "Answer 1@VID 2>5 OK 0")]
    [InlineData("~01@ROUTE 1,5,2\r", "Answer 1@ROUTE 1,5,2 - 0")]
    [InlineData("~01@RESET OK\r\n", "Answer 1@RESET  OK 0")]
    [InlineData("~01@NAME BOOK\r\n", "Answer 1@NAME BOOK - 0")]
    [InlineData("~12@ERR002\r\n", "Error 12@ ERR002 - 2")]
    [InlineData("~01@VID ERR003\r\n", "Error 1@VID ERR003 - 3")]
    [InlineData("~01@VID ERR 003\r\n", "Error 1@VID ERR 003 - 3")]
    [InlineData("Kramer Electronics LTD.\r\n", "Banner -1@ Kramer Electronics LTD. - 0")]
    public void A_line_is_read_in_each_of_its_forms(string line, string reply) => Assert.Equal([reply], Read(line));

    [Fact]
    public void A_start_message_that_runs_into_the_first_reply_hides_neither() =>
        Assert.Equal(["Banner -1@ Welcome to Kramer VS-88UHD - 0", "Handshake 1@  OK 0"], Read("Welcome to Kramer VS-88UHD~01@ OK\r\n"));

    [Fact]
    public void A_reply_that_the_next_one_cuts_short_is_not_believed() =>
        Assert.Equal(["Text -1@ ~01@VID 1 - 0", "Answer 1@VID 12>5 - 0"], Read("~01@VID 1~01@VID 12>5\r\n"));

    [Fact]
    public void Noise_of_a_wrong_speed_is_skipped() => Assert.Equal(["Answer 1@VID 2>5 - 0"], Read("\xff\0\xff\0\r\xff~01@VID 2>5\r\n"));

    [Fact]
    public void A_reply_with_a_spoiled_character_is_not_believed() =>
        Assert.StartsWith("Text", Assert.Single(Read("~01@VID 2\xff>5\r\n")), StringComparison.Ordinal);

    [Fact]
    public void A_request_is_addressed_where_a_machine_number_is_configured()
    {
        Assert.Equal("#VID 2>5\r", Write(0, "VID 2>5"));
        Assert.Equal("#07@VID 2>5\r", Write(7, "VID 2>5"));
        Assert.Equal("#\r", Write(0, KramerCodec.Handshake));
    }

    [Fact]
    public void A_line_has_sixty_four_characters_and_not_one_more()
    {
        Assert.Equal(64, Write(0, new string('A', 62)).Length);
        Assert.Throws<ArgumentException>(() => Write(0, new string('A', 63)));
        Assert.Throws<ArgumentException>(() => Write(1, new string('A', 60)));
    }

    [Theory, InlineData("VID 1>1|FACTORY"), InlineData("VID 1>1#FACTORY"), InlineData("LOGIN Admin,ü")]
    public void A_request_never_holds_the_beginning_of_another_one(string request) => Assert.Throws<ArgumentException>(() => Write(0, request));

    [Fact]
    public void A_log_in_is_hidden_and_nothing_else_is()
    {
        var codec = new KramerCodec(3);

        Assert.True(codec.Hides("LOGIN Admin,secret"));
        Assert.False(codec.Hides("VID 2>5"));
    }

    private static List<string> Read(string text)
    {
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));
        var codec = new KramerCodec(0);
        var replies = new List<string>();
        while (codec.TryRead(ref input, out var reply)) replies.Add(reply.ToString());
        return replies;
    }

    private static string Write(int machine, string request)
    {
        var output = new ArrayBufferWriter<byte>();
        new KramerCodec(machine).Write(request, output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}

using System.Buffers;
using System.Text;
using AvGateway.Drivers.Http;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class HttpCodecTests
{
    private readonly HttpCodec _codec = new();

    [Theory]
    [InlineData("GET /a?b=c", "GET /a?b=c HTTP/1.1\r\nHost: device\r\n\r\n")]
    [InlineData("POST /a", "POST /a HTTP/1.1\r\nHost: device\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("PUT /a application/xml\n<a>\r\n\r\n案</a>", "PUT /a HTTP/1.1\r\nHost: device\r\nContent-Type: application/xml\r\nContent-Length: 14\r\n\r\n<a>\r\n\r\n案</a>")]
    public void A_request_is_written_with_its_length(string request, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        _codec.Write(request, output);

        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("DELETE /recordings/1"), InlineData("GET a"), InlineData("GET /a b c"), InlineData("GET /a\rb"), InlineData("POST /a\nbody"), InlineData("get /a")]
    [InlineData("GET //elsewhere/a")]
    public void What_is_not_one_request_of_ours_is_refused(string request) =>
        Assert.Throws<ArgumentException>(() => _codec.Write(request, new ArrayBufferWriter<byte>()));

    [Fact]
    public void A_body_beyond_the_bound_is_refused() =>
        Assert.Throws<ArgumentException>(() => _codec.Write("POST /a text/plain\n" + new string('a', HttpLimits.Request + 1), new ArrayBufferWriter<byte>()));

    [Fact]
    public void Noise_before_an_answer_costs_nothing_and_a_torn_head_costs_itself()
    {
        var replies = Read("\u0001\u00ffHTTP/1.1 2\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\r\nHTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest\r\nWWW-Authenticate: Basic\r\n\r\n");

        Assert.Equal(["200 OK [] [] ok", "401 Unauthorized [] [Digest, Basic]"], replies.Select(r => r.ToString().Trim()));
        Assert.True(replies[1].IsDenied);
    }

    [Theory, InlineData("-1"), InlineData("many"), InlineData("1 2")]
    public void A_length_that_is_none_makes_no_answer(string length) => Assert.Empty(Read($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc"));

    [Fact]
    public void An_answer_that_is_too_long_is_told_and_not_waited_for() => Assert.Equal(0, Assert.Single(Read("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")).Status);

    private List<HttpReply> Read(string text)
    {
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));
        var replies = new List<HttpReply>();
        while (_codec.TryRead(ref input, out var reply)) replies.Add(reply);
        return replies;
    }
}

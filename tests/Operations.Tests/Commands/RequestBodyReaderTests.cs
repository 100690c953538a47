using System.Text;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Tests.Commands;

public sealed class RequestBodyReaderTests
{
    [Fact]
    public void An_empty_payload_has_no_arguments()
    {
        Assert.Null(RequestBodyReader.Read([], out var body));

        Assert.Empty(body.Args);
        Assert.Null(body.Id);
        Assert.Null(body.Ttl);
    }

    [Fact]
    public void A_whole_payload_is_read()
    {
        var refusal = Read("""{ "id": "a-1_B.2", "ttl": 2.5, "args": { "text": "审判", "n": 7, "x": 1.5, "yes": true, "none": null } }""", out var body);

        Assert.Null(refusal);
        Assert.Equal("a-1_B.2", body.Id);
        Assert.Equal(TimeSpan.FromSeconds(2.5), body.Ttl);
        Assert.Equal(
            [new("text", "审判"), new("n", 7), new("x", 1.5), new("yes", true), new RawArgument("none", default)],
            body.Args);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("{},")]
    [InlineData("""{"args":{}""")]
    [InlineData("""{"args":[]}""")]
    [InlineData("""{"args":{},}""")]
    [InlineData("""{"args":{}} // why""")]
    [InlineData("""{"args":{},"args":{}}""")]
    [InlineData("""{"args":{"a":1,"a":1}}""")]
    [InlineData("""{"args":{"a":1,"\u0061":1}}""")]
    [InlineData("""{"id":"a","id":"a"}""")]
    [InlineData("""{"ttl":1,"ttl":1}""")]
    [InlineData("""{"arg":{}}""")]
    [InlineData("""{"Args":{}}""")]
    [InlineData("""{"args":{},"room":"court-2"}""")]
    [InlineData("""{"ttl":-1}""")]
    [InlineData("""{"ttl":"5"}""")]
    [InlineData("""{"ttl":1e300}""")]
    [InlineData("""{"ttl":null}""")]
    [InlineData("""{"args":{"a":NaN}}""")]
    [InlineData("""{"args":{"\ud800":1}}""")]
    [InlineData("{\"args\":{\"a\":\"b\nc\"}}")]
    public void Malformed(string json) => Assert.Equal("AVG-REQ-MALFORMED", Read(json, out _)?.Code.Code);

    [Theory]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":5}""")]
    [InlineData("""{"id":"a/b"}""")]
    [InlineData("""{"id":"#"}""")]
    [InlineData("""{"id":"~01J"}""")]
    [InlineData("""{"id":"\ud800"}""")]
    public void An_id_that_no_topic_can_hold_is_refused(string json) => Assert.Equal("AVG-REQ-ID", Read(json, out _)?.Code.Code);

    [Fact]
    public void A_refusal_still_finds_its_way_when_the_id_was_read_first()
    {
        Assert.NotNull(Read("""{"id":"a1","nonsense":1}""", out var body));

        Assert.Equal("a1", body.Id);
    }

    [Theory]
    [InlineData(15, null)]
    [InlineData(16, "AVG-REQ-MALFORMED")]
    public void Sixteen_levels_are_the_most(int arrays, string? code)
    {
        // args stands on the second level, so that fourteen arrays below it are the sixteenth.
        var json = "{\"args\":{\"a\":" + new string('[', arrays - 1) + new string(']', arrays - 1) + "}}";

        Assert.Equal(code, Read(json, out _)?.Code.Code);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "AVG-REQ-SIZE")]
    public void Sixty_four_kibibytes_are_the_most(int more, string? code)
    {
        const string Frame = """{"args":{"a":""}}""";
        var json = Frame.Insert(14, new string('x', 64 * 1024 - Frame.Length + more));

        Assert.Equal(code, Read(json, out _)?.Code.Code);
    }

    [Fact]
    public void What_is_not_UTF_8_is_refused()
    {
        byte[] payload = [.. "{\"args\":{\"a\":\""u8, 0xC3, 0x28, .. "\"}}"u8];

        Assert.Equal("AVG-REQ-MALFORMED", RequestBodyReader.Read(payload, out _)?.Code.Code);
    }

    /// <summary>Seeded mutations of good and bad payloads: never an exception, always a body or a refusal of the request family.</summary>
    [Fact]
    public void No_bytes_whatever_make_it_throw()
    {
        byte[][] seeds =
        [
            """{"args":{"input":7,"output":3,"layer":"video"},"id":"4f9d","ttl":10}"""u8.ToArray(),
            """{"args":{"uri":"sip:\u5ba1\ud83d\ude00@x","deep":[[{"a":[1,2,{"b":null}]}]]}}"""u8.ToArray(),
            """{"id":"\ud800","args":{"a":-1.5e+10,"b":true}}"""u8.ToArray(),
        ];
        var random = new Random(20260105);
        var accepted = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var bytes = seeds[round % seeds.Length].ToList();
            for (var hits = random.Next(1, 6); hits > 0; hits--) Mutate(bytes, random);
            var refusal = RequestBodyReader.Read([.. bytes], out var body);
            Assert.NotNull(body);
            if (refusal is null) accepted++;
            else Assert.StartsWith("AVG-REQ-", refusal.Code.Code, StringComparison.Ordinal);
        }

        Assert.InRange(accepted, 500, 59_500);
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0) return;
        var at = random.Next(bytes.Count);
        switch (random.Next(5))
        {
            case 0: bytes[at] = (byte)random.Next(256); break;
            case 1: bytes.RemoveAt(at); break;
            case 2: bytes.Insert(at, (byte)"{}[]\",:\\u0e-~"[random.Next(13)]); break;
            case 3: bytes.RemoveRange(at, bytes.Count - at); break;
            default:
                var length = Math.Min(random.Next(1, 12), bytes.Count - at);
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
        }
    }

    private static Refusal? Read(string json, out RequestBody body) => RequestBodyReader.Read(Encoding.UTF8.GetBytes(json), out body);
}

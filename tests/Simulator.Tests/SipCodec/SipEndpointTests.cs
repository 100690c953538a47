using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.SipCodec;

/// <summary>The endpoint's own behaviour, and each of its unkindnesses.</summary>
public sealed class SipEndpointTests
{
    private const string Offer = "v=0\r\no=gw 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=inactive\r\n";

    [Fact]
    public void A_call_rings_is_answered_and_its_answer_repeated_until_it_is_acknowledged()
    {
        using var bench = new Bench("sip-codec");
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("INVITE", 1, body: Offer));
        var rings = client.Take();
        Assert.Contains("SIP/2.0 100 ", rings, StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 180 ", rings, StringComparison.Ordinal);

        bench.Pass("100ms");
        var answer = client.Take();
        Assert.StartsWith("SIP/2.0 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("a=inactive", answer, StringComparison.Ordinal);
        bench.Pass("500ms");
        Assert.StartsWith("SIP/2.0 200 ", client.Take(), StringComparison.Ordinal);
        client.Say(Request("ACK", 1, tag: TagOf(answer)));
        bench.Pass("30s");
        Assert.Equal("", client.Take());
        Assert.Equal("confirmed", bench.State("calls.0.stage").GetValue<string>());
    }

    [Fact]
    public void An_answer_that_nobody_acknowledges_ends_the_call_after_thirty_two_seconds()
    {
        using var bench = new Bench("sip-codec");
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("INVITE", 1, body: Offer));

        bench.Pass("40s");

        Assert.Contains("BYE ", client.Take(), StringComparison.Ordinal);
        Assert.Empty(bench.State("calls").AsArray());
    }

    [Fact]
    public void A_repeated_request_is_answered_again_and_done_once()
    {
        using var bench = new Bench("sip-codec");
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("INVITE", 1, body: Offer));
        client.Take();

        client.Say(Request("INVITE", 1, body: Offer));

        Assert.StartsWith("SIP/2.0 180 ", client.Take(), StringComparison.Ordinal);
        Assert.Single(bench.State("calls").AsArray());
    }

    [Fact]
    public void A_forked_call_is_answered_by_two_tags()
    {
        using var bench = new Bench("sip-codec");
        bench.Switch("forked", "true");
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("INVITE", 1, body: Offer));
        client.Take();

        bench.Pass("100ms");

        Assert.Equal(2, client.Pieces.Select(Text).Where(p => p.StartsWith("SIP/2.0 200 ", StringComparison.Ordinal)).Select(TagOf).Distinct().Count());
    }

    [Theory]
    [InlineData("status", "503", "SIP/2.0 503 ")]
    [InlineData("busy", "true", "SIP/2.0 486 ")]
    [InlineData("refuse", "true", "SIP/2.0 403 ")]
    [InlineData("refuse", "480", "SIP/2.0 480 ")]
    public void A_call_is_refused_as_the_switch_says(string name, string value, string line)
    {
        using var bench = new Bench("sip-codec");
        bench.Switch(name, value);
        var client = bench.Connect(LinkKind.Sip);

        client.Say(Request("INVITE", 1, body: Offer));

        Assert.StartsWith(line, Text(client.Pieces[^1]), StringComparison.Ordinal);
        Assert.Empty(bench.State("calls").AsArray());
    }

    [Fact]
    public void A_cancelled_call_ends_with_487()
    {
        using var bench = new Bench("sip-codec");
        bench.Switch("no-answer", "true");
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("INVITE", 1, body: Offer));
        client.Take();

        client.Say(Request("CANCEL", 1));

        var said = client.Take();
        Assert.Contains("SIP/2.0 200 ", said, StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 487 ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_BYE_that_is_lost_gets_no_answer_and_ends_nothing()
    {
        using var bench = new Bench("sip-codec");
        bench.Switch("loses-bye", "true");
        var (client, tag) = Connected(bench);

        client.Say(Request("BYE", 2, tag: tag));

        Assert.Equal("", client.Take());
        Assert.Single(bench.State("calls").AsArray());
    }

    [Fact]
    public void A_false_length_is_told_in_responses()
    {
        using var bench = new Bench("sip-codec");
        bench.Switch("false-length", "7");
        var client = bench.Connect(LinkKind.Sip);

        Assert.Contains("Content-Length: 7\r\n", client.Ask(Request("OPTIONS", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_are_told_to_subscribers_until_they_leave()
    {
        using var bench = new Bench("sip-codec");
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("SUBSCRIBE", 1, more: "Event: dialog\r\nExpires: 600\r\nContact: <sip:gw@127.0.0.1>\r\n"));
        Assert.Contains("state=\"full\"", client.Take(), StringComparison.Ordinal);

        Assert.Null(bench.Press("dial", "{\"uri\":\"sip:court2@example.cn\"}"));
        bench.Pass("700ms");

        var told = client.Take();
        Assert.Contains("<state>trying</state>", told, StringComparison.Ordinal);
        Assert.Contains("<state>confirmed</state>", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_REFER_is_carried_out_and_reported()
    {
        using var bench = new Bench("sip-codec");
        bench.Switch("far-end", "\"busy\"");
        var client = bench.Connect(LinkKind.Sip);

        client.Say(Request("REFER", 1, more: "Refer-To: <sip:court2@example.cn>\r\nContact: <sip:gw@127.0.0.1>\r\n"));
        bench.Pass("1s");

        var told = client.Take();
        Assert.Contains("SIP/2.0 202 ", told, StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 180 Ringing", told, StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 486 Busy Here", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_sync_restarts_it()
    {
        using var bench = new Bench("sip-codec");
        var client = bench.Connect(LinkKind.Sip);

        Assert.StartsWith("SIP/2.0 200 ", client.Ask(Request("NOTIFY", 1, more: "Event: check-sync;reboot=true\r\n")), StringComparison.Ordinal);
        Assert.False(bench.Device.Powered);
    }

    private static (Bench.Client Client, string Tag) Connected(Bench bench)
    {
        var client = bench.Connect(LinkKind.Sip);
        client.Say(Request("INVITE", 1, body: Offer));
        client.Take();
        bench.Pass("100ms");
        var tag = TagOf(client.Take());
        client.Say(Request("ACK", 1, tag: tag));
        return (client, tag);
    }

    private static string Text(byte[] piece) => System.Text.Encoding.UTF8.GetString(piece);

    private static string TagOf(string response)
    {
        var to = response.Split("\r\n").First(line => line.StartsWith("To:", StringComparison.Ordinal));
        return to[(to.IndexOf("tag=", StringComparison.Ordinal) + 4)..];
    }

    private static string Request(string method, int sequence, string tag = "", string more = "", string body = "") =>
        $"{method} sip:codec@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{(method is "CANCEL" ? "INVITE" : method)}{sequence}\r\n"
        + $"From: <sip:gw@127.0.0.1>;tag=a\r\nTo: <sip:codec@127.0.0.1>{(tag.Length > 0 ? ";tag=" + tag : "")}\r\nCall-ID: 1\r\nCSeq: {sequence} {method}\r\n"
        + $"Contact: <sip:gw@127.0.0.1>\r\n{more}{(body.Length > 0 ? "Content-Type: application/sdp\r\n" : "")}Content-Length: {body.Length}\r\n\r\n{body}";
}

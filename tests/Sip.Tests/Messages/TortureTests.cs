using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class TortureTests
{
    public static TheoryData<string> Names => [.. Torture.All.Select(m => m.Name)];

    [Fact]
    public void The_list_is_whole() => Assert.Equal(49, Torture.All.Select(m => m.Name).Distinct().Count());

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_message_gets_its_documented_verdict(string name)
    {
        var expected = Torture.Named(name);

        var verdict = SipParser.ReadDatagram(expected.Octets, out _);

        Assert.Equal((expected.Fault, expected.Status), (verdict.Fault, verdict.Status));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_accepted_is_accepted_again_after_writing(string name)
    {
        var expected = Torture.Named(name);
        if (expected.Fault != SipFault.None) return;
        SipParser.ReadDatagram(expected.Octets, out var message);

        var verdict = SipParser.ReadDatagram(SipWriter.ToBytes(message!), out var again);

        Assert.Equal(SipVerdict.Accepted, verdict);
        Assert.Equal(message!.ToString(), again!.ToString());
        Assert.Equal(Fields(message), Fields(again));
        Assert.Equal(message.Body.ToArray(), again.Body.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cut_at_any_octet_no_message_harms(string name)
    {
        var octets = Torture.Named(name).Octets;

        for (var length = 0; length < octets.Length; length++)
        {
            var verdict = SipParser.ReadDatagram(octets.AsSpan(0, length), out var message);
            Assert.True(!verdict.IsAccepted || message is not null);
        }
    }

    [Fact]
    public void White_space_and_compact_forms_of_wsinv_are_read()
    {
        var request = Request("wsinv");

        Assert.Equal("1918181833n", request.To!.Tag);
        Assert.Equal("98asjd8", request.From!.Tag);
        Assert.Equal("C Clerk \\\"", request.From.DisplayName);
        Assert.Equal(new SipSequence(9, "INVITE"), request.Sequence);
        Assert.Equal("newfangled value continued newfangled value", request.Headers["NewFangledHeader"]);
        Assert.Equal(3, request.Headers.Values("via").Count);
        Assert.Equal("192.0.2.2", request.Via!.Host);
        Assert.Equal("newvalue", request.Headers.Addresses("Contact").Single().Parameters["newparam"]);
        Assert.True(request.Headers.Addresses("Route").Single().Uri.IsLooseRouter);
        Assert.Equal("", request.Headers["Subject"]);
    }

    [Fact]
    public void Odd_names_of_intmeth_survive()
    {
        var request = Request("intmeth");

        Assert.Equal("!odd-Method0123456789_*+`.%allowed'~", request.Method);
        Assert.Equal("1_strange.URI~(so-be!it)&isn't+it$/crazy?,/;;*", request.Uri!.User);
        Assert.Equal("BEL:\u0007 NUL:\0 DEL:\u007f", request.To!.DisplayName);
        Assert.Equal("大停電", SipGrammar.Shown(request.Headers["extensionHeader-!.%*+_`'~"]!));
    }

    [Fact]
    public void Escapes_count_where_they_are_escapes_and_nowhere_else()
    {
        var first = Request("esc01");
        var second = Request("esc02");

        Assert.True(first.To!.Uri.IsSameAs(SipUri.Parse("sip:user@court.example")));
        Assert.Equal("court.net.example", first.Uri!.Host);
        Assert.Equal("RE%47IST%45R", second.Method);
        Assert.Equal(2, second.Headers.Addresses("Contact").Count);
    }

    [Fact]
    public void Octets_behind_the_stated_length_of_a_datagram_are_left_out()
    {
        var request = Request("dblreq");

        Assert.Equal("REGISTER", request.Method);
        Assert.True(request.Body.IsEmpty);
    }

    [Fact]
    public void Parts_of_a_multipart_body_are_found_behind_binary_octets()
    {
        var request = Request("mpart01");

        Assert.True(SipMultipart.TryRead(request.Headers["Content-Type"]!, request.Body, out var parts));
        Assert.Equal(["text/plain", "application/octet-stream"], parts.Select(p => p.ContentType));
        Assert.Equal("Hello", Encoding.ASCII.GetString(SipMultipart.Find(request, "text/plain").Span));
        Assert.Equal(0x80, parts[1].Body.Span[^1]);
    }

    [Fact]
    public void A_reason_in_another_language_is_shown_as_it_was_meant()
    {
        SipParser.ReadDatagram(Torture.Named("unreason").Octets, out var message);

        Assert.Equal("200 = 2**3 * 5**2 но сто девяносто девять - простое", message!.ToString());
    }

    [Fact]
    public void A_refused_request_can_still_be_answered()
    {
        foreach (var name in (string[])["clerr", "ltgtruri", "badvers", "mismatch02", "baddate"])
        {
            SipParser.ReadDatagram(Torture.Named(name).Octets, out var message);
            Assert.NotNull(message!.Via);
            Assert.NotEqual("", message.CallId);
        }
    }

    private static SipRequest Request(string name)
    {
        Assert.Equal(SipVerdict.Accepted, SipParser.ReadDatagram(Torture.Named(name).Octets, out var message));
        return Assert.IsType<SipRequest>(message);
    }

    private static string[] Fields(SipMessage message) =>
        [.. message.Headers.Where(h => h.Name != SipHeaders.ContentLength).Select(h => h.Name + ": " + h.Value)];
}

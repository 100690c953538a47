namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class GrammarTests
{
    [Theory]
    [InlineData("sip:a@b")]
    [InlineData("sip:b:5060;transport=tcp;lr")]
    [InlineData("sips:a:pw@[2001:db8::1]:5061;x=y?Subject=hi&Priority=urgent")]
    [InlineData("sip:%61@b.example.")]
    [InlineData("tel:+8610123")]
    [InlineData("sip:gw_1@room_3.court.example")]
    public void Uris_come_back_as_they_were(string text)
    {
        Assert.True(SipUri.TryParse(text, out var uri));
        Assert.Equal(text, uri.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip:")]
    [InlineData("sip:@b")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@b:0")]
    [InlineData("sip:a@b:65536")]
    [InlineData("sip:a@b:")]
    [InlineData("sip:a@b;")]
    [InlineData("sip:a@b;=x")]
    [InlineData("sip:a@b;x=")]
    [InlineData("sip:a%4@b")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a@[::1")]
    [InlineData("sip:a@[zz]")]
    [InlineData("sip:a b@c")]
    [InlineData("sip:a@b\r\nX: y")]
    [InlineData("a@b")]
    [InlineData(":a")]
    [InlineData("sip:a@b?")]
    public void Broken_uris_are_refused(string text) => Assert.False(SipUri.TryParse(text, out _));

    [Theory]
    [InlineData("sip:%61lice@Court.example;Transport=TCP", "sip:alice@court.EXAMPLE;transport=tcp", true)]
    [InlineData("sip:a@b", "sip:A@b", false)]
    [InlineData("sip:a@b", "sip:a@b:5060", false)]
    [InlineData("sip:a@b", "sip:a@b;transport=udp", false)]
    [InlineData("sip:a@b;newparam=5", "sip:a@b", true)]
    [InlineData("sip:a@b;newparam=5", "sip:a@b;newparam=6", false)]
    [InlineData("sip:a@b", "sips:a@b", false)]
    public void Uris_compare_by_section_19_1_4(string a, string b, bool same)
    {
        Assert.Equal(same, SipUri.Parse(a).IsSameAs(SipUri.Parse(b)));
        Assert.Equal(same, SipUri.Parse(b).IsSameAs(SipUri.Parse(a)));
    }

    [Fact]
    public void Lists_are_cut_at_commas_outside_quotes_and_brackets()
    {
        var headers = new SipHeaderList().Add("Contact", "\"a, \\\" b\" <sip:x,y@h>;p=1 , <sip:z@h>,, sip:w@h;q=0.5");

        Assert.Equal(["\"a, \\\" b\" <sip:x,y@h>;p=1", "<sip:z@h>", "sip:w@h;q=0.5"], headers.Values("Contact"));
        Assert.Equal(["x,y", "z", "w"], headers.Addresses("Contact").Select(a => a.Uri.User!));
    }

    [Fact]
    public void An_empty_element_before_the_topmost_Via_is_passed_over()
    {
        var octets = Torture.Wire("OPTIONS sip:a@b SIP/2.0\nVia: , SIP/2.0/UDP h;branch=z9hG4bK1, SIP/2.0/UDP g\nFrom: <sip:f@b>;tag=1\nTo: <sip:t@b>\nCall-ID: x\nCSeq: 1 OPTIONS\n\n");

        Assert.Equal(SipVerdict.Accepted, SipParser.ReadDatagram(octets, out var message));
        message!.ReplaceTopVia(message.Via! with { Host = "other" });

        Assert.Equal(["SIP/2.0/UDP other;branch=z9hG4bK1", "SIP/2.0/UDP g"], message.Headers.Values("Via"));
    }

    [Fact]
    public void A_value_that_would_break_out_of_its_line_is_a_bug_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => new SipHeaderList().Add("Subject", "hello\r\nTo: <sip:evil@h>"));

    [Fact]
    public void A_display_name_of_any_text_survives_quoting()
    {
        var name = SipGrammar.Octets("第三审判庭 \"3\" \\");

        Assert.True(SipAddress.TryParse(new SipAddress(name, SipUri.Parse("sip:a@b"), SipParameters.None).ToString(), out var read));
        Assert.Equal("第三审判庭 \"3\" \\", SipGrammar.Shown(read.DisplayName!));
    }
}

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>What the user agent answers to strangers, and the upper half of the torture list.</summary>
public sealed class ServerRulesTests
{
    /// <summary>0: nothing comes back. REGISTER is refused with 405 throughout: we are no registrar.</summary>
    [Theory]
    [InlineData("badbranch", 200)]
    [InlineData("insuf", 400)]
    [InlineData("unkscm", 416)]
    [InlineData("novelsc", 416)]
    [InlineData("unksm2", 405)]
    [InlineData("bext01", 420)]
    [InlineData("invut", 415)]
    [InlineData("regaut01", 405)]
    [InlineData("multi01", 400)]
    [InlineData("mcl01", 400)]
    [InlineData("bcast", 0)]
    [InlineData("zeromf", 200)]
    [InlineData("cparam01", 405)]
    [InlineData("cparam02", 405)]
    [InlineData("regescrt", 405)]
    [InlineData("sdp01", 406)]
    [InlineData("intmeth", 501)]
    [InlineData("esc02", 501)]
    [InlineData("badvers", 505)]
    [InlineData("mismatch01", 400)]
    [InlineData("mismatch02", 501)]
    [InlineData("semiuri", 200)]
    [InlineData("transports", 200)]
    [InlineData("bigcode", 0)]
    [InlineData("scalarlg", 0)]
    [InlineData("unreason", 0)]
    public async Task Torture_messages_are_answered_as_documented(string name, int status)
    {
        await using var bench = new SipBench();
        var stack = bench.Stack();
        var answers = new List<SipResponse>();
        var source = new SipPeer(SipProtocol.Udp, new(System.Net.IPAddress.Parse("10.9.0.99"), 5060));
        for (var port = 5060; port < 5062; port++) bench.Net.Place(source with { EndPoint = new(source.EndPoint.Address, port) }, Keep);
        void Keep(SipPeer from, ReadOnlyMemory<byte> octets)
        {
            var verdict = SipParser.ReadDatagram(octets.Span, out var message);
            Assert.True(verdict.IsAccepted || name == "insuf", $"our answer to {name}: {verdict}");
            answers.Add((SipResponse)message!);
        }

        bench.Net.Carry(source, source with { EndPoint = stack.LocalEndPoint(SipProtocol.Udp) }, Torture.Named(name).Octets);
        await bench.SettleAsync();

        Assert.Equal(status == 0 ? [] : [status], answers.Where(a => a.Status >= 200).Select(a => a.Status).Take(2));
        if (status == 420) Assert.Equal("nothingSupportsThis, nothingSupportsThisEither", answers[0].Headers["Unsupported"]);
        if (status is 405 or 501 && name != "mismatch02") Assert.Contains("INVITE", answers[0].Headers["Allow"], StringComparison.Ordinal);
        await bench.PassAsync(70);
    }

    [Fact]
    public async Task Nobody_at_the_desk_means_busy_and_texts_are_refused()
    {
        await using var bench = new SipBench();
        var (a, b) = (bench.Stack(), bench.Stack());
        var identity = new SipIdentity(SipUri.Parse("sip:a@b"));
        var target = SipUri.Parse($"sip:{b.LocalEndPoint(SipProtocol.Udp)}");

        var call = await bench.UntilAsync(a.Call(new(identity, target, new(System.Net.IPAddress.Loopback, 0)), new CallLog()).Ended);
        var text = await bench.UntilAsync(a.MessageAsync(new(identity, target, TimeSpan.FromSeconds(9)), "hi",
            TestContext.Current.CancellationToken));
        var options = await bench.UntilAsync(a.OptionsAsync(new(identity, target, TimeSpan.FromSeconds(9)),
            TestContext.Current.CancellationToken));

        Assert.Equal((SipCallEnd.Refused, 486), (call.End, call.Status));
        Assert.Equal(405, text.Status);
        Assert.Equal((200, "AvGateway"), (options.Status, options.Product));
        Assert.Contains("REFER", options.Allow);
    }

    [Fact]
    public async Task Texts_and_notices_reach_the_desk()
    {
        await using var bench = new SipBench();
        var (a, b, desk) = (bench.Stack(), bench.Stack(), new Desk());
        b.Incoming = desk;
        var ask = new SipAsk(new(SipUri.Parse("sip:a@b")), SipUri.Parse($"sip:{b.LocalEndPoint(SipProtocol.Udp)}"),
            TimeSpan.FromSeconds(9));

        Assert.Equal(200, (await bench.UntilAsync(a.MessageAsync(ask, "第三审判庭：设备故障", TestContext.Current.CancellationToken))).Status);
        Assert.Equal(200, (await bench.UntilAsync(a.NotifyAsync(ask, "check-sync;reboot=true",
            TestContext.Current.CancellationToken))).Status);
        Assert.Equal(513, (await a.MessageAsync(ask, new string('x', 1001), TestContext.Current.CancellationToken)).Status);

        Assert.Equal(["第三审判庭：设备故障"], desk.Texts);
        Assert.Equal(["check-sync;reboot=true"], desk.Notices);
    }

    [Fact]
    public async Task An_observer_that_fails_does_not_stop_the_stack()
    {
        await using var bench = new SipBench();
        var (a, b) = (bench.Stack(), bench.Stack());
        b.Incoming = new Desk { OnCall = _ => throw new InvalidOperationException("bug") };
        var target = SipUri.Parse($"sip:{b.LocalEndPoint(SipProtocol.Udp)}");
        var ask = new SipAsk(new(SipUri.Parse("sip:a@b")), target, TimeSpan.FromSeconds(9));

        var call = a.Call(new(ask.Identity, target, new(System.Net.IPAddress.Loopback, 0)), new CallLog());
        await bench.SettleAsync();

        Assert.Equal(200, (await bench.UntilAsync(a.OptionsAsync(ask, TestContext.Current.CancellationToken))).Status);
        await bench.UntilAsync(call.HangUpAsync());
        Assert.Contains("bug", Assert.Single(bench.TakeFaults()), StringComparison.Ordinal);
    }
}

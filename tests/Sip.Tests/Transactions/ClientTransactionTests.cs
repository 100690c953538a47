namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>RFC 3261 §17.1 and RFC 6026, at exact times.</summary>
public sealed class ClientTransactionTests
{
    private static readonly SipIdentity Me = new(SipUri.Parse("sip:gw@court.example"));

    [Fact]
    public async Task An_unanswered_request_goes_out_eleven_times_in_32_seconds()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var began = bench.Clock.GetUtcNow();

        var answer = await bench.UntilAsync(stack.OptionsAsync(Ask(peer, 60), TestContext.Current.CancellationToken));

        Assert.Equal(SipFailure.TimedOut, answer.Failure);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], peer.Heard.Select(h => (h.At - began).TotalSeconds));
        Assert.Equal(32, answer.Elapsed.TotalSeconds, 1);
    }

    [Fact]
    public async Task An_unanswered_invite_goes_out_seven_times()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var began = bench.Clock.GetUtcNow();

        var call = stack.Call(Plan(peer), new CallLog());
        var end = await bench.UntilAsync(call.Ended);

        Assert.Equal(SipCallEnd.Unreachable, end.End);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], peer.Heard.Select(h => (h.At - began).TotalSeconds));
    }

    [Fact]
    public async Task Over_a_reliable_transport_nothing_is_sent_twice()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(null, SipProtocol.Tcp), bench.Peer(SipProtocol.Tcp));

        var ask = new SipAsk(Me, SipUri.Parse($"sip:{peer.EndPoint};transport=tcp"), TimeSpan.FromSeconds(60));
        var answer = await bench.UntilAsync(stack.OptionsAsync(ask, TestContext.Current.CancellationToken));

        Assert.Equal(SipFailure.TimedOut, answer.Failure);
        Assert.Single(peer.Heard);
    }

    [Fact]
    public async Task The_callers_own_limit_ends_the_sending()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());

        var answer = await bench.UntilAsync(stack.OptionsAsync(Ask(peer, 4), TestContext.Current.CancellationToken));
        await bench.PassAsync(60);

        Assert.Equal(SipFailure.TimedOut, answer.Failure);
        Assert.Equal(4, peer.Heard.Count);
        Assert.Equal(0, stack.Counters.ClientTransactions);
    }

    [Fact]
    public async Task Icmp_ends_a_request_at_once()
    {
        await using var bench = new SipBench { Net = { HasIcmp = true } };
        var stack = bench.Stack();
        var ask = new SipAsk(Me, SipUri.Parse("sip:10.9.0.250"), TimeSpan.FromSeconds(30));

        var answer = await bench.UntilAsync(stack.OptionsAsync(ask, TestContext.Current.CancellationToken));

        Assert.Equal((SipFailure.Unreachable, 0), (answer.Failure, (int)answer.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task A_refused_invite_is_acknowledged_each_time_the_refusal_comes()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var call = stack.Call(Plan(peer), new CallLog());
        await bench.SettleAsync();
        var invite = peer.Last("INVITE");
        var busy = peer.Reply(invite, 486);

        foreach (var _ in Enumerable.Range(0, 3)) peer.Send(busy, Local(stack));
        var end = await bench.UntilAsync(call.Ended);

        Assert.Equal((SipCallEnd.Refused, 486), (end.End, end.Status));
        Assert.Equal(3, peer.Requests("ACK").Count);
        Assert.All(peer.Requests("ACK"), a => Assert.Equal(invite.Via!.Branch, a.Via!.Branch));
        Assert.All(peer.Requests("ACK"), a => Assert.Equal("peer", a.To!.Tag));
        await bench.PassAsync(33);
        Assert.Equal(0, stack.Counters.ClientTransactions);
    }

    [Fact]
    public async Task A_response_with_another_branch_or_method_is_nobodys()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var asked = stack.OptionsAsync(Ask(peer, 30), TestContext.Current.CancellationToken);
        await bench.SettleAsync();
        var request = peer.Last("OPTIONS");

        var foreign = peer.Reply(request, 200);
        foreign.ReplaceTopVia(request.Via! with { Parameters = request.Via.Parameters.With("branch", "z9hG4bKother") });
        peer.Send(foreign, Local(stack));
        var otherMethod = peer.Reply(request, 200);
        otherMethod.Headers.Set("CSeq", "1 REGISTER");
        peer.Send(otherMethod, Local(stack));
        await bench.SettleAsync();

        Assert.False(asked.IsCompleted);
        peer.Send(peer.Reply(request, 404), Local(stack));
        Assert.Equal(404, (await bench.UntilAsync(asked)).Status);
    }

    [Fact]
    public async Task A_large_request_goes_by_tcp_and_falls_back_to_udp_when_nobody_listens_there()
    {
        await using var bench = new SipBench();
        var stack = bench.Stack(null, SipProtocol.Udp, SipProtocol.Tcp);
        var udp = bench.Peer();
        udp.Reflex = r => udp.Reply(r, 200);

        var answer = await bench.UntilAsync(stack.MessageAsync(Ask(udp, 30), new string('x', 1000), TestContext.Current.CancellationToken));
        var small = udp.Heard.Count;
        var identity = Me with { DisplayName = new string('n', 400) };
        answer = await bench.UntilAsync(stack.MessageAsync(Ask(udp, 30) with { Identity = identity }, new string('x', 1000),
            TestContext.Current.CancellationToken));

        Assert.Equal(200, answer.Status);
        Assert.Equal("UDP", udp.Last("MESSAGE").Via!.Transport);
        var tcp = new RawPeer(bench.Net, new(SipProtocol.Tcp, udp.EndPoint));
        tcp.Reflex = r => tcp.Reply(r, 202);
        answer = await bench.UntilAsync(stack.MessageAsync(Ask(udp, 30) with { Identity = identity }, new string('x', 1000),
            TestContext.Current.CancellationToken));
        Assert.Equal(202, answer.Status);
        Assert.Equal("TCP", tcp.Last("MESSAGE").Via!.Transport);
        Assert.Equal(small + 1, udp.Heard.Count);
    }

    [Fact]
    public async Task When_the_table_is_full_the_caller_is_told_at_once()
    {
        await using var bench = new SipBench();
        var stack = bench.Stack(new() { Transactions = 2 });
        var peer = bench.Peer();

        var asked = Enumerable.Range(0, 3).Select(_ => stack.OptionsAsync(Ask(peer, 10), TestContext.Current.CancellationToken)).ToArray();
        await bench.SettleAsync();

        Assert.Equal(SipFailure.TooBusy, (await asked[2].WaitAsync(TimeSpan.FromSeconds(5),
            TestContext.Current.CancellationToken)).Failure);
        Assert.False(asked[0].IsCompleted);
        await bench.PassAsync(11);
    }

    internal static System.Net.IPEndPoint Local(SipStack stack) => stack.LocalEndPoint(SipProtocol.Udp);

    private static SipAsk Ask(RawPeer peer, double within) => new(Me, SipUri.Parse($"sip:{peer.EndPoint}"), TimeSpan.FromSeconds(within));

    private static SipCallPlan Plan(RawPeer peer) =>
        new(Me, SipUri.Parse($"sip:codec@{peer.EndPoint}"), new(System.Net.IPAddress.Parse("10.9.0.1"), 40_000));
}

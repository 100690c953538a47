using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>RFC 3261 §17.2 and §18.2: one answer for one request, however often it comes.</summary>
public sealed class ServerTransactionTests
{
    [Fact]
    public async Task A_repeated_request_gets_the_same_response_and_is_not_carried_out_again()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk());
        stack.Incoming = desk;

        foreach (var _ in Enumerable.Range(0, 3)) peer.Send(Text(peer, "r1", 1), Local(stack));
        await bench.SettleAsync();

        Assert.Single(desk.Texts);
        Assert.Equal(3, peer.Responses(200).Count);
        Assert.Single(peer.Responses(200).Select(r => r.To!.Tag).Distinct());
        await bench.PassAsync(33);
        Assert.Equal(0, stack.Counters.ServerTransactions);
    }

    [Fact]
    public async Task The_same_request_by_another_way_is_merged()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk());
        stack.Incoming = desk;

        peer.Send(Text(peer, "way1", 1), Local(stack));
        peer.Send(Text(peer, "way2", 1), Local(stack));
        await bench.SettleAsync();

        Assert.Single(desk.Texts);
        Assert.Single(peer.Responses(482));
    }

    [Fact]
    public async Task A_peer_of_rfc_2543_without_branch_is_matched_by_its_fields()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk());
        stack.Incoming = desk;
        var text = Text(peer, "x", 1).Replace(";branch=z9hG4bKx", "");

        peer.Send(text, Local(stack));
        peer.Send(text, Local(stack));
        await bench.SettleAsync();

        Assert.Single(desk.Texts);
        Assert.Equal(2, peer.Responses(200).Count);
    }

    [Fact]
    public async Task Rport_and_received_lead_the_response_home()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());

        peer.Send(Text(peer, "nat", 1).Replace(peer.EndPoint.ToString(), "192.168.1.5:5999;rport"), Local(stack));
        await bench.SettleAsync();

        var via = Assert.Single(peer.Responses(405)).Via!;
        Assert.Equal(("10.9.0.2", 5060), (via.Received, via.Rport));
    }

    [Fact]
    public async Task Without_rport_the_response_goes_to_the_stated_port_of_the_real_address()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var other = new RawPeer(bench.Net, new(SipProtocol.Udp, new(peer.EndPoint.Address, 5999)));

        peer.Send(Text(peer, "nat", 1).Replace(peer.EndPoint.ToString(), "forged.example:5999;maddr=10.9.0.77"), Local(stack));
        await bench.SettleAsync();

        Assert.Empty(peer.Heard);
        Assert.Equal("10.9.0.2", Assert.Single(other.Responses(405)).Via!.Received);
    }

    [Fact]
    public async Task A_refusal_of_an_invite_is_repeated_until_its_ack()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var invite = Invite(peer, "g1");

        peer.Send(invite, Local(stack));
        await bench.PassAsync(4);
        var before = peer.Responses(486).Count;
        peer.Send(Ack(peer, "g1", peer.Responses(486)[0].To!.ToString()), Local(stack));
        await bench.PassAsync(40);

        Assert.Equal(4, before);
        Assert.Equal(4, peer.Responses(486).Count);
        Assert.Equal(0, stack.Counters.ServerTransactions);
    }

    [Fact]
    public async Task A_refusal_that_nobody_acknowledges_ends_after_32_seconds()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());

        peer.Send(Invite(peer, "h1"), Local(stack));
        await bench.PassAsync(120);

        Assert.Equal(11, peer.Responses(486).Count);
        Assert.Equal(0, stack.Counters.ServerTransactions);
    }

    [Fact]
    public async Task A_flood_from_one_address_leaves_the_others_alone()
    {
        await using var bench = new SipBench();
        var stack = bench.Stack(new() { RequestsPerSecondAndSource = 5, RequestBurstOfSource = 10 });
        var (loud, quiet) = (bench.Peer(), bench.Peer());

        for (var i = 0; i < 100; i++) loud.Send(Text(loud, "f" + i, i + 1).Replace("Call-ID: ", $"Call-ID: {i}"), Local(stack));
        quiet.Send(Text(quiet, "q", 1), Local(stack));
        await bench.SettleAsync();

        Assert.Equal(10, loud.Responses(405).Count);
        Assert.Single(quiet.Responses(405));
        await bench.PassAsync(2);
        loud.Send(Text(loud, "later", 999), Local(stack));
        await bench.SettleAsync();
        Assert.Equal(11, loud.Responses(405).Count);
    }

    [Fact]
    public async Task A_full_table_answers_503_with_a_time_to_come_back()
    {
        await using var bench = new SipBench();
        var stack = bench.Stack(new() { Transactions = 3 });
        var peer = bench.Peer();

        for (var i = 0; i < 5; i++) peer.Send(Text(peer, "t" + i, i + 1), Local(stack));
        await bench.SettleAsync();

        Assert.Equal(3, peer.Responses(405).Count);
        Assert.Equal(2, peer.Responses(503).Count);
        Assert.All(peer.Responses(503), r => Assert.NotNull(r.Headers["Retry-After"]));
    }

    internal static string Text(RawPeer peer, string branch, int number) => $"""
        MESSAGE sip:gw@10.9.0.1 SIP/2.0
        Via: SIP/2.0/UDP {peer.EndPoint};branch=z9hG4bK{branch}
        From: <sip:a@b>;tag=1
        To: <sip:gw@10.9.0.1>
        Call-ID: texts
        CSeq: {number} MESSAGE
        Max-Forwards: 70
        Content-Type: text/plain
        Content-Length: 2

        hi
        """;

    private static IPEndPoint Local(SipStack stack) => stack.LocalEndPoint(SipProtocol.Udp);

    private static string Invite(RawPeer peer, string branch) => $"""
        INVITE sip:gw@10.9.0.1 SIP/2.0
        Via: SIP/2.0/UDP {peer.EndPoint};branch=z9hG4bK{branch}
        From: <sip:a@b>;tag=1
        To: <sip:gw@10.9.0.1>
        Call-ID: call-{branch}
        CSeq: 1 INVITE
        Contact: <sip:a@{peer.EndPoint}>
        Content-Length: 0


        """;

    private static string Ack(RawPeer peer, string branch, string to) => Invite(peer, branch)
        .Replace("INVITE", "ACK").Replace("To: <sip:gw@10.9.0.1>", "To: " + to);
}

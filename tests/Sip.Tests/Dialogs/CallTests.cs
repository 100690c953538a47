using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Calls between two of our stacks, and against peers that behave as real ones do on bad days.</summary>
public sealed class CallTests
{
    internal const string Sdp = "v=0\no=peer 1 1 IN IP4 10.9.0.2\ns=-\nc=IN IP4 10.9.0.2\nt=0 0\nm=audio 20000 RTP/AVP 8 0\n";
    private static readonly SipIdentity Me = new(SipUri.Parse("sip:gw@court.example"));
    private static readonly SipMediaPlan Media = new(IPAddress.Parse("10.9.0.1"), 40_000);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.3, 0.2)]
    public async Task A_call_is_set_up_held_resumed_and_hung_up(double loss, double twice)
    {
        await using var bench = new SipBench(7) { Net = { Loss = loss, Twice = twice } };
        var (a, b, desk) = Two(bench);
        var log = new CallLog();

        var call = a.Call(Plan(b), log);
        await bench.UntilAsync(log.Connected);
        Assert.Equal(200, call.Status.Status);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.9.0.2"), 42_000), call.Status.Media!.Remote);
        Assert.True((await bench.UntilAsync(call.HoldAsync())).IsSuccess);
        await bench.PassAsync(0.1);
        Assert.True(call.Status.IsHeld);
        Assert.Equal(SdpDirection.SendOnly, call.Status.Media!.Direction);
        Assert.True(desk.Calls[0].Status.IsHeldByPeer);
        Assert.True((await bench.UntilAsync(call.ResumeAsync())).IsSuccess);
        Assert.False(desk.Calls[0].Status.IsHeldByPeer);
        await bench.UntilAsync(call.HangUpAsync());

        Assert.Equal(SipCallEnd.HungUpHere, call.Status.End);
        Assert.Equal(SipCallEnd.HungUpThere, (await bench.UntilAsync(desk.Calls[0].Ended)).End);
        Assert.Equal([SipCallState.Ringing, SipCallState.Connected, SipCallState.Ending, SipCallState.Ended], log.Path);
        await bench.PassAsync(70);
        Assert.Equal((0, 0), (a.Counters.ClientTransactions + b.Counters.ClientTransactions,
            a.Counters.ServerTransactions + b.Counters.ServerTransactions));
        Assert.Equal((0, 0), (a.Dialogs, b.Dialogs));
    }

    [Fact]
    public async Task The_called_side_can_hang_up_too()
    {
        await using var bench = new SipBench();
        var (a, b, desk) = Two(bench);
        var log = new CallLog();

        var call = a.Call(Plan(b), log);
        await bench.UntilAsync(log.Connected);
        await bench.PassAsync(1);
        await bench.UntilAsync(desk.Calls[0].HangUpAsync());

        Assert.Equal(SipCallEnd.HungUpThere, (await bench.UntilAsync(call.Ended)).End);
    }

    [Fact]
    public async Task A_lost_bye_ends_the_call_here_within_32_seconds()
    {
        await using var bench = new SipBench();
        var (a, b, _) = Two(bench);
        var log = new CallLog();
        var call = a.Call(Plan(b), log);
        await bench.UntilAsync(log.Connected);
        bench.Net.Loss = 1;
        var began = bench.Clock.GetUtcNow();

        await bench.UntilAsync(call.HangUpAsync());

        Assert.Equal(SipCallState.Ended, call.Status.State);
        Assert.InRange((bench.Clock.GetUtcNow() - began).TotalSeconds, 31, 32.3);
    }

    [Fact]
    public async Task Cancel_waits_for_a_provisional_response()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var call = stack.Call(Plan(peer), new CallLog());
        await bench.SettleAsync();
        var hangUp = call.HangUpAsync();
        await bench.PassAsync(1);
        Assert.Empty(peer.Requests("CANCEL"));

        var invite = peer.Requests("INVITE")[0];
        peer.Send(peer.Reply(invite, 100), Local(stack));
        await bench.SettleAsync();
        var cancel = Assert.Single(peer.Requests("CANCEL"));
        peer.Send(peer.Reply(cancel, 200), Local(stack));
        peer.Send(peer.Reply(invite, 487), Local(stack));
        await bench.UntilAsync(hangUp);

        Assert.Equal((invite.Via!.Branch, 1u), (cancel.Via!.Branch, cancel.Sequence!.Value.Number));
        Assert.Null(cancel.To!.Tag);
        Assert.Single(peer.Requests("ACK"));
        Assert.Equal((SipCallEnd.HungUpHere, 487), (call.Status.End, call.Status.Status));
    }

    [Fact]
    public async Task A_2xx_that_crosses_the_cancel_is_acknowledged_and_hung_up()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var call = stack.Call(Plan(peer), new CallLog());
        await bench.SettleAsync();
        var invite = peer.Last("INVITE");
        peer.Send(peer.Reply(invite, 180), Local(stack));
        await bench.SettleAsync();
        var hangUp = call.HangUpAsync();
        await bench.SettleAsync();

        peer.Send(peer.Reply(invite, 200, sdp: Sdp), Local(stack));
        await bench.SettleAsync();
        var bye = Assert.Single(peer.Requests("BYE"));
        peer.Send(peer.Reply(bye, 200), Local(stack));
        await bench.UntilAsync(hangUp);

        Assert.Single(peer.Requests("CANCEL"));
        Assert.Single(peer.Requests("ACK"));
        Assert.Equal(SipCallEnd.HungUpHere, call.Status.End);
    }

    [Fact]
    public async Task A_peer_that_rings_for_ever_is_cancelled()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        peer.Reflex = r => r.Method switch { "INVITE" => peer.Reply(r, 180), "CANCEL" => peer.Reply(r, 200), _ => null };
        var call = stack.Call(Plan(peer) with { RingFor = TimeSpan.FromSeconds(10) }, new CallLog());

        var end = await bench.UntilAsync(call.Ended);

        Assert.Equal(SipCallEnd.NotAnswered, end.End);
        Assert.NotEmpty(peer.Requests("CANCEL"));
    }

    [Fact]
    public async Task Of_forked_answers_the_first_is_kept_and_the_others_are_acknowledged_and_hung_up()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var log = new CallLog();
        var call = stack.Call(Plan(peer), log);
        await bench.SettleAsync();
        var invite = peer.Last("INVITE");
        foreach (var tag in (string[])["one", "two", "three"]) peer.Send(peer.Reply(invite, 183, tag), Local(stack));

        foreach (var tag in (string[])["two", "one", "three", "two"]) peer.Send(peer.Reply(invite, 200, tag, Sdp), Local(stack));
        await bench.SettleAsync();

        Assert.Equal(SipCallState.Connected, call.Status.State);
        Assert.Equal(["two", "one", "three", "two"], peer.Requests("ACK").Select(a => a.To!.Tag!));
        Assert.Equal(["one", "three"], peer.Requests("BYE").Select(b => b.To!.Tag!));
        peer.Reflex = r => peer.Reply(r, 200);
        await bench.UntilAsync(call.HangUpAsync());
        Assert.Equal("two", peer.Last("BYE").To!.Tag);
    }

    [Fact]
    public async Task Requests_within_a_call_take_the_recorded_route_to_the_contact()
    {
        await using var bench = new SipBench();
        var (stack, peer, proxy) = (bench.Stack(), bench.Peer(), bench.Peer());
        var log = new CallLog();
        var call = stack.Call(Plan(peer), log);
        await bench.SettleAsync();
        var answer = peer.Reply(peer.Last("INVITE"), 200, sdp: Sdp);
        answer.Headers.Add("Record-Route", "<sip:far.example;lr>").Add("Record-Route", $"<sip:{proxy.EndPoint};lr;ftag=x>");

        peer.Send(answer, Local(stack));
        await bench.SettleAsync();
        _ = call.InfoAsync("text/plain", "x"u8.ToArray());
        await bench.SettleAsync();

        Assert.Equal($"sip:codec@{peer.EndPoint}", proxy.Last("ACK").Uri!.ToString());
        Assert.Equal([$"<sip:{proxy.EndPoint};lr;ftag=x>", "<sip:far.example;lr>"], proxy.Last("INFO").Headers.Values("Route"));
        Assert.Equal(2u, proxy.Last("INFO").Sequence!.Value.Number);
        Assert.Empty(peer.Requests("ACK"));
        proxy.Reflex = r => proxy.Reply(r, 200);
        await bench.UntilAsync(call.HangUpAsync());
    }

    [Fact]
    public async Task An_answer_without_a_common_codec_is_acknowledged_and_hung_up()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        peer.Reflex = r => r.Method switch
        {
            "INVITE" => peer.Reply(r, 200, sdp: Sdp.Replace("20000 RTP/AVP 8 0", "0 RTP/AVP 8")),
            "BYE" => peer.Reply(r, 200),
            _ => null,
        };

        var end = await bench.UntilAsync(stack.Call(Plan(peer), new CallLog()).Ended);

        Assert.Equal(SipCallEnd.NoCommonMedia, end.End);
        Assert.Equal("Q.850;cause=88", peer.Last("BYE").Headers["Reason"]);
    }

    [Fact]
    public async Task Video_is_refused_with_port_0_and_the_order_of_streams_is_kept()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk { OnCall = c => Desk.Accept(c, Media) });
        stack.Incoming = desk;

        peer.Send(Invite(peer, Sdp.Replace("m=audio", "m=video 30000 RTP/AVP 97\na=rtpmap:97 H264/90000\nm=audio") + "m=application 5000 UDP/BFCP *\n"), Local(stack));
        await bench.SettleAsync();

        Assert.True(SdpSession.TryParse(peer.Responses(200)[0].Body.Span, out var sdp));
        Assert.Equal([("video", 0), ("audio", 40_000), ("application", 0)], sdp.Media.Select(m => (m.Kind, m.Port)));
        Assert.Equal("8", Assert.Single(sdp.Media[1].Formats));
        await bench.PassAsync(40);
    }

    [Fact]
    public async Task Without_an_ack_the_2xx_is_repeated_and_the_call_is_hung_up_after_32_seconds()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk { OnCall = c => Desk.Accept(c, Media) });
        stack.Incoming = desk;

        peer.Send(Invite(peer, Sdp), Local(stack));
        await bench.PassAsync(31);
        Assert.Equal(10, peer.Responses(200).Count);
        Assert.NotEqual(SipCallState.Connected, desk.Calls[0].Status.State);
        Assert.Empty(peer.Requests("BYE"));
        await bench.PassAsync(2);
        peer.Send(peer.Reply(peer.Requests("BYE")[0], 200), Local(stack));

        Assert.Equal(SipCallEnd.NotAcknowledged, (await bench.UntilAsync(desk.Calls[0].Ended)).End);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_487_and_we_stop_ringing()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk { OnCall = c => _ = c.RingAsync() });
        stack.Incoming = desk;

        peer.Send(Invite(peer, Sdp), Local(stack));
        await bench.PassAsync(1);
        peer.Send(Invite(peer, "").Replace("INVITE", "CANCEL").Replace("Content-Type: application/sdp\n", ""), Local(stack));
        await bench.SettleAsync();

        Assert.Equal(SipCallEnd.HungUpThere, desk.Calls[0].Status.End);
        Assert.Single(peer.Responses(180));
        Assert.Equal([200], peer.Heard.Select(h => h.Message).OfType<SipResponse>().Where(r => r.Sequence!.Value.Method == "CANCEL").Select(r => r.Status));
        Assert.NotEmpty(peer.Responses(487));
        await bench.PassAsync(40);
    }

    [Theory]
    [InlineData(500, 1u, "Retry-After")]
    [InlineData(481, 9u, null)]
    public async Task Requests_out_of_order_or_of_another_call_are_refused(int status, uint number, string? field)
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk { OnCall = c => Desk.Accept(c, Media) });
        stack.Incoming = desk;
        await ConnectAsync(bench, stack, peer);

        var info = Within(peer, "INFO", number);
        if (status == 481) info.Headers.Set("From", "<sip:a@b>;tag=stranger");
        peer.Send(info, Local(stack));
        await bench.SettleAsync();

        var refusal = Assert.Single(peer.Responses(status));
        if (field is not null) Assert.NotNull(refusal.Headers[field]);
        Assert.Empty(desk.Log.Texts);
    }

    [Fact]
    public async Task Two_re_invites_that_cross_both_get_491_and_ours_is_tried_again()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        peer.Reflex = r => r.Method == "INVITE" && r.To!.Tag is null ? peer.Reply(r, 200, sdp: Sdp) : null;
        var log = new CallLog();
        var call = stack.Call(Plan(peer), log);
        await bench.UntilAsync(log.Connected);
        var first = peer.Last("INVITE");
        var holding = call.HoldAsync();
        await bench.SettleAsync();

        var theirs = new SipRequest("INVITE", SipUri.Parse($"sip:{Local(stack)}"));
        theirs.Headers.Add("Via", $"SIP/2.0/UDP {peer.EndPoint};branch=z9hG4bKcross").Add("From", first.To!.WithTag("peer").ToString())
            .Add("To", first.From!.ToString()).Add("Call-ID", first.CallId).Add("CSeq", "1 INVITE").Add("Contact",
                $"<sip:codec@{peer.EndPoint}>");
        peer.Send(theirs, Local(stack));
        peer.Send(peer.Reply(peer.Last("INVITE"), 491), Local(stack));
        await bench.SettleAsync();
        Assert.Single(peer.Responses(491));
        var before = peer.Requests("INVITE").Count;
        await bench.PassAsync(2.05);
        Assert.Equal(before, peer.Requests("INVITE").Count);
        peer.Reflex = r => r.Method is "INVITE" or "BYE" ? peer.Reply(r, 200, sdp: Sdp + "a=recvonly\n") : null;

        Assert.True((await bench.UntilAsync(holding)).IsSuccess);
        Assert.True(call.Status.IsHeld);
        await bench.UntilAsync(call.HangUpAsync());
    }

    [Fact]
    public async Task A_peer_that_has_forgotten_the_call_ends_it()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        peer.Reflex = r => r.Method == "INVITE" ? peer.Reply(r, 200, sdp: Sdp) : r.Method is "INFO" or "BYE" ? peer.Reply(r, 481) : null;
        var log = new CallLog();
        var call = stack.Call(Plan(peer), log);
        await bench.UntilAsync(log.Connected);

        var answer = await bench.UntilAsync(call.InfoAsync("text/plain", default));

        Assert.Equal(481, answer.Status);
        Assert.Equal(SipCallEnd.Vanished, (await bench.UntilAsync(call.Ended)).End);
    }

    [Fact]
    public async Task A_session_that_the_peer_does_not_refresh_is_ended_before_its_time()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        peer.Reflex = r =>
        {
            var reply = r.Method == "INVITE" ? peer.Reply(r, 200, sdp: Sdp) : r.Method == "BYE" ? peer.Reply(r, 200) : null;
            if (r.Method == "INVITE") reply!.Headers.Add("Session-Expires", "300;refresher=uas").Add("Require", "timer");
            return reply;
        };
        var log = new CallLog();
        var call = stack.Call(Plan(peer), log);
        await bench.UntilAsync(log.Connected);

        await bench.PassAsync(267);
        Assert.Equal(SipCallState.Connected, call.Status.State);
        await bench.PassAsync(2);

        Assert.Equal(SipCallEnd.Vanished, call.Status.End);
    }

    [Fact]
    public async Task We_refresh_at_half_of_the_interval_and_accept_a_longer_one()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        peer.Reflex = r =>
        {
            if (r.Method is "ACK" or "CANCEL") return null;
            if (r.Headers["Session-Expires"]?.StartsWith("90", StringComparison.Ordinal) == true)
            {
                var small = peer.Reply(r, 422);
                small.Headers.Add("Min-SE", "200");
                return small;
            }

            var reply = peer.Reply(r, 200, sdp: Sdp);
            reply.Headers.Add("Session-Expires", "200;refresher=uac");
            return reply;
        };
        var log = new CallLog();
        var call = stack.Call(Plan(peer) with { SessionInterval = TimeSpan.FromSeconds(90) }, log);
        await bench.UntilAsync(log.Connected);
        var before = peer.Requests("INVITE").Count;

        await bench.PassAsync(450);

        Assert.Equal(4, peer.Requests("INVITE").Count - before);
        Assert.Equal("200;refresher=uac", peer.Last("INVITE").Headers["Session-Expires"]);
        Assert.Equal(SipCallState.Connected, call.Status.State);
        await bench.UntilAsync(call.HangUpAsync());
    }

    [Fact]
    public async Task An_offer_that_comes_late_is_taken_from_the_ack()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk { OnCall = c => Desk.Accept(c, Media) });
        stack.Incoming = desk;
        peer.Send(Invite(peer, ""), Local(stack));
        await bench.SettleAsync();
        var ack = Within(peer, "ACK", 1);
        ack.SetBody("application/sdp", Torture.Wire("\n\n" + Sdp).AsMemory(4));

        peer.Send(ack, Local(stack));
        await bench.SettleAsync();

        Assert.Equal(SipCallState.Connected, desk.Calls[0].Status.State);
        Assert.Equal(20_000, desk.Calls[0].Status.Media!.Remote!.Port);
        peer.Send(Within(peer, "BYE", 2), Local(stack));
        await bench.SettleAsync();
        Assert.Equal(SipCallEnd.HungUpThere, desk.Calls[0].Status.End);
    }

    [Fact]
    public async Task Refer_is_carried_out_and_reported_step_by_step()
    {
        await using var bench = new SipBench();
        var (a, b, desk) = Two(bench);
        desk.Log = new() { AcceptsRefer = true };
        var log = new CallLog();
        var call = a.Call(Plan(b), log);
        await bench.UntilAsync(log.Connected);
        await bench.PassAsync(1);

        Assert.Equal(202, (await bench.UntilAsync(call.ReferAsync(SipUri.Parse("sip:room5@court.example")))).Status);
        await bench.SettleAsync();
        await bench.UntilAsync(desk.Log.Referral!.ReportAsync(180));
        await bench.UntilAsync(desk.Log.Referral.ReportAsync(200));
        await bench.SettleAsync();

        Assert.Equal("sip:room5@court.example", desk.Log.ReferTarget!.ToString());
        Assert.Equal([100, 180, 200], log.Progress);
        await bench.UntilAsync(call.HangUpAsync());
    }

    [Fact]
    public async Task Texts_within_a_call_reach_the_observer_and_unknown_methods_are_refused()
    {
        await using var bench = new SipBench();
        var (stack, peer, desk) = (bench.Stack(), bench.Peer(), new Desk { OnCall = c => Desk.Accept(c, Media) });
        stack.Incoming = desk;
        await ConnectAsync(bench, stack, peer);

        var info = Within(peer, "INFO", 2);
        info.SetBody("application/dtmf-relay", "Signal=5"u8.ToArray());
        peer.Send(info, Local(stack));
        peer.Send(Within(peer, "DANCE", 3), Local(stack));
        peer.Send(Within(peer, "PUBLISH", 4), Local(stack));
        await bench.SettleAsync();

        Assert.Equal([("INFO", "Signal=5")], desk.Log.Texts);
        Assert.Single(peer.Responses(501));
        Assert.Single(peer.Responses(405));
    }

    [Fact]
    public async Task Stopping_the_stack_hangs_up_what_is_connected()
    {
        await using var bench = new SipBench();
        var (a, b, desk) = Two(bench);
        var log = new CallLog();
        a.Call(Plan(b), log);
        await bench.UntilAsync(log.Connected);
        await bench.PassAsync(1);

        await a.DisposeAsync();
        await b.Loop.SettleAsync();

        Assert.Equal(SipCallEnd.HungUpThere, desk.Calls[0].Status.End);
    }

    private static IPEndPoint Local(SipStack stack) => stack.LocalEndPoint(SipProtocol.Udp);

    private static SipCallPlan Plan(RawPeer peer) => new(Me, SipUri.Parse($"sip:codec@{peer.EndPoint}"), Media);

    private static SipCallPlan Plan(SipStack stack) => new(Me, SipUri.Parse($"sip:codec@{Local(stack)}"), Media);

    private static (SipStack A, SipStack B, Desk Desk) Two(SipBench bench)
    {
        var (a, b) = (bench.Stack(), bench.Stack());
        var desk = new Desk
        {
            OnCall = c =>
            {
                _ = c.RingAsync();
                Desk.Accept(c, new(IPAddress.Parse("10.9.0.2"), 42_000));
            },
        };
        b.Incoming = desk;
        return (a, b, desk);
    }

    private static async Task ConnectAsync(SipBench bench, SipStack stack, RawPeer peer)
    {
        peer.Send(Invite(peer, Sdp), Local(stack));
        await bench.SettleAsync();
        peer.Send(Within(peer, "ACK", 1), Local(stack));
        await bench.SettleAsync();
    }

    private static string Invite(RawPeer peer, string sdp) => $"""
        INVITE sip:gw@10.9.0.1 SIP/2.0
        Via: SIP/2.0/UDP {peer.EndPoint};branch=z9hG4bKinv
        From: <sip:a@b>;tag=1
        To: <sip:gw@10.9.0.1>
        Call-ID: incoming
        CSeq: 1 INVITE
        Max-Forwards: 70
        Contact: <sip:a@{peer.EndPoint}>
        Content-Type: application/sdp
        Content-Length: {"{len}"}

        {sdp}
        """;

    private static SipRequest Within(RawPeer peer, string method, uint number)
    {
        var answer = peer.Responses(200)[0];
        var request = new SipRequest(method, SipUri.Parse("sip:gw@10.9.0.1:5060"));
        request.Headers.Add("Via", $"SIP/2.0/UDP {peer.EndPoint};branch=z9hG4bK{method}{number}").Add("From", answer.From!.ToString())
            .Add("To", answer.To!.ToString()).Add("Call-ID", answer.CallId).Add("CSeq", $"{number} {method}").Add("Max-Forwards", "70");
        return request;
    }
}

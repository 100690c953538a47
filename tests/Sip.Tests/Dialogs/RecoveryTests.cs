using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Late copies, stopping, and holds that cross.</summary>
public sealed class RecoveryTests
{
    private static readonly SipIdentity Me = new(SipUri.Parse("sip:gw@court.example"));
    private static readonly SipMediaPlan Media = new(IPAddress.Parse("10.9.0.1"), 40_000);

    [Fact]
    public async Task A_late_copy_of_the_first_2xx_does_not_hang_up_our_own_call()
    {
        await using var bench = new SipBench();
        var (stack, peer, log) = (bench.Stack(), bench.Peer(), new CallLog());
        peer.Reflex = r => r.Method is "ACK" or "CANCEL" ? null : peer.Reply(r, 200, sdp: CallTests.Sdp);
        var call = stack.Call(Plan(peer), log);
        await bench.UntilAsync(log.Connected);
        var first = peer.Reply(peer.Requests("INVITE")[0], 200, sdp: CallTests.Sdp);
        for (var i = 0; i < 8; i++) await bench.UntilAsync(i % 2 == 0 ? call.HoldAsync() : call.ResumeAsync());
        var acks = peer.Requests("ACK").Count;

        peer.Send(first, stack.LocalEndPoint(SipProtocol.Udp));
        await bench.PassAsync(1);

        Assert.Empty(peer.Requests("BYE"));
        Assert.Equal(acks + 1, peer.Requests("ACK").Count);
        Assert.Equal(1u, peer.Last("ACK").Sequence!.Value.Number);
        Assert.Equal(SipCallState.Connected, call.Status.State);
        await bench.UntilAsync(call.HangUpAsync());
    }

    [Fact]
    public async Task A_peer_that_answers_our_hold_with_inactive_can_be_resumed()
    {
        await using var bench = new SipBench();
        var (stack, peer, log) = (bench.Stack(), bench.Peer(), new CallLog());
        peer.Reflex = r => r.Method is "ACK" or "CANCEL" ? null
            : peer.Reply(r, 200, sdp: CallTests.Sdp + (r.BodyText.Contains("a=sendonly", StringComparison.Ordinal) ? "a=inactive\n" : ""));
        var call = stack.Call(Plan(peer), log);
        await bench.UntilAsync(log.Connected);

        await bench.UntilAsync(call.HoldAsync());
        Assert.True(call.Status is { IsHeld: true, IsHeldByPeer: false });
        await bench.UntilAsync(call.ResumeAsync());

        Assert.Contains("a=sendrecv", peer.Last("INVITE").BodyText, StringComparison.Ordinal);
        Assert.Equal(SdpDirection.SendReceive, call.Status.Media!.Direction);
        await bench.UntilAsync(call.HangUpAsync());
    }

    [Fact]
    public async Task Stopping_ends_everything_that_somebody_waits_for()
    {
        await using var bench = new SipBench();
        var (stack, peer) = (bench.Stack(), bench.Peer());
        var (ringing, asked) = (stack.Call(Plan(peer), new CallLog()),
            stack.OptionsAsync(new(Me, SipUri.Parse($"sip:{peer.EndPoint}"), TimeSpan.FromSeconds(30)),
                TestContext.Current.CancellationToken));
        await bench.SettleAsync();

        await stack.DisposeAsync();

        var limit = TimeSpan.FromSeconds(5);
        Assert.Equal(SipCallEnd.Stopped, (await ringing.Ended.WaitAsync(limit, TestContext.Current.CancellationToken)).End);
        Assert.Equal(SipFailure.Cancelled, (await asked.WaitAsync(limit, TestContext.Current.CancellationToken)).Failure);
        await ringing.HangUpAsync().WaitAsync(limit, TestContext.Current.CancellationToken);
        var late = await stack.OptionsAsync(new(Me, SipUri.Parse("sip:10.9.0.9"), limit), TestContext.Current.CancellationToken);
        Assert.Equal(SipFailure.Cancelled, late.Failure);
        await stack.DisposeAsync();
    }

    private static SipCallPlan Plan(RawPeer peer) => new(Me, SipUri.Parse($"sip:codec@{peer.EndPoint}"), Media);
}

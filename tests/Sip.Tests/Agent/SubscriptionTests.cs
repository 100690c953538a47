namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class SubscriptionTests
{
    private static readonly SipIdentity Me = new(SipUri.Parse("sip:gw@court.example"));

    [Fact]
    public async Task It_is_active_when_notified_and_refreshed_before_it_ends()
    {
        await using var bench = new SipBench();
        var (stack, notifier, log) = (bench.Stack(), bench.Peer(), new Log());
        notifier.Reflex = r => Accepted(notifier, r, 100);
        var subscription = stack.Subscribe(Plan(notifier), log);
        await bench.SettleAsync();
        Assert.Equal(SipSubscriptionState.Subscribing, subscription.Status.State);

        notifier.Send(Notify(notifier, stack, 1, "active;expires=100", "<dialog-info/>"), Local(stack));
        await bench.SettleAsync();
        Assert.Equal(SipSubscriptionState.Active, subscription.Status.State);
        Assert.Equal(["<dialog-info/>"], log.Bodies);
        await bench.PassAsync(81);

        var again = notifier.Last("SUBSCRIBE");
        Assert.Equal((2u, "n"), (again.Sequence!.Value.Number, again.To!.Tag));
        await bench.UntilAsync(subscription.DisposeAsync().AsTask());
        Assert.Equal("0", notifier.Last("SUBSCRIBE").Headers["Expires"]);
    }

    [Fact]
    public async Task Without_a_notify_there_is_no_subscription()
    {
        await using var bench = new SipBench();
        var (stack, notifier) = (bench.Stack(), bench.Peer());
        notifier.Reflex = r => Accepted(notifier, r, 3600);

        var subscription = stack.Subscribe(Plan(notifier), new Log());
        await bench.PassAsync(33);

        Assert.Equal((SipSubscriptionState.BackingOff, "not notified"), (subscription.Status.State, subscription.Status.Reason));
        await bench.PassAsync(6);
        Assert.Equal(2, notifier.Requests("SUBSCRIBE").Select(r => r.CallId).Distinct().Count());
        await bench.UntilAsync(subscription.DisposeAsync().AsTask());
    }

    [Theory]
    [InlineData("terminated;reason=deactivated", true)]
    [InlineData("terminated;reason=probation;retry-after=3", true)]
    [InlineData("terminated;reason=noresource", false)]
    [InlineData("terminated;reason=rejected", false)]
    public async Task The_reason_of_the_end_decides_whether_it_begins_anew(string state, bool again)
    {
        await using var bench = new SipBench();
        var (stack, notifier) = (bench.Stack(), bench.Peer());
        notifier.Reflex = r => Accepted(notifier, r, 3600);
        var subscription = stack.Subscribe(Plan(notifier), new Log());
        await bench.SettleAsync();

        notifier.Send(Notify(notifier, stack, 1, state, ""), Local(stack));
        await bench.PassAsync(5);

        Assert.Equal(again ? 2 : 1, notifier.Requests("SUBSCRIBE").Count);
        if (!again) Assert.Equal(SipSubscriptionState.Terminated, subscription.Status.State);
        await bench.UntilAsync(subscription.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_device_that_does_not_offer_the_event_is_left_alone()
    {
        await using var bench = new SipBench();
        var (stack, notifier) = (bench.Stack(), bench.Peer());
        notifier.Reflex = r => notifier.Reply(r, 489);

        var subscription = stack.Subscribe(Plan(notifier), new Log());
        await bench.PassAsync(4000);

        Assert.Equal((SipSubscriptionState.Terminated, "489"), (subscription.Status.State, subscription.Status.Reason));
        Assert.Single(notifier.Requests("SUBSCRIBE"));
        await subscription.DisposeAsync();
    }

    [Fact]
    public async Task Old_and_foreign_notifications_are_refused()
    {
        await using var bench = new SipBench();
        var (stack, notifier, log) = (bench.Stack(), bench.Peer(), new Log());
        notifier.Reflex = r => Accepted(notifier, r, 3600);
        var subscription = stack.Subscribe(Plan(notifier), log);
        await bench.SettleAsync();

        notifier.Send(Notify(notifier, stack, 5, "active", "new"), Local(stack));
        notifier.Send(Notify(notifier, stack, 4, "active", "old"), Local(stack));
        var foreign = Notify(notifier, stack, 6, "active", "foreign");
        foreign.Headers.Set("From", "<sip:x@y>;tag=other");
        notifier.Send(foreign, Local(stack));
        var other = Notify(notifier, stack, 7, "active", "event");
        other.Headers.Set("Event", "presence");
        notifier.Send(other, Local(stack));
        await bench.SettleAsync();

        Assert.Equal(["new"], log.Bodies);
        Assert.Equal([200, 500, 481, 489], notifier.Heard.Select(h => h.Message).OfType<SipResponse>().Select(r => r.Status));
        await bench.UntilAsync(subscription.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_device_is_asked_to_call_another_and_tells_how_it_went()
    {
        await using var bench = new SipBench();
        var (stack, device, log) = (bench.Stack(), bench.Peer(), new Log());
        device.Reflex = r => device.Reply(r, 202, "n");
        var refer = stack.Refer(new(Me, SipUri.Parse($"sip:codec@{device.EndPoint}"), TimeSpan.FromSeconds(30)),
            SipUri.Parse("sip:room5@court.example"), log);
        await bench.SettleAsync();
        var sent = device.Last("REFER");

        foreach (var (number, state, body) in ((uint, string, string)[])[(1, "active", "SIP/2.0 100 Trying"), (2, "terminated;reason=noresource", "SIP/2.0 200 OK")])
        {
            device.Send(Notify(device, stack, number, state, body, "refer", "REFER"), Local(stack));
        }

        await bench.SettleAsync();
        Assert.Equal("<sip:room5@court.example>", sent.Headers["Refer-To"]);
        Assert.Equal(["SIP/2.0 100 Trying", "SIP/2.0 200 OK"], log.Bodies);
        Assert.Equal(SipSubscriptionState.Terminated, refer.Status.State);
    }

    private static System.Net.IPEndPoint Local(SipStack stack) => stack.LocalEndPoint(SipProtocol.Udp);

    private static SipSubscriptionPlan Plan(RawPeer notifier) =>
        new(Me, SipUri.Parse($"sip:codec@{notifier.EndPoint}"), "dialog", DialogInfo.MediaType);

    private static SipResponse Accepted(RawPeer notifier, SipRequest request, int expires)
    {
        var reply = notifier.Reply(request, 200, "n");
        reply.Headers.Add("Expires", SipMessage.Text(expires));
        return reply;
    }

    private static SipRequest Notify(RawPeer notifier, SipStack stack, uint number, string state, string body, string package = "dialog",
        string method = "SUBSCRIBE")
    {
        var asked = notifier.Requests(method)[0];
        var request = new SipRequest("NOTIFY", SipUri.Parse($"sip:gw@{Local(stack)}"));
        request.Headers.Add("Via", $"SIP/2.0/UDP {notifier.EndPoint};branch=z9hG4bKn{number}").Add("From",
            asked.To!.WithTag("n").ToString())
            .Add("To", asked.From!.ToString()).Add("Call-ID", asked.CallId).Add("CSeq", $"{number} NOTIFY").Add("Contact",
                $"<sip:codec@{notifier.EndPoint}>")
            .Add("Event", package).Add("Subscription-State", state);
        if (body.Length > 0) request.SetBody("text/plain", System.Text.Encoding.UTF8.GetBytes(body));
        return request;
    }

    private sealed class Log : ISipSubscriptionObserver
    {
        public List<string> Bodies { get; } = [];

        public void Changed(SipSubscriptionStatus status)
        {
        }

        public void Notified(string? contentType, ReadOnlyMemory<byte> body) => Bodies.Add(System.Text.Encoding.UTF8.GetString(body.Span));
    }
}

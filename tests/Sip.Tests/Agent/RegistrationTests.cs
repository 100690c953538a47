using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task It_answers_the_challenge_refreshes_in_time_and_takes_only_its_own_contact_off()
    {
        await using var bench = new SipBench();
        var (stack, registrar, log) = (bench.Stack(), bench.Peer(), new RegistrationLog());
        registrar.Reflex = r => r.Headers["Authorization"] is null ? Challenge(registrar, r, "n1") : Granted(registrar, r, 600);

        var registration = stack.Register(Plan(registrar), log);
        await bench.SettleAsync();
        Assert.Equal(SipRegistrationState.Registered, registration.Status.State);
        Assert.Equal(TimeSpan.FromSeconds(600), registration.Status.Until - bench.Clock.GetUtcNow());
        await bench.PassAsync(481);

        var sent = registrar.Requests("REGISTER");
        Assert.Equal([1u, 2, 3, 4], sent.Select(r => r.Sequence!.Value.Number));
        Assert.Single(sent.Select(r => r.CallId).Distinct());
        await bench.UntilAsync(registration.DisposeAsync().AsTask());
        Assert.EndsWith("expires=0", registrar.Last("REGISTER").Headers["Contact"], StringComparison.Ordinal);
        Assert.Equal(SipRegistrationState.Unregistered, log.States[^1].State);
    }

    [Fact]
    public async Task A_refused_password_is_tried_once_and_never_again()
    {
        await using var bench = new SipBench();
        var (stack, registrar, log) = (bench.Stack(), bench.Peer(), new RegistrationLog());
        var nonce = 0;
        registrar.Reflex = r => Challenge(registrar, r, "n" + nonce++);
        var plan = Plan(registrar);

        var registration = stack.Register(plan, log);
        await bench.PassAsync(4000);
        registration.Refresh();
        await bench.PassAsync(60);
        var asked = await bench.UntilAsync(stack.OptionsAsync(new(plan.Identity, plan.Registrar, TimeSpan.FromSeconds(5)),
            TestContext.Current.CancellationToken));

        Assert.Equal(SipRegistrationState.Rejected, registration.Status.State);
        Assert.True(registration.Status.Last!.IsPasswordRefused);
        Assert.Single(registrar.Requests("REGISTER"), r => r.Headers["Authorization"] is not null);
        Assert.DoesNotContain(registrar.Requests("OPTIONS"), r => r.Headers["Authorization"] is not null);
        Assert.True(asked.IsPasswordRefused);
        await bench.UntilAsync(registration.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_stale_nonce_is_answered_anew_but_not_for_ever()
    {
        await using var bench = new SipBench();
        var (stack, registrar, log) = (bench.Stack(), bench.Peer(), new RegistrationLog());
        var nonce = 0;
        var stale = 2;
        registrar.Reflex = r =>
        {
            if (r.Headers["Authorization"] is { } field && nonce > stale) return Granted(registrar, r, 3600);
            return Challenge(registrar, r, "n" + nonce++, r.Headers["Authorization"] is not null);
        };

        var registration = stack.Register(Plan(registrar), log);
        await bench.SettleAsync();
        Assert.Equal(SipRegistrationState.Registered, registration.Status.State);

        stale = int.MaxValue;
        registrar.Forget();
        registration.Refresh();
        await bench.SettleAsync();
        Assert.InRange(registrar.Requests("REGISTER").Count, 2, 5);
        Assert.Equal(SipRegistrationState.Rejected, registration.Status.State);
        registrar.Reflex = r => Granted(registrar, r, 0);
        await bench.UntilAsync(registration.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_registrar_that_wants_longer_gets_it_and_one_that_is_down_is_tried_at_growing_gaps()
    {
        await using var bench = new SipBench();
        var (stack, registrar, log) = (bench.Stack(), bench.Peer(), new RegistrationLog());
        registrar.Reflex = r =>
        {
            if (r.Headers["Expires"] == "7200") return registrar.Reply(r, 503);
            var brief = registrar.Reply(r, 423);
            brief.Headers.Add("Min-Expires", "7200");
            return brief;
        };

        var registration = stack.Register(Plan(registrar), log);
        await bench.PassAsync(80);

        Assert.Equal(SipRegistrationState.BackingOff, registration.Status.State);
        var times = registrar.Heard.Skip(1).Select(h => h.At).ToArray();
        Assert.Equal([5, 10, 20, 40], times.Zip(times.Skip(1), (a, b) => (int)(b - a).TotalSeconds));
        registrar.Reflex = r => Granted(registrar, r, r.Headers["Contact"]!.EndsWith("=0", StringComparison.Ordinal) ? 0 : 7200);
        await bench.PassAsync(90);
        Assert.Equal(SipRegistrationState.Registered, registration.Status.State);
        await bench.UntilAsync(registration.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task The_grant_is_read_from_our_own_binding()
    {
        await using var bench = new SipBench();
        var (stack, registrar) = (bench.Stack(), bench.Peer());
        registrar.Reflex = r =>
        {
            var reply = SipReply.To(r, 200, "reg");
            reply.Headers.Add("Contact", "<sip:gw@192.0.2.9:5060>;expires=30, " + r.Headers["Contact"]!.Replace("expires=3600",
                "expires=1000")).Add("Expires", "77");
            return reply;
        };

        var registration = stack.Register(Plan(registrar), new RegistrationLog());
        await bench.SettleAsync();

        Assert.Equal(1000, (registration.Status.Until - bench.Clock.GetUtcNow())!.Value.TotalSeconds);
        Assert.Equal(800, (registration.Status.Next - bench.Clock.GetUtcNow())!.Value.TotalSeconds);
        await bench.UntilAsync(registration.DisposeAsync().AsTask());
    }

    private static SipRegistrationPlan Plan(RawPeer registrar) => new(
        new(SipUri.Parse("sip:gw@court.example")) { Credentials = new("gw", new Secret("s3cret")), DisplayName = "网关" },
        SipUri.Parse($"sip:{registrar.EndPoint}"));

    private static SipResponse Challenge(RawPeer registrar, SipRequest request, string nonce, bool stale = false)
    {
        var reply = registrar.Reply(request, 401);
        reply.Headers.Add("WWW-Authenticate", $"Digest realm=\"court\", nonce=\"{nonce}\", qop=\"auth\"{(stale ? ", stale=true" : "")}");
        return reply;
    }

    private static SipResponse Granted(RawPeer registrar, SipRequest request, int seconds)
    {
        var reply = SipReply.To(request, 200, "reg");
        if (!request.Headers["Contact"]!.EndsWith("=0", StringComparison.Ordinal))
            reply.Headers.Add("Contact", request.Headers["Contact"]!.Split(";expires")[0] + ";expires=" + seconds);
        return reply;
    }

    private sealed class RegistrationLog : ISipRegistrationObserver
    {
        public List<SipRegistrationStatus> States { get; } = [];

        public void Changed(SipRegistrationStatus status) => States.Add(status);
    }
}

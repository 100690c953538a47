namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Against sipp, both ways, over UDP and TCP, with loss.</summary>
public sealed class SippTests
{
    private static readonly SipMediaPlan NoMedia = new(System.Net.IPAddress.Loopback, 0);

    /// <summary>An ACK that sipp provoked by repeating its 200 may come after BYE, which sipp takes for a fault unless told otherwise.</summary>
    [Theory]
    [InlineData("u1", "", 300, 0)]
    [InlineData("u1", "", 100, 10)]
    [InlineData("t1", ";transport=tcp", 300, 0)]
    public async Task We_call(string mode, string parameters, int calls, int lost)
    {
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        await using var sipp = bench.Sipp(
            "uas-call", port, calls, null, "-t", mode, "-lost", $"{lost}", "-default_behaviors", "all,-abortunexp");
        await ReadyAsync(bench, sipp, port, parameters);
        using var gate = new SemaphoreSlim(50);

        var ends = await Task.WhenAll(Enumerable.Range(0, calls).Select(async _ =>
        {
            await gate.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                var log = new CallLog();
                var call = bench.Stack.Call(bench.Plan(port, parameters), log);
                await log.Connected.WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
                await call.HangUpAsync().WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
                return call.Status;
            }
            finally { gate.Release(); }
        }));

        Assert.All(ends, e => Assert.Equal((SipCallEnd.HungUpHere, 200), (e.End, e.Status)));
        await bench.SucceededAsync(sipp, "uas-call");
    }

    [Theory]
    [InlineData("u1", 400, 0)]
    [InlineData("u1", 100, 10)]
    [InlineData("t1", 400, 0)]
    public async Task We_are_called(string mode, int calls, int lost)
    {
        await using var bench = await PeerBench.OpenAsync();
        var desk = new Desk { OnCall = c => { _ = c.RingAsync(); Desk.Accept(c, NoMedia); } };
        bench.Stack.Incoming = desk;
        var target = mode == "t1" ? bench.Stack.PortOf(SipProtocol.Tcp)!.Value : bench.Udp;

        await using var sipp = bench.Sipp("uac-call", ForeignProgram.FreePort(), calls, target, "-t", mode, "-r", "200", "-lost",
            $"{lost}");
        await bench.SucceededAsync(sipp, "uac-call");

        Assert.Equal(calls, desk.Calls.Count);
        await Task.WhenAny(Task.WhenAll(desk.Calls.Select(c => c.Ended)), Task.Delay(40_000, TestContext.Current.CancellationToken));
        Assert.Equal([$"Ended HungUpThere"], desk.Calls.Select(c => $"{c.Status.State} {c.Status.End}").Distinct());
        Assert.Equal(0, bench.Stack.Dialogs);
    }

    [Fact]
    public async Task A_caller_gives_up()
    {
        await using var bench = await PeerBench.OpenAsync();
        var desk = new Desk { OnCall = c => _ = c.RingAsync() };
        bench.Stack.Incoming = desk;

        await using var sipp = bench.Sipp("uac-cancel", ForeignProgram.FreePort(), 20, bench.Udp);
        await bench.SucceededAsync(sipp, "uac-cancel");

        await RealTime.UntilAsync(() => desk.Calls.Count == 20 && desk.Calls.All(c => c.Status.End == SipCallEnd.HungUpThere), 10);
    }

    [Fact]
    public async Task We_give_up()
    {
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        await using var sipp = bench.Sipp("uas-cancel", port, 1);
        await RealTime.UntilAsync(() => IsBound(port), 10);
        var log = new CallLog();
        var call = bench.Stack.Call(bench.Plan(port), log);
        await RealTime.UntilAsync(() => call.Status.State == SipCallState.Ringing, 10);

        await call.HangUpAsync();

        Assert.Equal((SipCallEnd.HungUpHere, 487), (call.Status.End, call.Status.Status));
        await bench.SucceededAsync(sipp, "uas-cancel");
    }

    [Fact]
    public async Task Of_two_answers_the_second_is_hung_up()
    {
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        await using var sipp = bench.Sipp("uas-forked", port, 1);
        await RealTime.UntilAsync(() => IsBound(port), 10);
        var log = new CallLog();
        var call = bench.Stack.Call(bench.Plan(port), log);
        await log.Connected.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Task.Delay(300, TestContext.Current.CancellationToken);

        await call.HangUpAsync();

        Assert.Equal(SipCallEnd.HungUpHere, call.Status.End);
        await bench.SucceededAsync(sipp, "uas-forked");
    }

    [Fact]
    public async Task Options_are_asked_and_answered()
    {
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        await using var asked = bench.Sipp("uas-options", port, 50);
        await using var asking = bench.Sipp("uac-options", ForeignProgram.FreePort(), 200, bench.Udp, "-r", "200");
        await RealTime.UntilAsync(() => IsBound(port), 10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => bench.Stack.OptionsAsync(PeerBench.Ask(port),
            TestContext.Current.CancellationToken)));

        Assert.All(answers, a => Assert.Equal(200, a.Status));
        await bench.SucceededAsync(asked, "uas-options");
        await bench.SucceededAsync(asking, "uac-options");
    }

    /// <summary>60 s with AVGW_SIP_SECONDS=60.</summary>
    [Fact]
    public async Task Two_hundred_OPTIONS_a_second_both_ways_lose_none()
    {
        const int Rate = 200;
        var seconds = SipSettings.Number("AVGW_SIP_SECONDS", 4);
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        string[] patient = ["-timeout", $"{seconds + 90}s"];
        await using var asked = bench.Sipp("uas-options", port, Rate * seconds, null, patient);
        await RealTime.UntilAsync(() => IsBound(port), 20);
        await using var asking = bench.Sipp("uac-options", ForeignProgram.FreePort(), Rate * seconds, bench.Udp, ["-r", $"{Rate}", .. patient]);

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var asks = new List<Task<SipAnswer>>();
        while (asks.Count < Rate * seconds && await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < Rate / 20; i++) asks.Add(bench.Stack.OptionsAsync(PeerBench.Ask(port, 30), TestContext.Current.CancellationToken));
        }

        var answers = await Task.WhenAll(asks);
        Assert.All(answers, a => Assert.Equal(200, a.Status));
        await bench.SucceededAsync(asked, "uas-options", seconds + 90);
        await bench.SucceededAsync(asking, "uac-options", seconds + 90);
        SipSettings.Show($"OPTIONS at {Rate}/s for {seconds} s both ways: {answers.Length} of {answers.Length} answered, slowest {answers.Max(a => a.Elapsed.TotalMilliseconds):0} ms");
    }

    /// <summary>1,000 calls with AVGW_SIP_CALLS=1000.</summary>
    [Fact]
    public async Task Calls_through_ten_per_cent_of_loss_end_in_a_defined_state_within_the_timers()
    {
        var calls = SipSettings.Number("AVGW_SIP_CALLS", 60);
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        await using var sipp = bench.Sipp("uas-call", port, calls, null, "-lost", "10", "-default_behaviors", "all,-abortunexp", "-timeout", "900s");
        await ReadyAsync(bench, sipp, port, "");
        using var gate = new SemaphoreSlim(100);

        var ends = await Task.WhenAll(Enumerable.Range(0, calls).Select(async _ =>
        {
            await gate.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                var began = TimeProvider.System.GetTimestamp();
                var log = new CallLog();
                var call = bench.Stack.Call(bench.Plan(port), log);
                await Task.WhenAny(log.Connected, call.Ended);
                var connected = TimeProvider.System.GetElapsedTime(began);
                began = TimeProvider.System.GetTimestamp();
                await call.HangUpAsync();
                return (call.Status, Up: connected, Down: TimeProvider.System.GetElapsedTime(began));
            }
            finally { gate.Release(); }
        }));

        // Timer B for INVITE, and 64·T1 for the end of a call, with what a crowded machine adds.
        Assert.All(ends, e =>
        {
            Assert.Equal(SipCallState.Ended, e.Status.State);
            Assert.Contains(e.Status.End, (SipCallEnd[])[SipCallEnd.HungUpHere, SipCallEnd.Unreachable]);
            Assert.InRange(e.Up.TotalSeconds, 0, 40);
            Assert.InRange(e.Down.TotalSeconds, 0, 40);
        });
        Assert.Equal(0, bench.Stack.Dialogs);
        var reached = ends.Count(e => e.Status.End == SipCallEnd.HungUpHere);
        Assert.InRange(reached, calls * 0.98, calls);
        SipSettings.Show($"{calls} calls with 10 % loss: {reached} connected and hung up, {calls - reached} ended by timer; slowest set-up {ends.Max(e => e.Up.TotalSeconds):0.0} s, slowest end {ends.Max(e => e.Down.TotalSeconds):0.0} s");
    }

    [Fact]
    public async Task A_wrong_content_length_is_refused_and_never_believed()
    {
        await using var bench = await PeerBench.OpenAsync();
        var port = ForeignProgram.FreePort();
        await using var asking = bench.Sipp("uac-bad-length", ForeignProgram.FreePort(), 20, bench.Udp);
        await using var asked = bench.Sipp("uas-bad-length", port, 1);
        await RealTime.UntilAsync(() => IsBound(port), 10);

        var answer = await bench.Stack.OptionsAsync(PeerBench.Ask(port, 2), TestContext.Current.CancellationToken);

        Assert.Equal((0, SipFailure.TimedOut), (answer.Status, answer.Failure));
        await bench.SucceededAsync(asking, "uac-bad-length");
    }

    private static bool IsBound(int port) =>
        System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(e => e.Port == port);

    private static Task ReadyAsync(PeerBench bench, ForeignProgram sipp, int port, string parameters) => RealTime.UntilAsync(
        () => sipp.HasExited
            ? throw new InvalidOperationException(sipp.Output + bench.Directory)
            : parameters.Length == 0
                ? IsBound(port)
                : System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(e => e.Port == port),
        10);
}

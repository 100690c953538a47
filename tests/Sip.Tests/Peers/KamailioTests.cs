using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Through kamailio as registrar and proxy: digest, routes, calls both ways.</summary>
public sealed class KamailioTests
{
    private static readonly SipMediaPlan NoMedia = new(System.Net.IPAddress.Loopback, 0);

    [Theory]
    [InlineData("", "MD5")]
    [InlineData("", "SHA-256")]
    [InlineData(";transport=tcp", "MD5")]
    public async Task A_registered_device_is_called_and_told_through_the_proxy(string transport, string algorithm)
    {
        await using var caller = await PeerBench.OpenAsync();
        await using var called = await PeerBench.OpenAsync();
        var (kamailio, port) = await StartAsync(caller, algorithm);
        await using var running = kamailio;
        var (alice, bob) = (Identity("alice", port, transport), Identity("bob", port, transport));
        var desk = new Desk { OnCall = c => { _ = c.RingAsync(); Desk.Accept(c, NoMedia); } };
        called.Stack.Incoming = desk;
        var registration = called.Stack.Register(new(bob, SipUri.Parse("sip:court.example")), new Ignoring());
        await RealTime.UntilAsync(() => registration.Status.State == SipRegistrationState.Registered, 10);

        var text = await caller.Stack.MessageAsync(new(alice, bob.Address, TimeSpan.FromSeconds(10)), "hello 法庭",
            TestContext.Current.CancellationToken);
        var logs = new List<CallLog>();
        foreach (var hangsUpThere in (bool[])[false, true])
        {
            var log = new CallLog();
            logs.Add(log);
            var call = caller.Stack.Call(new(alice, bob.Address, NoMedia), log);
            await log.Connected.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            await RealTime.UntilAsync(() => desk.Calls[^1].Status.State == SipCallState.Connected, 10);
            if (hangsUpThere) await desk.Calls[^1].HangUpAsync();
            else await call.HangUpAsync();
            var end = await call.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            Assert.Equal(hangsUpThere ? SipCallEnd.HungUpThere : SipCallEnd.HungUpHere, end.End);
        }

        await registration.DisposeAsync();
        var gone = caller.Stack.Call(new(alice, bob.Address, NoMedia), new CallLog());
        Assert.Equal(404, (await gone.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Status);
        Assert.Equal(200, text.Status);
        Assert.Equal(["hello 法庭"], desk.Texts);
        Assert.Equal(algorithm == "MD5", alice.Credentials!.WasWeak);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";transport=tcp")]
    [InlineData(";transport=tls")]
    public async Task A_registration_is_refreshed_and_survives_the_restart_of_the_proxy(string transport)
    {
        var pair = ServerPair.Make();
        var any = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0);
        await using var bench = await PeerBench.OpenAsync(new()
        {
            Udp = any,
            Tcp = any,
            Tls = any,
            TlsTrust = new() { Pinned = [pair.Fingerprint] },
        });
        var (port, secure) = (ForeignProgram.FreePort(), ForeignProgram.FreePort());
        pair.Write(bench.Directory);
        var running = await StartAsync(bench, "SHA-256", port, secure);
        var identity = Identity("bob", transport.EndsWith("tls", StringComparison.Ordinal) ? secure : port, transport);
        var states = new States();
        var plan = new SipRegistrationPlan(identity, SipUri.Parse("sip:court.example")) { Expires = TimeSpan.FromSeconds(4) };
        await using var registration = bench.Stack.Register(plan, states);
        try
        {
            await RealTime.UntilAsync(() => states.Registered >= 3, 30);
            Assert.False(identity.Credentials!.WasWeak);

            await running.DisposeAsync();
            await RealTime.UntilAsync(() => registration.Status.State == SipRegistrationState.BackingOff, 60);
            running = await StartAsync(bench, "SHA-256", port, secure);
            var before = states.Registered;
            await RealTime.UntilAsync(() => states.Registered > before, 60);
        }
        finally
        {
            await registration.DisposeAsync();
            await running.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_wrong_password_is_sent_once()
    {
        await using var bench = await PeerBench.OpenAsync();
        var (kamailio, port) = await StartAsync(bench, "MD5");
        await using var running = kamailio;
        var identity = Identity("mallory", port, "", "wrong");

        var registration = bench.Stack.Register(new(identity, SipUri.Parse("sip:court.example")), new Ignoring());
        await RealTime.UntilAsync(() => registration.Status.State == SipRegistrationState.Rejected, 10);
        var text = await bench.Stack.MessageAsync(new(identity, identity.Address, TimeSpan.FromSeconds(10)), "x",
            TestContext.Current.CancellationToken);

        Assert.Equal((407, true), (text.Status, text.IsPasswordRefused));
        await registration.DisposeAsync();
    }

    private static SipIdentity Identity(string user, int port, string transport, string password = "s3cret") =>
        new(SipUri.Parse($"sip:{user}@court.example"))
        {
            Credentials = new(user, new Secret(password)),
            OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{port}{transport}"),
        };

    private static async Task<(ForeignProgram Program, int Port)> StartAsync(PeerBench bench, string algorithm)
    {
        ServerPair.Make().Write(bench.Directory);
        var port = ForeignProgram.FreePort();
        return (await StartAsync(bench, algorithm, port, ForeignProgram.FreePort()), port);
    }

    private static async Task<ForeignProgram> StartAsync(PeerBench bench, string algorithm, int port, int secure)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "scenarios", "kamailio.cfg"),
            TestContext.Current.CancellationToken);
        var file = Path.Combine(bench.Directory, "kamailio.cfg");
        await File.WriteAllTextAsync(file, text.Replace("PORT", $"{port}").Replace("SECURE", $"{secure}").Replace("FOLDER", bench.Directory).Replace("ALGORITHM", algorithm),
            TestContext.Current.CancellationToken);
        var program = ForeignProgram.Start("kamailio", "kamailio", bench.Directory, "-f", file, "-DD", "-E", "-Y", bench.Directory, "-m",
            "32", "-M", "8");
        try
        {
            var answered = false;
            for (var tries = 0; tries < 100 && !answered; tries++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                Assert.False(program.HasExited, program.Output);
                answered = (await bench.Stack.OptionsAsync(PeerBench.Ask(port, 0.5), TestContext.Current.CancellationToken)).IsAlive;
            }

            Assert.True(answered, program.Output);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    private sealed class Ignoring : ISipRegistrationObserver
    {
        public void Changed(SipRegistrationStatus status)
        {
        }
    }

    /// <summary>Counts how often the registrar has said yes.</summary>
    private sealed class States : ISipRegistrationObserver
    {
        private int _registered;

        public int Registered => Volatile.Read(ref _registered);

        public void Changed(SipRegistrationStatus status)
        {
            if (status.State == SipRegistrationState.Registered) Interlocked.Increment(ref _registered);
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Against baresip, a user agent with real media.</summary>
public sealed class BaresipTests
{
    [Fact]
    public async Task We_call_it_talk_hold_and_hang_up()
    {
        await using var bench = await PeerBench.OpenAsync();
        await using var peer = await Baresip.StartAsync(bench);
        var ports = new RtpPorts(Baresip.MediaAddress, 31_000, 31_900, 2);
        await using var media = RtpSession.TryOpen(ports, TimeProvider.System)!;
        var log = new CallLog();

        var options = await bench.Stack.OptionsAsync(PeerBench.Ask(peer.Port), TestContext.Current.CancellationToken);
        var call = bench.Stack.Call(new(PeerBench.Me, SipUri.Parse($"sip:codec@127.0.0.1:{peer.Port}"), media.Plan), log);
        await peer.Connected(log);
        media.Start(call.Status.Media!, 1000);
        await RealTime.UntilAsync(() => media.Measured is { Received: > 250, RoundTrip: not null }, 25);
        var measured = media.Measured;
        Assert.True((await call.HoldAsync()).IsSuccess);
        Assert.True((await call.ResumeAsync()).IsSuccess);
        await call.HangUpAsync();

        Assert.Contains("baresip", options.Product, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(SipCallEnd.HungUpHere, call.Status.End);
        Assert.InRange(measured.Loss, 0, 0.02);
        Assert.InRange(measured.Mos!.Value, 3.5, 4.5);
        Assert.NotNull(measured.FarMos);
    }

    [Fact]
    public async Task It_calls_us_and_hangs_up()
    {
        await using var bench = await PeerBench.OpenAsync();
        var ports = new RtpPorts(Baresip.MediaAddress, 31_900, 32_700, 2);
        await using var media = RtpSession.TryOpen(ports, TimeProvider.System)!;
        var desk = new Desk { OnCall = c => { _ = c.RingAsync(); Desk.Accept(c, media.Plan); } };
        bench.Stack.Incoming = desk;
        await using var peer = await Baresip.StartAsync(bench);

        await peer.CommandAsync("dial", $"sip:gw@127.0.0.1:{bench.Udp}");
        var call = await desk.First.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        await peer.Connected(desk.Log);
        media.Start(call.Status.Media!, 440);
        await RealTime.UntilAsync(() => media.Measured.Received > 50, 20);
        await peer.CommandAsync("hangup", "");

        Assert.Equal(SipCallEnd.HungUpThere, (await call.Ended.WaitAsync(TimeSpan.FromSeconds(10),
            TestContext.Current.CancellationToken)).End);
    }

    [Fact]
    public async Task Five_per_cent_of_loss_is_measured_as_five_per_cent_and_both_ways_are_counted()
    {
        await using var bench = await PeerBench.OpenAsync();
        await using var peer = await Baresip.StartAsync(bench);
        var ports = new RtpPorts(Baresip.MediaAddress, 32_700, 33_300, 2);
        await using var media = RtpSession.TryOpen(ports, TimeProvider.System)!;
        await using var lossy = new LossyPath(media.Plan, 5);
        var log = new CallLog();

        var call = bench.Stack.Call(new(PeerBench.Me, SipUri.Parse($"sip:codec@127.0.0.1:{peer.Port}"), lossy.Plan), log);
        await peer.Connected(log);
        media.Start(call.Status.Media!, 1000);
        await RealTime.UntilAsync(() => lossy.Passed >= 600, 60);
        var measured = media.Measured;
        await call.HangUpAsync();

        Assert.InRange(measured.Loss, 0.04, 0.06);
        Assert.InRange(measured.Received, 500, 700);
        Assert.InRange(measured.Sent, 400, 900);
        SipSettings.Show($"baresip, 5 % dropped on the way: measured {measured.Loss:P2} of {measured.Received + measured.Lost} packets, {measured.Sent} sent, jitter {measured.Jitter.TotalMilliseconds:0.0} ms");
    }

    /// <summary>The program with its control connection (netstrings of JSON).</summary>
    private sealed class Baresip(ForeignProgram program, TcpClient control, int port) : IAsyncDisposable
    {
        public int Port => port;

        /// <summary>
        /// It takes no media on lo: an address of another interface of this machine is needed, from which nothing leaves it.
        /// </summary>
        public static IPAddress MediaAddress => NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? throw new InvalidOperationException("baresip needs a network interface beside lo");

        public static async Task<Baresip> StartAsync(PeerBench bench)
        {
            var (port, controlPort) = (ForeignProgram.FreePort(), ForeignProgram.FreePort());
            var media = ForeignProgram.FreePort() & ~1;
            var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "scenarios", "baresip.config"),
                TestContext.Current.CancellationToken);
            text = text.Replace("PORTS", $"{media}-{media + 64}").Replace("PORT", $"{port}").Replace("CONTROL", $"{controlPort}");
            await File.WriteAllTextAsync(Path.Combine(bench.Directory, "config"), text, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(bench.Directory, "accounts"),
                $"<sip:codec@127.0.0.1:{port}>;regint=0;answermode=auto\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(bench.Directory, "contacts"), "", TestContext.Current.CancellationToken);
            var program = ForeignProgram.Start("baresip", "baresip-core", bench.Directory, "-f", bench.Directory, "-4");
            var control = new TcpClient();
            try
            {
                for (var tries = 0; !control.Connected; tries++)
                {
                    Assert.True(tries < 100 && !program.HasExited, program.Output);
                    try { await control.ConnectAsync(IPAddress.Loopback, controlPort); }
                    catch (SocketException) { await Task.Delay(100, TestContext.Current.CancellationToken); }
                }
            }
            catch
            {
                control.Dispose();
                await program.DisposeAsync();
                throw;
            }

            return new(program, control, port);
        }

        public async Task Connected(CallLog log)
        {
            try { await log.Connected.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken); }
            catch (TimeoutException) { Assert.Fail(program.Output); }
        }

        public async Task CommandAsync(string command, string parameters)
        {
            var json = $"{{\"command\":\"{command}\",\"params\":\"{parameters}\",\"token\":\"t\"}}";
            var netstring = json.Length.ToString(CultureInfo.InvariantCulture) + ":" + json + ",";
            await control.GetStream().WriteAsync(Encoding.ASCII.GetBytes(netstring), TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            control.Dispose();
            await program.DisposeAsync();
        }
    }
}

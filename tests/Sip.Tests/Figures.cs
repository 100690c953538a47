using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Measurements, run on demand: <c>AvGateway.Sip.Tests -explicit only -class "*Figures" -showLiveOutput</c>.</summary>
public sealed class Figures(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Parser_and_writer()
    {
        foreach (var name in (string[])["semiuri", "wsinv", "noreason", "longreq"])
        {
            var octets = Torture.Named(name).Octets;
            for (var i = 0; i < 20_000; i++) SipParser.ReadDatagram(octets, out _);
            var (began, memory) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            const int Rounds = 100_000;
            SipMessage? message = null;
            for (var i = 0; i < Rounds; i++) SipParser.ReadDatagram(octets, out message);
            var read = TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Rounds;
            var allocated = (GC.GetAllocatedBytesForCurrentThread() - memory) / Rounds;
            began = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < Rounds; i++) SipWriter.ToBytes(message!);
            var written = TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Rounds;
            output.WriteLine($"{name}: {octets.Length} octets, read {read:0.00} µs and {allocated} bytes, written {written:0.00} µs");
        }
    }

    [Fact(Explicit = true)]
    public async Task Idle_devices()
    {
        const int Devices = 1000;
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        await using var peer = await PeerBench.OpenAsync(new()
        {
            Udp = any,
            RequestsPerSecondAndSource = 100_000,
            RequestBurstOfSource = 100_000
        });
        await using var bench = await PeerBench.OpenAsync();
        var before = Memory();
        var registrations = Enumerable.Range(0, Devices).Select(n => new SipIdentity(SipUri.Parse($"sip:d{n}@127.0.0.1"))).ToArray();
        var answers = await Task.WhenAll(registrations.Select(i => bench.Stack.OptionsAsync(
            new(i, SipUri.Parse($"sip:127.0.0.1:{peer.Udp}"), TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken)));
        output.WriteLine($"{answers.Count(a => a.IsSuccess)} of {Devices} probes answered; 99 %: {answers.Select(a => a.Elapsed.TotalMilliseconds).Order().ElementAt(Devices * 99 / 100):0.0} ms");
        await Task.Delay(40_000, TestContext.Current.CancellationToken);
        var (cpu, began) = (System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime, TimeProvider.System.GetTimestamp());
        await Task.Delay(20_000, TestContext.Current.CancellationToken);
        var share = (System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - cpu) / TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"idle after the transactions are gone: {(Memory() - before) / 1024.0 / Devices:0.00} KiB a device, {share:P2} of a core, {System.Diagnostics.Process.GetCurrentProcess().Threads.Count} threads");
        GC.KeepAlive(registrations);
    }

    [Fact(Explicit = true)]
    public async Task Calls_a_second()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var open = new SipStackOptions { Udp = any, RequestsPerSecondAndSource = 100_000, RequestBurstOfSource = 100_000 };
        await using var a = await PeerBench.OpenAsync(open);
        await using var b = await PeerBench.OpenAsync(open);
        b.Stack.Incoming = new Desk { OnCall = c => Desk.Accept(c, new(IPAddress.Loopback, 0)) };
        var before = Memory();
        var began = TimeProvider.System.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            var log = new CallLog();
            var call = a.Stack.Call(a.Plan(b.Udp), log);
            await log.Connected;
            return call;
        }));
        var up = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"{calls.Length / up.TotalSeconds:0} calls set up a second (both ends in this process); {(Memory() - before) / 1024.0 / calls.Length / 2:0.0} KiB a dialog, transactions included");
        await Task.WhenAll(calls.Select(c => c.HangUpAsync()));
    }

    private static long Memory() => GC.GetTotalMemory(true);
}

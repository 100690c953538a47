using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Tcp;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>A measurement, run on demand (<c>-explicit only</c>): what a link costs that has spoken and is idle now.</summary>
public sealed class IdleLinkMemory
{
    private const int Count = 5_000;

    [Fact(Explicit = true)]
    public async Task Five_thousand_idle_links_hold_no_buffers_and_no_threads()
    {
        using var device = new TcpListener(IPAddress.Loopback, 0);
        device.Start(Count);
        var factory = new TcpLinkFactory(TimeProvider.System, new(TimeProvider.System, NullLogger<HostResolver>.Instance));
        var links = new List<ILink>(Count);
        var peers = new List<Socket>(Count);
        var before = Settled();
        var threads = Process.GetCurrentProcess().Threads.Count;
        for (var i = 0; i < Count; i++)
        {
            var link = await factory.OpenAsync(Address($"tcp://{device.LocalEndpoint}"), null, Cancellation);
            var peer = await device.AcceptSocketAsync(Cancellation);
            await link.Output.WriteAsync("ask\r"u8.ToArray(), Cancellation);
            peer.Send(new byte[2000]);
            await link.Input.ReadExactlyAsync(2000);
            links.Add(link);
            peers.Add(peer);
        }

        // The peers' bare sockets, without a read pending, are in the figure as well.
        var each = (Settled() - before) / Count;
        var added = Process.GetCurrentProcess().Threads.Count - threads;
        TestContext.Current.TestOutputHelper!.WriteLine($"{each} bytes of managed memory each (socket of the peer included), {added} threads more");
        foreach (var link in links) await link.DisposeAsync();
        foreach (var peer in peers) peer.Dispose();

        Assert.InRange(each, 0, 4096);
        Assert.InRange(added, 0, 16);
    }

    private static long Settled() => GC.GetTotalMemory(forceFullCollection: true);
}

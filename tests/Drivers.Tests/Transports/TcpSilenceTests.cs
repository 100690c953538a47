using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Tcp;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>Half-open links (fault D2), in a network of the test's own whose packets are dropped from a moment on.</summary>
public sealed class TcpSilenceTests
{
    private const int NewNetwork = 0x4000_0000;

    [Fact]
    public async Task A_half_open_link_ends_as_silent_within_15_seconds_whether_it_is_idle_or_writes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root may make a network of its own");
        Assert.SkipUnless(File.Exists("/usr/sbin/nft") && File.Exists("/usr/sbin/ip"), "needs the Debian packages nftables and iproute2");

        await OnThreadOfItsOwnAsync(() =>
        {
            // The thread and the programs it starts are in the new network, and so are the sockets that are made on it.
            Assert.SkipWhen(Unshare(NewNetwork) != 0, "this kernel or container gives no network namespaces");
            Run("/usr/sbin/ip", "link", "set", "lo", "up");
            using var device = new TcpListener(IPAddress.Loopback, 0);
            device.Start();
            var idle = Open(device.LocalEndpoint);
            var writing = Open(device.LocalEndpoint);
            using var idlePeer = device.AcceptSocket();
            using var writingPeer = device.AcceptSocket();

            Run("/usr/sbin/nft", "add", "table", "inet", "cut");
            Run("/usr/sbin/nft", "add", "chain", "inet", "cut", "whole", "{ type filter hook input priority 0 ; policy drop ; }");
            var cut = Stopwatch.GetTimestamp();
            _ = writing.Output.WriteAsync("anybody there?\r"u8.ToArray(), Cancellation).AsTask();

            foreach (var link in new[] { idle, writing })
            {
                Assert.True(link.Ended.Wait(TcpOptions.SilenceLimit - Stopwatch.GetElapsedTime(cut), Cancellation), "a half-open link was not noticed");
                Assert.Equal(LinkEnd.Silent, link.Ended.GetAwaiter().GetResult());
                link.Abort(LinkEnd.Aborted);
            }
        });
    }

    private static ILink Open(EndPoint device)
    {
        var factory = new TcpLinkFactory(TimeProvider.System, new(TimeProvider.System, NullLogger<HostResolver>.Instance));
        return factory.OpenAsync(Address($"tcp://{device}"), null, Cancellation).AsTask().WaitAsync(Soon, Cancellation).GetAwaiter().GetResult();
    }

    /// <summary>The namespace dies with the thread and its sockets; no other test ever runs on it.</summary>
    private static Task OnThreadOfItsOwnAsync(Action test)
    {
        var task = new Task(test);
        new Thread(() => task.RunSynchronously()) { IsBackground = true, Name = "own network" }.Start();
        return task.WaitAsync(TcpOptions.SilenceLimit + (4 * Soon), Cancellation);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        Assert.True(process.WaitForExit(Soon), $"{program} hangs");
        Assert.True(process.ExitCode == 0, $"{program}: {process.StandardError.ReadToEnd()}");
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static extern int Unshare(int flags);
}

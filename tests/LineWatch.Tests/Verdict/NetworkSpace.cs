using System.Diagnostics;
using System.Globalization;

namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>
/// Three courts and a carrier on this machine, each box a network namespace: gateway a – switch a – router a – carrier – router b – switch b – gateway b, and
/// gateway c at the carrier. Faults are put where they belong, by packet filters and by links that go down.
/// </summary>
internal sealed class NetworkSpace : IAsyncDisposable
{
    private static readonly string[] Boxes = ["ga", "sa", "ra", "cr", "rb", "sb", "gb", "gc"];

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"avl{Environment.ProcessId % 100_000}");
    private readonly List<Process> _started = [];

    private NetworkSpace() { }

    /// <summary>Why none can be made here; null when it can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        foreach (var tool in (string[])["ip", "nft", "sysctl"])
            if (!(Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':').Any(p => File.Exists(Path.Combine(p, tool)))) return $"there is no {tool} here";
        var name = string.Create(CultureInfo.InvariantCulture, $"avl{Environment.ProcessId % 100_000}try");
        var (code, said) = await TryAsync("ip", "netns", "add", name);
        if (code != 0) return $"network namespaces need root and CAP_SYS_ADMIN: {said.Trim()}";
        (code, said) = await TryAsync("ip", "netns", "exec", name, "nft", "add", "table", "ip", "f");
        await TryAsync("ip", "netns", "delete", name);
        return code == 0 ? null : $"packet filters cannot be set in a namespace: {said.Trim()}";
    }

    public static async Task<NetworkSpace> BuildAsync()
    {
        var space = new NetworkSpace();
        try
        {
            foreach (var box in Boxes)
            {
                await RunAsync("ip", "netns", "add", space.Of(box));
                await space.InAsync(box, "ip", "link", "set", "lo", "up");
            }

            await space.SwitchAsync("sa");
            await space.SwitchAsync("sb");
            await space.CableAsync("ga", "eth0", "10.1.0.10/24", "sa", "p1", null);
            await space.CableAsync("ra", "lan", "10.1.0.1/24", "sa", "p2", null);
            await space.CableAsync("ra", "wan", "100.64.1.2/24", "cr", "a", "100.64.1.1/24");
            await space.CableAsync("rb", "wan", "100.64.2.2/24", "cr", "b", "100.64.2.1/24");
            await space.CableAsync("rb", "lan", "10.2.0.1/24", "sb", "p2", null);
            await space.CableAsync("gb", "eth0", "10.2.0.10/24", "sb", "p1", null);
            await space.CableAsync("gc", "eth0", "100.64.3.10/24", "cr", "c", "100.64.3.1/24");
            foreach (var router in (string[])["ra", "cr", "rb"]) await space.InAsync(router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
            await space.RouteAsync("ga", "10.1.0.1");
            await space.RouteAsync("gb", "10.2.0.1");
            await space.RouteAsync("gc", "100.64.3.1");
            await space.RouteAsync("ra", "100.64.1.1");
            await space.RouteAsync("rb", "100.64.2.1");
            await space.InAsync("cr", "ip", "route", "add", "10.1.0.0/24", "via", "100.64.1.2");
            await space.InAsync("cr", "ip", "route", "add", "10.2.0.0/24", "via", "100.64.2.2");
            return space;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    public string Of(string box) => $"{_prefix}{box}";

    /// <summary>A command in a box, to its end.</summary>
    public Task InAsync(string box, params string[] command) => RunAsync("ip", ["netns", "exec", Of(box), .. command]);

    /// <summary>Drops what passes a router's port: what comes in there, what goes out, or both; all of it or so many in a hundred.</summary>
    public async Task DropAsync(string router, string port, bool @in, bool @out, int percent = 100)
    {
        var some = percent == 100 ? "" : string.Create(CultureInfo.InvariantCulture, $"numgen random mod 100 < {percent} ");
        await InAsync(router, "nft", "add", "table", "ip", "f");
        await InAsync(router, "nft", "add", "chain", "ip", "f", "pre", "{ type filter hook prerouting priority -300 ; }");
        await InAsync(router, "nft", "add", "chain", "ip", "f", "post", "{ type filter hook postrouting priority 300 ; }");
        if (@in) await InAsync(router, "nft", "add", "rule", "ip", "f", "pre", $"iifname {port} {some}drop");
        if (@out) await InAsync(router, "nft", "add", "rule", "ip", "f", "post", $"oifname {port} {some}drop");
    }

    public async Task DieAsync(string box)
    {
        await InAsync(box, "nft", "add", "table", "ip", "f");
        await InAsync(box, "nft", "add", "chain", "ip", "f", "pre", "{ type filter hook prerouting priority -300 ; policy drop ; }");
    }

    public async Task HealAsync(string router) => await InAsync(router, "nft", "delete", "table", "ip", "f");

    /// <summary>Starts a program in a box; it ends with the space at the latest.</summary>
    public Process Start(string box, ProcessStartInfo program)
    {
        var start = new ProcessStartInfo("ip") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["netns", "exec", Of(box), program.FileName, .. program.ArgumentList]) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        foreach (var box in Boxes) await TryAsync("ip", "netns", "delete", Of(box));
    }

    private async Task SwitchAsync(string box)
    {
        await InAsync(box, "ip", "link", "add", "br0", "type", "bridge");
        await InAsync(box, "ip", "link", "set", "br0", "up");
    }

    // The end at a switch has no address and joins the bridge.
    private async Task CableAsync(string box, string port, string address, string other, string otherPort, string? otherAddress)
    {
        await RunAsync("ip", "link", "add", port, "netns", Of(box), "type", "veth", "peer", "name", otherPort, "netns", Of(other));
        await InAsync(box, "ip", "address", "add", address, "dev", port);
        await InAsync(box, "ip", "link", "set", port, "up");
        if (otherAddress is null) await InAsync(other, "ip", "link", "set", otherPort, "master", "br0");
        else await InAsync(other, "ip", "address", "add", otherAddress, "dev", otherPort);
        await InAsync(other, "ip", "link", "set", otherPort, "up");
    }

    private Task RouteAsync(string box, string router) => InAsync(box, "ip", "route", "add", "default", "via", router);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, said) = await TryAsync(program, arguments);
        if (code != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }

    private static async Task<(int Code, string Said)> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}

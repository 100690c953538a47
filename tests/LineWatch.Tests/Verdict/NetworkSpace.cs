using System.Diagnostics;
using System.Globalization;

namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>
/// Three courts and a carrier on this machine, each box a network namespace: gateway a – switch a – router a – carrier – router b – switch b – gateway b, and
/// gateway c at the carrier. Faults are put where they belong, by packet filters and by links that go down.
/// </summary>
internal sealed class NetworkSpace : IAsyncDisposable
{
    private const string Cable = "xx";
    private static readonly string[] Boxes = ["ga", "sa", "ra", "cr", "rb", "sb", "gb", "gc", Cable];
    private static int _made;

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"avl{Environment.ProcessId % 100_000}n{Interlocked.Increment(ref _made)}");
    private readonly List<Process> _started = [];
    private readonly List<string> _folders = [];

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

    /// <summary>The slow cable, where one was asked for.</summary>
    public Relay? Relay { get; private set; }

    /// <param name="relayAt">Router and port of the stretch whose cable can be made slow.</param>
    public static async Task<NetworkSpace> BuildAsync((string Router, string Port)? relayAt = null)
    {
        var space = new NetworkSpace();
        try
        {
            var plan = new Plan(space, relayAt);
            plan.Switch("sa");
            plan.Switch("sb");
            plan.Cable("ga", "eth0", "10.1.0.10/24", "sa", "p1", null);
            plan.Cable("ra", "lan", "10.1.0.1/24", "sa", "p2", null);
            plan.Cable("ra", "wan", "100.64.1.2/24", "cr", "ca", "100.64.1.1/24");
            plan.Cable("rb", "wan", "100.64.2.2/24", "cr", "cb", "100.64.2.1/24");
            plan.Cable("rb", "lan", "10.2.0.1/24", "sb", "p2", null);
            plan.Cable("gb", "eth0", "10.2.0.10/24", "sb", "p1", null);
            plan.Cable("gc", "eth0", "100.64.3.10/24", "cr", "cc", "100.64.3.1/24");
            plan.Route("ga", "default", "10.1.0.1");
            plan.Route("gb", "default", "10.2.0.1");
            plan.Route("gc", "default", "100.64.3.1");
            plan.Route("ra", "default", "100.64.1.1");
            plan.Route("rb", "default", "100.64.2.1");
            plan.Route("cr", "10.1.0.0/24", "100.64.1.2");
            plan.Route("cr", "10.2.0.0/24", "100.64.2.2");
            await plan.CarryOutAsync();
            foreach (var router in (string[])["ra", "cr", "rb"]) await space.InAsync(router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
            if (relayAt is not null) space.Relay = Relay.Open(space.Of(Cable), "left", "right");
            return space;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    /// <summary>A folder that goes once no program of this space uses it any more.</summary>
    public void DeleteAtEnd(string folder) => _folders.Add(folder);

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
        Relay?.Dispose();
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
        foreach (var box in Boxes) await TryAsync("ip", "netns", "delete", Of(box));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, said) = await TryAsync(program, arguments);
        if (code != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }

    private static Task<(int Code, string Said)> TryAsync(string program, params string[] arguments) => TryAsync(program, arguments, "");

    private static async Task<(int Code, string Said)> TryAsync(string program, string[] arguments, string told)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(told);
        process.StandardInput.Close();
        var said = await process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    /// <summary>What is to be set up, so that each box is entered once.</summary>
    private sealed class Plan(NetworkSpace space, (string Router, string Port)? relayAt)
    {
        private readonly List<string> _cables = [.. Boxes.Select(b => $"netns add {space.Of(b)}")];
        private readonly Dictionary<string, List<string>> _inside = Boxes.ToDictionary(b => b, _ => new List<string> { "link set dev lo up" });

        public void Switch(string box) => _inside[box].AddRange(["link add br0 type bridge", "link set dev br0 up"]);

        // The end at a switch has no address and joins the bridge.
        public void Cable(string box, string port, string address, string other, string otherPort, string? otherAddress)
        {
            if (relayAt == (box, port) || relayAt == (other, otherPort))
            {
                _cables.Add($"link add {port} netns {space.Of(box)} type veth peer name left netns {space.Of(NetworkSpace.Cable)}");
                _cables.Add($"link add {otherPort} netns {space.Of(other)} type veth peer name right netns {space.Of(NetworkSpace.Cable)}");
                _inside[NetworkSpace.Cable].AddRange(["link set dev left promisc on up", "link set dev right promisc on up"]);
            }
            else
            {
                _cables.Add($"link add {port} netns {space.Of(box)} type veth peer name {otherPort} netns {space.Of(other)}");
            }

            _inside[box].AddRange([$"address add {address} dev {port}", $"link set dev {port} up"]);
            _inside[other].AddRange([otherAddress is null ? $"link set dev {otherPort} master br0" : $"address add {otherAddress} dev {otherPort}", $"link set dev {otherPort} up"]);
        }

        public void Route(string box, string to, string via) => _inside[box].Add($"route add {to} via {via}");

        public async Task CarryOutAsync()
        {
            await BatchAsync(["-batch", "-"], _cables);
            foreach (var (box, commands) in _inside) await BatchAsync(["-n", space.Of(box), "-batch", "-"], commands);
        }

        private static async Task BatchAsync(string[] arguments, List<string> commands)
        {
            var (code, said) = await TryAsync("ip", arguments, string.Join('\n', commands) + "\n");
            if (code != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {said}\n{string.Join('\n', commands)}");
        }
    }
}

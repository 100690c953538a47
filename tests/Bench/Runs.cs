using System.Globalization;
using AvGateway.Bench.Farm;
using AvGateway.Bench.Peers;
using AvGateway.Bench.Power;
using AvGateway.Bench.Reports;
using AvGateway.Bench.Sip;
using AvGateway.Bench.Wire;
using AvGateway.Bench.Workloads;

namespace AvGateway.Bench;

/// <summary>Peers take turns (A B C A B C …), so that whatever else the machine does meets all of them.</summary>
internal static class Runs
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(6);
    private const int ChangesPerSecond = 5000;

    public static async Task<int> AllAsync(BenchOptions options)
    {
        var peers = options.Peers.Select(name => Create(name, options)).ToList();
        foreach (var peer in peers) await peer.PrepareAsync(options.Cache);
        var results = new Results(options.Out);
        var disk = new List<double>();
        var failed = 0;
        foreach (var devices in options.Devices)
        {
            for (var turn = 1; turn <= options.Repeat; turn++)
            {
                if (options.Workloads.Contains("W7")) await SipAsync(devices, turn, options, results);
                if (options.Workloads.Contains("W5")) await HolidayAsync(devices, turn, options, results);
                foreach (var peer in options.Workloads.Any(w => w is not ("W5" or "W7")) ? peers : [])
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {devices} devices, turn {turn} of {options.Repeat}: {peer.Name}"));
                    try { await OneAsync(peer, devices, turn, options, results); }
                    catch (BenchException impossible)
                    {
                        // The others' figures are worth having all the same; the exit code tells.
                        Console.Error.WriteLine(impossible.Message);
                        failed++;
                    }
                }

                disk.Add(Disk.MedianMicroseconds());
            }
        }

        disk.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one durable write of a page on this disk: {disk[disk.Count / 2]:0} µs (median; {disk[0]:0}–{disk[^1]:0})\n"));
        Console.WriteLine(new Table(results.All, options.Peers).Write());
        return failed > 0 || results.All.Any(r => r.Value > 0 && (r.Figure is "lost" or "early" or "not_back" || (r is { Peer: "gateway", Figure: "order_violations" or "stagger_violations" }))) ? 1 : 0;
    }

    private static async Task SipAsync(int devices, int turn, BenchOptions options, Results results)
    {
        var figures = await SipSupervision.RunAsync(options.Gateway ?? BuiltGateway(), devices, options.IdleTime);
        Console.Error.WriteLine($"  W7: {string.Join(", ", figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value:0.##}")))}");
        results.Add("gateway", devices, turn, "W7", figures);
    }

    // Nobody draws a holiday with its order, its guard and its proof in a flow: the floor and the gateway alone.
    private static async Task HolidayAsync(int devices, int turn, BenchOptions options, Results results)
    {
        foreach (var peer in options.Peers.Where(p => p is "floor" or "gateway"))
        {
            var figures = await HolidayShutdown.RunAsync(peer, options.Gateway ?? BuiltGateway(), devices);
            Console.Error.WriteLine($"  W5 {peer}: {string.Join(", ", figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value:0.##}")))}");
            results.Add(peer, devices, turn, "W5", figures);
        }
    }

    private static Peer Create(string name, BenchOptions options) => name switch
    {
        "floor" => new FloorPeer(),
        "nodered" => new NodeRedPeer(),
        "gateway" => new GatewayPeer(options.Gateway ?? BuiltGateway()),
        _ => throw new BenchException($"there is no peer \"{name}\""),
    };

    private static async Task OneAsync(Peer peer, int devices, int turn, BenchOptions options, Results results)
    {
        var folder = Directory.CreateTempSubdirectory("avgateway-bench-");
        using var loop = new Loop();
        var farm = new DeviceFarm(loop, devices, options.Ports);
        try
        {
            await using var session = new Session(peer, farm, loop);
            await session.StartAsync(folder.FullName);
            Add("W6", new()
            {
                ["first_online_ms"] = session.FirstOnlineAfter,
                ["all_online_ms"] = session.AllOnlineAfter,
                ["all_shown_ms"] = session.AllShownAfter,
            });
            if (Wanted("W3")) Add("W3", Supervision.Run(session, Settle, options.IdleTime));
            if (Wanted("W1"))
            {
                Add("W1 1 in flight", Commands.Run(session, 1, Warm, options.Time));
                Add("W1 64 in flight", Commands.Run(session, 64, Warm, options.Time));
            }

            if (Wanted("W2"))
            {
                Add("W2 as fast as shown", Changes.Run(session, null, Warm, options.Time));
                Add("W2 5,000/s", Changes.Run(session, ChangesPerSecond, Warm, options.Time));
            }

            if (Wanted("W4")) Add("W4", Recovery.Run(session));
            if (!Wanted("W1") || options.Panels == 0) return;
            session.AddPanels(options.Panels);
            Add($"W1 64 in flight, {options.Panels} idle panels", Commands.Run(session, 64, Warm, options.Time));
        }
        finally
        {
            farm.End();
            folder.Delete(recursive: true);
        }

        bool Wanted(string workload) => options.Workloads.Contains(workload);

        void Add(string workload, Dictionary<string, double> figures)
        {
            Console.Error.WriteLine($"  {workload}: {string.Join(", ", figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value:0.##}")))}");
            results.Add(peer.Name, devices, turn, workload, figures);
        }
    }

    public static string BuiltGateway()
    {
        // …/artifacts/bin/AvGateway.Bench/<configuration>/ beside …/artifacts/bin/AvGateway.Host/<configuration>/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, "AvGateway.Host", here.Name, "avgateway");
    }
}

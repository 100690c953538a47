using System.Diagnostics;
using System.Text.Json;
using AvGateway.Bench.Peers;

namespace AvGateway.Bench.Sip;

/// <summary>
/// W7. Devices that speak SIP alone, each probed every 10 s: what one of them costs the gateway, as the difference to the same gateway with
/// the same devices switched off in its site file.
/// </summary>
internal static class SipSupervision
{
    private const int PerRoom = 10;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(40);

    public static async Task<Dictionary<string, double>> RunAsync(string program, int devices, TimeSpan time)
    {
        if (!File.Exists(program)) throw new BenchException($"{program} is missing: build it with dotnet build -c Release gateway/Host");
        using var farm = new SipFarm();
        var idle = await MeasureAsync(program, SiteOf(devices, farm.Port, enabled: false), farm, time);
        var busy = await MeasureAsync(program, SiteOf(devices, farm.Port, enabled: true), farm, time);
        return new()
        {
            ["probes_per_s"] = busy.ProbesPerSecond,
            ["cpu_s_per_min"] = busy.CpuPerMinute,
            ["cpu_us_per_probe"] = (busy.CpuPerMinute - idle.CpuPerMinute) / 60 / busy.ProbesPerSecond * 1e6,
            ["cpu_ms_per_device_min"] = (busy.CpuPerMinute - idle.CpuPerMinute) / devices * 1000,
            ["rss_mib"] = busy.ResidentMib,
            ["kib_per_device"] = (busy.ResidentMib - idle.ResidentMib) * 1024 / devices,
        };
    }

    private static async Task<(double CpuPerMinute, double ResidentMib, double ProbesPerSecond)> MeasureAsync(
        string program, string site, SipFarm farm, TimeSpan time)
    {
        var folder = Directory.CreateTempSubdirectory("avgateway-bench-");
        try
        {
            var file = Path.Combine(folder.FullName, "site.json");
            await File.WriteAllTextAsync(file, site);
            string[] arguments = ["run", file, "--data", Path.Combine(folder.FullName, "data"), "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0"];
            await using var gateway = ChildProcess.Start(program, arguments, folder.FullName);
            await Task.Delay(Settle);
            if (gateway.HasEnded) throw new BenchException(gateway.Words);
            var (before, probes, start) = (gateway.Usage(), farm.Probes, Stopwatch.GetTimestamp());
            await Task.Delay(time);
            var (after, took) = (gateway.Usage(), Stopwatch.GetElapsedTime(start).TotalSeconds);
            return ((after.CpuSeconds - before.CpuSeconds) * 60 / took, after.ResidentMib, (farm.Probes - probes) / took);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string SiteOf(int devices, int port, bool enabled)
    {
        var rooms = Enumerable.Range(0, devices).Chunk(PerRoom).Select((ids, room) => new
        {
            id = $"r{room}",
            name = new { zh = $"法庭 {room}", en = $"Courtroom {room}" },
            devices = ids.Select(i => new { id = $"c{i}", driver = "sip-codec", link = $"sip:d{i}@127.0.0.1:{port}", poll = "10s", enabled }),
        });
        var site = new { id = "bench", name = new { zh = "测量", en = "Bench" }, zone = "Asia/Shanghai", languages = new[] { "zh-CN", "en" } };
        return JsonSerializer.Serialize(new { site, rooms });
    }
}

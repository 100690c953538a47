using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AvGateway.Bench.Peers;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Power;

/// <summary>
/// W5. The house goes off for the holiday: rooms with three groups of five outlets, a gap of 100 ms between two of one unit, a group only when the relays of the
/// one before have opened. The whole site in one run, ordered by two persons; each step is stored, guarded and read back.
/// </summary>
internal static class HolidayShutdown
{
    public const int Groups = 3;
    private const string Site = "bench";
    private const string Password = "only-for-a-bench-on-loopback";
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <param name="devices">Outlets; rounded down to whole rooms.</param>
    public static async Task<Dictionary<string, double>> RunAsync(string peer, string program, int devices)
    {
        var units = Math.Max(1, devices / (Groups * PowerFarm.Ways)) * Groups;
        using var loop = new Loop();
        var farm = new PowerFarm(loop, units);
        try
        {
            if (peer == "gateway") return await GatewayAsync(loop, farm, program);
            using var floor = new PowerFloor(loop, farm);
            var start = Loop.Now;
            floor.Run(loop, farm, Gap, Patience);
            return Figures(farm, start, null);
        }
        finally
        {
            farm.End();
        }
    }

    private static async Task<Dictionary<string, double>> GatewayAsync(Loop loop, PowerFarm farm, string program)
    {
        if (!File.Exists(program)) throw new BenchException($"{program} is missing: build it with dotnet build -c Release gateway/Host");
        var folder = Directory.CreateTempSubdirectory("avgateway-bench-");
        try
        {
            var data = Directory.CreateDirectory(Path.Combine(folder.FullName, "data")).FullName;
            var credentials = Path.Combine(data, "credentials.json");
            await File.WriteAllTextAsync(credentials, JsonSerializer.Serialize(new { users = Enumerable.Range(0, 2).Select(i => new { name = $"b{i}", hash = GatewayPeer.HashOf(1), role = "engineer" }) }));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(credentials, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var site = Path.Combine(folder.FullName, "site.json");
            await File.WriteAllTextAsync(site, SiteOf(farm.Units));
            var port = Listener.FreePort();
            await using var gateway = ChildProcess.Start(program, ["run", site, "--data", data, "--mqtt", $"127.0.0.1:{port}", "--http", "127.0.0.1:0"], folder.FullName);
            if (!loop.Until(() => farm.Read >= farm.Units || gateway.HasEnded, Patience)) throw new BenchException($"{farm.Read} of {farm.Units} units were read.\n{gateway.Words}");

            // Every unit is in step and the start is over before anything is measured.
            loop.For(TimeSpan.FromSeconds(5));
            var answers = new Queue<(string Code, int Status)>();
            var (first, second) = (Connect(loop, port, 0, answers, gateway), Connect(loop, port, 1, answers, gateway));
            Ask(loop, first, 0, "preview", "{\"act\":\"off\"}", answers, gateway);
            Ask(loop, first, 0, "off", "{\"second\":\"b1\"}", answers, gateway);
            var before = gateway.Usage();
            var start = Loop.Now;
            Publish(second, 1, "off", "{}");
            if (!loop.Until(() => farm.Open == farm.Units * PowerFarm.Ways || gateway.HasEnded, Patience))
                throw new BenchException($"{farm.Open} of {farm.Units * PowerFarm.Ways} relays open; answers {string.Join(' ', answers)}\n{gateway.Words}");
            var figures = Figures(farm, start, gateway.Usage().CpuSeconds - before.CpuSeconds);
            first.Close();
            second.Close();
            return figures;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static LoadClient Connect(Loop loop, int port, int user, Queue<(string, int)> answers, ChildProcess gateway)
    {
        var client = LoadClient.TryConnect(loop, port, $"asker-{user}", ($"b{user}", Password), (_, payload) =>
        {
            using var answer = JsonDocument.Parse(payload.ToArray());
            if (answer.RootElement.GetProperty("final").GetBoolean())
                answers.Enqueue((answer.RootElement.TryGetProperty("code", out var code) ? code.GetString()! : "", answer.RootElement.GetProperty("stat").GetInt32()));
        }) ?? throw new BenchException($"nobody listens.\n{gateway.Words}");
        client.Subscribe($"avgw/1/{Site}/$rsp/b{user}/#", 1);
        if (!loop.Until(() => client.Subscribed == 1, TimeSpan.FromSeconds(20))) throw new BenchException($"a client was not let in.\n{gateway.Words}");
        return client;
    }

    private static void Ask(Loop loop, LoadClient client, int user, string verb, string args, Queue<(string Code, int Status)> answers, ChildProcess gateway)
    {
        Publish(client, user, verb, args);
        if (!loop.Until(() => answers.Count > 0, TimeSpan.FromSeconds(60))) throw new BenchException($"no answer to {verb}.\n{gateway.Words}");
        var (code, status) = answers.Dequeue();
        if (status != 200 && code != "AVG-GUARD-SECOND-PERSON") throw new BenchException($"{verb}: {status} {code}");
    }

    private static void Publish(LoadClient client, int user, string verb, string args) => client.Publish(
        Encoding.ASCII.GetBytes($"avgw/1/{Site}/$req/b{user}/$power/do/{verb}"), Encoding.ASCII.GetBytes($"{{\"id\":\"w5-{user}-{verb}\",\"args\":{args}}}"), qos: 1);

    private static Dictionary<string, double> Figures(PowerFarm farm, long start, double? cpuSeconds)
    {
        var least = Groups * ((PowerFarm.Ways - 1) * Gap.TotalMilliseconds + PowerFarm.Relay.TotalMilliseconds);
        var took = Stopwatch.GetElapsedTime(start, farm.OpenedAt.Max()).TotalMilliseconds;
        var (order, stagger) = (0, 0);
        for (var unit = 0; unit < farm.Units; unit++)
        {
            var written = farm.WrittenAt.AsSpan(unit * PowerFarm.Ways, PowerFarm.Ways).ToArray().Order().ToArray();
            if (unit % Groups > 0 && written[0] < farm.OpenedAt.AsSpan((unit - 1) * PowerFarm.Ways, PowerFarm.Ways).ToArray().Max()) order++;
            stagger += written.Zip(written.Skip(1)).Count(p => Loop.Microseconds(p.Second - p.First) < Gap.TotalMicroseconds * 0.9);
        }

        var figures = new Dictionary<string, double>
        {
            ["took_ms"] = took,
            ["least_ms"] = least,
            ["over_ms"] = took - least,
            ["over_percent"] = (took - least) / least * 100,
            ["order_violations"] = order,
            ["stagger_violations"] = stagger,
            ["repeated"] = farm.Repeated,
        };
        if (cpuSeconds is { } cpu) figures["cpu_s"] = cpu;
        return figures;
    }

    // A unit of the next group feeds the one before by two outlets, as a device with two supplies: they wait until all of it was seen off.
    private static string SiteOf(int units)
    {
        var rooms = Enumerable.Range(0, units).Chunk(Groups).Select((ids, room) => new
        {
            id = $"r{room}",
            name = new { zh = $"法庭 {room}", en = $"Courtroom {room}" },
            devices = ids.Select(i => new { id = $"u{i % Groups}", driver = "modbus-sequencer", link = $"modbus+tcp://{PowerFarm.AddressOf(i).Address}:{PowerFarm.Port}/1", options = new { channels = $"1-{PowerFarm.Ways}", status = "inputs" } }),
            power = new
            {
                use = "court",
                gap = string.Create(CultureInfo.InvariantCulture, $"{Gap.TotalMilliseconds}ms"),
                loads = Enumerable.Range(0, Groups).SelectMany(g => Enumerable.Range(1, PowerFarm.Ways).Select(w => (object)new { id = $"load-{g}-{w}", feed = $"u{g}/{w}", shared = true }))
                    .Concat(Enumerable.Range(0, Groups - 1).Select(g => (object)new { id = $"u{g}", feed = new[] { $"u{g + 1}/{PowerFarm.Ways}", $"u{g + 1}/{PowerFarm.Ways - 1}" }, shared = true })),
            },
        });
        var site = new { id = Site, name = new { zh = "测量", en = "Bench" }, zone = "Asia/Shanghai", languages = new[] { "zh-CN", "en" } };
        return JsonSerializer.Serialize(new { site, rooms });
    }
}

using System.Globalization;
using AvGateway.Bench.Farm;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Peers;

/// <summary>Node-RED 4 with mosquitto: what an engineer draws in an afternoon. All devices share one flow, which is its best case.</summary>
internal sealed class NodeRedPeer : PlainPeer
{
    private const string Package = "node-red@4";

    private string _program = "";

    public override string Name => "nodered";

    public override async Task PrepareAsync(string cache)
    {
        var home = Directory.CreateDirectory(Path.Combine(cache, "node-red-4")).FullName;
        _program = Path.Combine(home, "node_modules", "node-red", "red.js");
        if (File.Exists(_program)) return;
        Console.Error.WriteLine($"installing {Package} into {home}");
        await using var npm = ChildProcess.Start("npm", ["install", Package, "--prefix", home, "--no-audit", "--no-fund"], home);
        await Task.Run(() => SpinWait.SpinUntil(() => npm.HasEnded, TimeSpan.FromMinutes(5)));
        if (!File.Exists(_program)) throw new BenchException($"npm did not install {Package}:\n{npm.Words}");
    }

    public override async Task<IReadOnlyList<ChildProcess>> StartAsync(DeviceFarm farm, int port, string folder)
    {
        var broker = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(broker, $"""
            listener {port.ToString(CultureInfo.InvariantCulture)} 127.0.0.1
            allow_anonymous true
            persistence false
            set_tcp_nodelay true
            max_queued_messages 0
            max_inflight_messages 0
            log_type error

            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "flows.json"), NodeRedFlow.Write(farm.Count, port, PollEvery));
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.js"), NodeRedFlow.Settings(Listener.FreePort()));
        var path = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        return [ChildProcess.Start(path, ["-c", broker], folder), ChildProcess.Start("node", [_program, "-u", folder], folder)];
    }
}

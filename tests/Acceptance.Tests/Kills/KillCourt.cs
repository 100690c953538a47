using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Acceptance.Tests.Virtual;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Acceptance.Tests.Kills;

/// <summary>
/// A courtroom of simulators in this process and the real gateway in another, which can be killed in the very moment in which a simulator hears a
/// given frame, and started again on what it left.
/// </summary>
internal sealed partial class KillCourt : IAsyncDisposable
{
    private static readonly string[] Recorders = ["recorder", "backup"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-kill-").FullName;
    private readonly SimulatedCourt _court;
    private readonly List<string> _halts = [];
    private readonly List<string> _heard = [];
    private GatewayProcess? _gateway;
    private MosquittoClient? _clerk;
    private int _left = -1;
    private int _ids;

    private KillCourt(SimulatedCourt court)
    {
        _court = court;
        foreach (var each in court.Devices) each.Device.Trace.Added += frame => Take(each, frame);
    }

    /// <summary>Frames that end or interrupt a recording, since the last look.</summary>
    public IReadOnlyList<string> Halts
    {
        get { lock (_halts) return [.. _halts]; }
    }

    /// <summary>Every frame with an effect since the last kill, for a failing test to show.</summary>
    public string Heard
    {
        get { lock (_halts) return string.Join(' ', _heard); }
    }

    public bool WasKilled => _left == 0;

    public static async Task<KillCourt> StartAsync()
    {
        DeviceSetting[] settings =
        [
            Device("matrix", "videohub"), Device("masker", "videohub"), Device("recorder", "hyperdeck"), Device("backup", "hyperdeck"), Device("encoder", "hyperdeck"),
            Device("codec", "cisco-xapi") with { Link = LinkKind.Serial },
        ];
        var court = new KillCourt(await SimulatedCourt.StartAsync(settings, TimeProvider.System));
        for (var output = 13; output <= 19; output++) court.Simulator("matrix").UseFrontPanel("route", new() { ["input"] = 19, ["output"] = output });
        var devices = new JsonArray([.. court._court.Devices.Select(d => (JsonNode)new JsonObject
        {
            ["id"] = d.Setting.Device, ["driver"] = d.Setting.Protocol, ["link"] = d.Link.Uri, ["poll"] = "2s",
        })]);
        await File.WriteAllTextAsync(Path.Combine(court._folder, "site.json"), $$"""
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "rooms": [{ "id": "court-1", "devices": {{devices.ToJsonString()}}, "layout": {{VirtualCourt.Layout.Replace("MAIN", "recorder", StringComparison.Ordinal)}} }]
            }
            """);
        await court.StartGatewayAsync();
        return court;
    }

    /// <summary>Runs a scene to its end.</summary>
    public async Task<JsonElement> RunAsync(string scene) => (await _clerk!.AskAsync($"court-1/$scene/{scene}/do/run", "{\"public\":true}", Patience))[^1];

    /// <summary>Runs a scene and kills the gateway at the <paramref name="boundary"/>-th frame that it sends; 0: when the request is accepted.</summary>
    /// <returns>The end of the run when it came before that frame; else null.</returns>
    public async Task<JsonElement?> KillInAsync(string scene, int boundary)
    {
        lock (_halts)
        {
            _halts.Clear();
            _heard.Clear();
        }

        if (boundary > 0) Volatile.Write(ref _left, boundary);
        var id = $"k{++_ids}";
        var died = _gateway!.ExitAsync();

        // The broker may die before it has acknowledged: then nobody waits for the publisher.
        await Task.WhenAny(died, _clerk!.PublishAsync($"{_clerk.Base}/$req/{_clerk.User}/court-1/$scene/{scene}/do/run", $"{{\"id\":\"{id}\",\"ttl\":30,\"args\":{{\"public\":true}}}}"));
        while (true)
        {
            var answer = _clerk.NextAsync(s => s.Topic.EndsWith($"/{id}", StringComparison.Ordinal), Patience);
            if (await Task.WhenAny(answer, died) == died) return null;
            var json = (await answer).Json;
            if (boundary == 0) _gateway.Kill();
            else if (!json.GetProperty("final").GetBoolean()) continue;
            if (boundary == 0 || WasKilled)
            {
                await died;
                return null;
            }

            Volatile.Write(ref _left, -1);
            _gateway.Kill();
            await died;
            return json;
        }
    }

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("the gateway is not started");

    /// <param name="http">Where its pages are, for a browser that waits for it to come back; null: anywhere.</param>
    public async Task StartGatewayAsync(string? http = null)
    {
        if (_clerk is not null) await _clerk.DisposeAsync();
        if (_gateway is not null) await _gateway.DisposeAsync();
        Volatile.Write(ref _left, -1);
        string[] web = http is null ? [] : ["--http", http];
        _gateway = await GatewayProcess.StartAsync(Path.Combine(_folder, "data"), ["run", Path.Combine(_folder, "site.json"), .. web]);
        _clerk = new(_gateway, "clerk-court-1", "mqttv311");
        await _clerk.SubscribeAsync($"{_clerk.Base}/$rsp/{_clerk.User}/#");
        foreach (var device in _court.Devices) await TopicAsync($"{device.Setting.Device}/$state", s => s.GetProperty("state").GetString() == "online");
    }

    /// <summary>What a new panel sees on a topic of the room, once it fits.</summary>
    public async Task<JsonElement> TopicAsync(string topic, Func<JsonElement, bool> fits)
    {
        await using var panel = new MosquittoClient(_gateway!, "panel-court-1", "mqttv5");
        await panel.SubscribeAsync($"{panel.Base}/court-1/{topic}");
        return (await panel.NextAsync($"{panel.Base}/court-1/{topic}", fits, Patience)).Json;
    }

    public Task<JsonElement> HearingAsync() => TopicAsync("$hearing", _ => true);

    /// <summary>Time code of each recorder that runs, as the recorder itself has it.</summary>
    public IReadOnlyDictionary<string, string> Running => Recorders.Select(r => (Name: r, State: Simulator(r).State()))
        .Where(r => (string)r.State["status"]! == "record").ToDictionary(r => r.Name, r => (string)r.State["timecode"]!);

    public int[] Routing => [.. Simulator("matrix").State()["routing"]!.AsArray().Select(v => (int)v!)];

    public async ValueTask DisposeAsync()
    {
        if (_clerk is not null) await _clerk.DisposeAsync();
        if (_gateway is not null)
        {
            await _gateway.KillAsync();
            await _gateway.DisposeAsync();
        }

        await _court.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private SimulatedDevice Simulator(string device) => _court.Find("court-1", device)!.Device;

    private void Take(CourtDevice device, TraceFrame frame)
    {
        if (frame.Direction is not TraceDirection.Received) return;
        if (Effect().IsMatch(frame.Text))
        {
            lock (_halts) _heard.Add($"{frame.At:ss.fff} {device.Setting.Device} {frame.Text}");
        }

        if (Recorders.Contains(device.Setting.Device) && Halt().IsMatch(frame.Text))
        {
            lock (_halts) _halts.Add($"{device.Setting.Device}: {frame.Text}");
        }

        if (Volatile.Read(ref _left) > 0 && Effect().IsMatch(frame.Text) && Interlocked.Decrement(ref _left) == 0) _gateway!.Kill();
    }

    private static DeviceSetting Device(string name, string driver) =>
        new("court-1", name, driver) { Options = driver == "videohub" ? new JsonObject { ["inputs"] = 20, ["outputs"] = 20 } : [] };

    [GeneratedRegex(@"^stop\b")]
    private static partial Regex Halt();

    // A route that names its outputs, the transport's keys, and the codec's mute.
    [GeneratedRegex(@"^(VIDEO OUTPUT ROUTING:\\n\d|record\b|stop\b|xCommand Audio Microphones)")]
    private static partial Regex Effect();
}

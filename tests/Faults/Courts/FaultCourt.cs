using System.Text.Json.Nodes;
using AvGateway.Faults.History;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Faults.Courts;

/// <summary>Simulated devices in this process, a site file whose links lead to them, and a history of all that they hear.</summary>
public sealed class FaultCourt : IAsyncDisposable
{
    private FaultCourt(SimulatedCourt court, string folder, HistoryRecorder? history)
    {
        Court = court;
        SiteFile = Path.Combine(folder, "site.json");
        foreach (var each in court.Devices)
        {
            if (history is not null) each.Device.Trace.Added += frame => Record(history, each, frame);
        }
    }

    public const string Site = "fault";

    public SimulatedCourt Court { get; }
    public string SiteFile { get; }
    public IReadOnlyList<string> Ids => [.. Court.Devices.Select(d => d.Id)];

    /// <param name="linkOf">Where the gateway shall reach a device, for example behind a proxy; null: at its own link.</param>
    public static async Task<FaultCourt> StartAsync(
        IEnumerable<DeviceSetting> settings, string folder, HistoryRecorder? history = null, Func<CourtDevice, string>? linkOf = null)
    {
        var court = new FaultCourt(await SimulatedCourt.StartAsync(settings, TimeProvider.System), folder, history);
        var rooms = new JsonArray([.. court.Court.Devices.GroupBy(d => d.Setting.Room).Select(room => (JsonNode)new JsonObject
        {
            ["id"] = room.Key,
            ["name"] = Name(room.Key),
            ["devices"] = new JsonArray([.. room.Select(device => (JsonNode)new JsonObject
            {
                ["id"] = device.Setting.Device,
                ["driver"] = device.Setting.Protocol,
                ["link"] = linkOf?.Invoke(device) ?? device.Link.Uri,
                ["name"] = Name(device.Setting.Device),
            })]),
        })]);
        var site = new JsonObject
        {
            ["site"] = new JsonObject { ["id"] = Site, ["name"] = Name(Site), ["zone"] = "Asia/Shanghai" },
            ["rooms"] = rooms,
        };
        await File.WriteAllTextAsync(court.SiteFile, site.ToJsonString());
        return court;
    }

    public SimulatedDevice Device(string id) => Court.Devices.Single(d => d.Id == id).Device;

    /// <summary>What the matrix itself says is on each output, as the gateway's properties are called.</summary>
    public string RoutingOf(string id)
    {
        var device = Court.Devices.Single(d => d.Id == id);
        var truth = new JsonObject();
        if (device.Device.State()["routing"] is JsonArray routing)
            for (var output = 0; output < routing.Count; output++) truth[$"output-{output}"] = routing[output]!.DeepClone();
        return truth.ToJsonString();
    }

    public ValueTask DisposeAsync() => Court.DisposeAsync();

    private static void Record(HistoryRecorder history, CourtDevice device, TraceFrame frame)
    {
        if (frame.Direction is TraceDirection.Received)
            history.Add(EventKind.Heard, device.Id, effect: EffectReader.Of(device.Setting.Protocol, frame), text: frame.Text);
        else if (frame.Direction is TraceDirection.Note)
            history.Add(EventKind.Noted, device.Id, text: frame.Text);
    }

    private static JsonObject Name(string id) => new() { ["zh"] = id, ["en"] = id };
}

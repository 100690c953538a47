using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Host.Demo;

/// <summary>The demo's courthouse: each device of the embedded site file is simulated on its real wire, and the file's links lead there.</summary>
internal sealed class DemoSite : IAsyncDisposable
{
    private const string Resource = "AvGateway.Host.Demo.demo-site.json";
    private static readonly JsonDocumentOptions Relaxed = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private DemoSite(SimulatedCourt court, byte[] siteFile)
    {
        Court = court;
        SiteFile = siteFile;
    }

    public SimulatedCourt Court { get; }

    /// <summary>The site file with the simulators' links, UTF-8.</summary>
    public byte[] SiteFile { get; }

    public static async Task<DemoSite> StartAsync(TimeProvider time)
    {
        using var stream = typeof(DemoSite).Assembly.GetManifestResourceStream(Resource)!;
        var site = JsonNode.Parse(stream, documentOptions: Relaxed)!;
        var devices = (from room in site["rooms"]!.AsArray() from device in room!["devices"]!.AsArray() select (Room: room!, Device: device!)).ToList();
        var court = await SimulatedCourt.StartAsync(devices.Select(d => SettingOf(d.Room, d.Device)), time);
        foreach (var (room, device) in devices)
        {
            device["link"] = court.Find((string)room["id"]!, (string)device["id"]!)!.Link.Uri;
        }

        return new(court, Encoding.UTF8.GetBytes(site.ToJsonString()));
    }

    public ValueTask DisposeAsync() => Court.DisposeAsync();

    private static DeviceSetting SettingOf(JsonNode room, JsonNode device)
    {
        var link = (string)device["link"]!;
        var driver = (string)device["driver"]!;
        return new((string)room["id"]!, (string)device["id"]!, driver)
        {
            // A demo has no secrets: its PDU takes orders under the community that everybody may read with.
            Options = driver == "snmp-pdu" ? new() { ["writeCommunity"] = "public" } : new(),
            Link = link.Split(':', 2)[0] switch
            {
                "serial" or "modbus+serial" => LinkKind.Serial,
                "snmp" or "udp" => LinkKind.Udp,
                "sip" => LinkKind.Sip,
                "ssh" or "wake" => LinkKind.Ssh,
                "ws" => LinkKind.WebSocket,
                _ => LinkKind.Tcp,
            },
        };
    }
}

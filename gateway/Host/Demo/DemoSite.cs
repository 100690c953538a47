using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Host.Demo;

/// <summary>The demo's courthouse: each device of the embedded site file, and of what was added, is simulated on its real wire, and its link leads there.</summary>
internal sealed class DemoSite : IAsyncDisposable
{
    /// <summary>As findings and the console call its site file.</summary>
    public const string Name = "demo-site.json";

    private const string Resource = $"AvGateway.Host.Demo.{Name}";
    private readonly string? _folder;
    private JsonNodeAt _site;

    private DemoSite(SimulatedCourt court, JsonNodeAt site, string? folder)
    {
        Court = court;
        _site = site;
        _folder = folder;
    }

    public SimulatedCourt Court { get; }

    /// <summary>What was added to the courthouse, by its id, with its driver and link.</summary>
    public IReadOnlyList<AddedDevice> Added { get; private set; } = [];

    /// <param name="path">A part of a site file that is added to it; null leaves the court as it is.</param>
    /// <param name="findings">What is wrong with that part.</param>
    /// <returns>Null when the court cannot be as it was asked for.</returns>
    public static async Task<DemoSite?> StartAsync(string? path, TimeProvider time, List<Finding> findings)
    {
        var addition = path is null ? null : DemoAddition.Read(path, findings);
        if (path is not null && addition is null) return null;
        var site = Embedded();
        var court = await SimulatedCourt.StartAsync(from room in site["rooms"]!.Items from device in room["devices"]!.Items select SettingOf(room, device), time);
        var demo = new DemoSite(court, Linked(site, court), addition?.Folder);
        if (addition is null || demo.Add(addition, findings)) return demo;
        await demo.DisposeAsync();
        return null;
    }

    public SiteModel? Read(SiteReader reader) => reader.Read(_site, _folder);

    public ValueTask DisposeAsync() => Court.DisposeAsync();

    /// <summary>Nothing of it is simulated before all of it is in order: what is wrong is then said by whoever knows best, with its place.</summary>
    private bool Add(DemoAddition addition, List<Finding> findings)
    {
        _site = addition.To(_site);
        if (findings.Count > 0) return false;
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        if (Read(reader) is null)
        {
            findings.AddRange(reader.Findings);
            return false;
        }

        try
        {
            var plan = CourtFile.Read(addition.Path);
            foreach (var setting in plan.Devices) Court.Add(setting);
            _site = Linked(_site, Court);
            Added =
            [
                .. plan.Devices.Select(d => new AddedDevice(d.Id, Court.Find(d.Room, d.Device)!.Link.Uri, IsSimulated: true)),
                .. plan.NotSimulated.Select(d => new AddedDevice(d.Id, LinkOf(d.Id), IsSimulated: false)),
            ];
            return true;
        }
        catch (Exception cannot) when (cannot is CannotSimulateException or InvalidDataException)
        {
            findings.Add(new(Severity.Error, addition.Path, "$", 1, 1, $"not everything in it can be simulated: {cannot.Message.TrimEnd('.')}", "change that, or leave the device out"));
            return false;
        }
    }

    private string LinkOf(string device) =>
        (from r in _site["rooms"]!.Items from d in r["devices"]!.Items where $"{r["id"]!.Text}/{d["id"]!.Text}" == device select d["link"]!.Text!).Single();

    private static JsonNodeAt Embedded()
    {
        using var stream = typeof(DemoSite).Assembly.GetManifestResourceStream(Resource)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var findings = new List<Finding>();
        return JsonReaderAt.Read(bytes.ToArray(), Name, findings) ?? throw new InvalidOperationException(string.Join(' ', findings));
    }

    /// <summary>Each link that a simulator stands at the end of leads to it.</summary>
    private static JsonNodeAt Linked(JsonNodeAt site, SimulatedCourt court) => site.With("rooms", site["rooms"]! with
    {
        Items =
        [
            .. site["rooms"]!.Items.Select(room => room.With("devices", room["devices"]! with
            {
                Items = [.. room["devices"]!.Items.Select(d => court.Find(room["id"]!.Text!, d["id"]!.Text!) is { } it ? d.With("link", d["link"]! with { Text = it.Link.Uri }) : d)],
            })),
        ],
    });

    private static DeviceSetting SettingOf(JsonNodeAt room, JsonNodeAt device)
    {
        var driver = device["driver"]!.Text!;
        return new(room["id"]!.Text!, device["id"]!.Text!, driver)
        {
            // A demo has no secrets: its PDU takes orders under the community that everybody may read with.
            Options = driver == "snmp-pdu" ? new() { ["writeCommunity"] = "public" } : new(),
            Link = device["link"]!.Text!.Split(':', 2)[0] switch
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

/// <summary>A device that was added to the demo's courthouse.</summary>
/// <param name="IsSimulated">The demo plays it; otherwise whoever added it has something at the end of the link.</param>
internal sealed record AddedDevice(string Id, string Link, bool IsSimulated);

using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Testing.City;

/// <summary>What becomes of one kind of device of a city on the bench.</summary>
/// <param name="Driver">The driver that works it, with its simulated device at the other end; null: there is none, and nobody pretends.</param>
/// <param name="Outlet">Which outlet of the room's sequencer feeds it; 0: it hangs on the wall and stays on.</param>
public sealed record CityKind(string Driver, int Outlet)
{
    public const string None = "";

    public string? Load { get; init; }
    public double Inrush { get; init; } = 1;

    /// <summary>How long it may take to come up, as a site file writes it; null: the usual.</summary>
    public string? Within { get; init; }
    public LinkKind Link { get; init; } = LinkKind.Tcp;

    /// <summary>Beginning of a link that a site file would hold; what makes it unique is put in.</summary>
    public string Address { get; init; } = "tcp://{0}:5000";

    public JsonObject Options { get; init; } = [];
    public JsonObject Simulated { get; init; } = [];
    public Dictionary<string, JsonNode?> Switches { get; init; } = [];
    public bool IsDriven => Driver.Length > 0;
}

/// <summary>
/// Which driver stands for which kind. The reference city names kinds of devices, and families that are an assumption; the nearest driver of the same class
/// that there is a simulated device for stands in their place. What has neither is switched by its outlet alone, or stays on.
/// </summary>
public static class CityKinds
{
    /// <summary>The channels of a room's sequencer.</summary>
    public const int Channels = 10;

    /// <summary>The outlet of the amplifier: the last one, so that it goes first and comes last.</summary>
    public const int Last = Channels;

    public static IReadOnlyDictionary<string, CityKind> All { get; } = new Dictionary<string, CityKind>
    {
        // A host's own words are not public; a recorder of the same class stands for it.
        ["trial_host"] = new("hyperdeck", 1) { Inrush = 4 },
        ["backup_recorder"] = new("extron-smp", 1) { Inrush = 4, Within = "3m" },
        ["recorder"] = new("extron-smp", 1) { Inrush = 4, Within = "3m" },
        ["matrix"] = new("extron-sis", 2) { Inrush = 4 },
        ["display"] = new("nec-display", 6) { Inrush = 3 },
        ["projector"] = new("pjlink", 7) { Inrush = 15, Load = "lamp", Switches = { ["cool-down"] = "90s" } },
        ["video_codec"] = new("cisco-xapi", 8) { Inrush = 4, Link = LinkKind.Serial, Address = "serial:/dev/tty{0}?baud=115200" },
        ["backup_codec"] = new("poly", 9) { Inrush = 4 },

        // Controllers that only take frames cannot be asked, and nothing behind them would be seen: these have contacts that are read.
        ["power_sequencer"] = new("modbus-sequencer", 0)
        {
            Address = "modbus+tcp://{0}:502/1",
            Options = new() { ["channels"] = $"1-{Channels}", ["status"] = "inputs" },
            Simulated = new() { ["channels"] = $"1-{Channels}", ["startsOn"] = 0 },
        },
        ["pdu"] = new("snmp-pdu", 0) { Link = LinkKind.Udp, Address = "snmp://{0}:161", Simulated = new() { ["outlets"] = 24, ["writeCommunity"] = "public" } },
        ["ups"] = new("snmp-ups", 0) { Link = LinkKind.Udp, Address = "snmp://{0}:161", Load = "keep" },
        ["ups_small"] = new("snmp-ups", 0) { Link = LinkKind.Udp, Address = "snmp://{0}:161", Load = "keep" },
        ["temp_humidity"] = new("modbus-sensor", 0) { Address = "modbus+tcp://{0}:502/1", Load = "keep" },
        ["env_sensor"] = new("modbus-sensor", 0) { Address = "modbus+tcp://{0}:502/1", Load = "keep" },
        ["central_controller"] = new(CityKind.None, 3),
        ["touch_panel"] = new(CityKind.None, 3),
        ["audio_dsp"] = new(CityKind.None, 4),
        ["mic_controller"] = new(CityKind.None, 4),
        ["voice_changer"] = new(CityKind.None, 4),
        ["ptz_camera"] = new(CityKind.None, 5),
        ["doc_camera"] = new(CityKind.None, 5),
        ["amplifier"] = new(CityKind.None, Last) { Load = "amplifier", Inrush = 30 },
    };

    /// <summary>Kinds that are not in the table: computers and what the network hangs on. Nobody switches them off by cutting their power.</summary>
    public static CityKind Of(string kind) => All.GetValueOrDefault(kind) ?? new(CityKind.None, 0);
}

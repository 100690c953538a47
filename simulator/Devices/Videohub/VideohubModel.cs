using System.Globalization;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Videohub;

/// <summary>What one matrix is and holds. All port numbers begin at 0.</summary>
internal sealed class VideohubModel
{
    private readonly List<VideohubTable> _tables = [];

    public VideohubModel(DeviceSetting setting)
    {
        var inputs = setting.Count("inputs", 20, 1, 288);
        var outputs = setting.Count("outputs", 20, 1, 288);
        var monitoring = setting.Count("monitoringOutputs", 0, 0, 288);
        var serial = setting.Count("serialPorts", 0, 0, 288);
        var units = setting.Count("processingUnits", 0, 0, 64);
        var frames = setting.Count("frameBuffers", 0, 0, 64);
        Name = setting.Word("model", $"Blackmagic Videohub {inputs}x{outputs}");
        FriendlyName = setting.Word("friendlyName", $"Matrix {setting.Id}");
        UniqueId = setting.Word("uniqueId", "7C2E0D" + Identity.Hex(setting.Id, 6));

        Locks = new("VIDEO OUTPUT LOCKS", outputs);
        OutputLabels = new("OUTPUT LABELS", Names(setting, "outputLabels", "Output", outputs), Locks);
        InputLabels = new("INPUT LABELS", Names(setting, "inputLabels", "Input", inputs));
        Routing = new("VIDEO OUTPUT ROUTING", outputs, inputs, Locks);
        var monitorLocks = new LockTable("MONITORING OUTPUT LOCKS", monitoring);
        var serialLocks = new LockTable("SERIAL PORT LOCKS", serial);

        Add(InputLabels);
        Add(OutputLabels);
        Add(new LabelTable("MONITORING OUTPUT LABELS", Names(setting, "", "Monitor", monitoring), monitorLocks));
        Add(new LabelTable("SERIAL PORT LABELS", Names(setting, "", "Serial", serial), serialLocks));
        Add(new LabelTable("FRAME LABELS", Names(setting, "", "Frame", frames)));
        Add(Locks);
        Add(monitorLocks);
        Add(serialLocks);
        Add(Routing);
        Add(new RoutingTable("VIDEO MONITORING OUTPUT ROUTING", monitoring, inputs, monitorLocks));
        Add(new RoutingTable("SERIAL PORT ROUTING", serial, Math.Max(serial, 1), serialLocks));
        Add(new RoutingTable("PROCESSING UNIT ROUTING", units, inputs));
        Add(new RoutingTable("FRAME BUFFER ROUTING", frames, inputs));
        Add(new WordTable("SERIAL PORT DIRECTIONS", serial, "auto", "control", "slave", "auto"));
        if (setting.Options["cards"] is JsonValue cards && cards.TryGetValue<bool>(out var modular) && modular)
        {
            Add(new CardTable("VIDEO INPUT STATUS", inputs, "BNC"));
            Add(new CardTable("VIDEO OUTPUT STATUS", outputs, "BNC"));
            Add(new CardTable("SERIAL PORT STATUS", serial, "RS422"));
        }

        Counts =
        [
            ("Video inputs", inputs), ("Video processing units", units), ("Video outputs", outputs),
            ("Video monitoring outputs", monitoring), ("Serial ports", serial),
        ];
    }

    public string Name { get; }

    public string FriendlyName { get; }

    public string UniqueId { get; }

    public IReadOnlyList<(string Name, int Count)> Counts { get; }

    /// <summary>In the order of the prelude; blocks without ports are left out.</summary>
    public IReadOnlyList<VideohubTable> Tables => _tables;

    public RoutingTable Routing { get; }

    public LockTable Locks { get; }

    public LabelTable InputLabels { get; }

    public LabelTable OutputLabels { get; }

    public bool TakeMode { get; set; } = true;

    /// <summary>Finds a block by header. The lock block of monitoring outputs has two spellings in the vendor's papers.</summary>
    public VideohubTable? Find(string header) => header switch
    {
        "VIDEO MONITORING OUTPUT LOCKS" => Find("MONITORING OUTPUT LOCKS"),
        "FRAME BUFFER LABELS" => Find("FRAME LABELS"),
        _ => _tables.FirstOrDefault(table => table.Header == header),
    };

    private void Add(VideohubTable table)
    {
        if (table.Count > 0) _tables.Add(table);
    }

    private static string[] Names(DeviceSetting setting, string option, string word, int count)
    {
        var given = option.Length > 0 ? setting.Options[option] as JsonArray : null;
        return [.. Enumerable.Range(0, count).Select(
            port => Given(given, port) ?? string.Create(CultureInfo.InvariantCulture, $"{word} {port + 1}"))];
    }

    private static string? Given(JsonArray? given, int port) =>
        given is not null && port < given.Count && given[port] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;
}

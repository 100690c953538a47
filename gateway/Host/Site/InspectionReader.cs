using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Inspections;

namespace AvGateway.Host.Site;

/// <summary>Reads the member <c>inspection</c>. What is left out is as usual; a profile that is written takes the place of the usual one of its id.</summary>
internal sealed class InspectionReader(List<Finding> findings, IReadOnlyList<RoomModel> rooms)
{
    private const double LeastFloor = -120;
    private const int MostPresets = 99;

    public static IReadOnlyList<string> PerWords { get; } = ["room", "site"];

    public InspectionSettings Read(JsonNodeAt? node)
    {
        var usual = new InspectionSettings();
        if (node is null) return usual;
        var shape = new JsonShape(node, findings, "profiles", "hours", "calls", "presets", "recording");
        ImmutableArray<InspectionProfile> own = [.. shape.List("profiles").Select(ReadProfile)];
        RefuseTwice(shape.List("profiles"), own.Select(p => p.Id));
        var recording = node["recording"] is { } member ? ReadRecording(member, usual) : usual;
        return recording with
        {
            Profiles = [.. usual.Profiles.Where(u => own.All(o => o.Id != u.Id)), .. own],
            Hours = [.. shape.List("hours").Select(ReadHours).OfType<HoursLimit>()],
            Calls = [.. shape.List("calls").Select(ReadCall).OfType<TestCall>()],
            Presets = [.. shape.List("presets").Select(ReadPreset).OfType<TestPreset>()],
        };
    }

    private InspectionProfile ReadProfile(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "name", "checks", "manual");
        var id = shape.Id("id");
        var names = shape.NamesOr(id);
        var checks = ImmutableArray.CreateBuilder<string>();
        foreach (var check in shape.List("checks"))
        {
            if (check.Text is { } word && CheckWords.All.Contains(word)) checks.Add(word);
            else findings.Add(check.Error("this is no function check", $"write some of: {string.Join(", ", CheckWords.All)}"));
        }

        ImmutableArray<ManualItem> manual = [.. shape.List("manual").Select(ReadItem)];
        RefuseTwice(shape.List("manual"), manual.Select(m => m.Id));
        return new(id, new(names.Zh, names.En), checks.ToImmutable(), manual);
    }

    private ManualItem ReadItem(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "name", "per");
        var id = shape.Id("id");
        var names = shape.NamesOr(id);
        var per = shape.Text("per") ?? PerWords[0];
        if (!PerWords.Contains(per)) findings.Add(node["per"]!.Error($"\"{per}\" is not known here", $"write {string.Join(" or ", PerWords)}"));
        return new(id, new(names.Zh, names.En), per == PerWords[0]);
    }

    private HoursLimit? ReadHours(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "work", "name", "property", "limit", "driver", "devices");
        var work = shape.Id("work");
        var names = shape.NamesOr(work);
        var property = shape.Text("property", required: true);
        var driver = shape.Text("driver");
        ImmutableArray<DeviceId> devices = [.. shape.List("devices").Select(Device).OfType<DeviceId>()];
        if (driver is null == (node["devices"] is null)) findings.Add(node.Error("it is not said whose hours these are", "write \"driver\", or \"devices\": [\"ROOM/DEVICE\"]"));
        var meant = rooms.SelectMany(r => r.Devices).Where(d => driver is null ? devices.Contains(d.Plan.Id) : d.Plan.Manifest.Name == driver).ToList();
        if (driver is not null && meant.Count == 0) findings.Add(node["driver"]!.Error($"no device of this site has the driver \"{driver}\"", "name a driver of the site, or remove the line"));
        if (property is not null and not HoursLimit.OnHours && meant.FirstOrDefault(d => d.Plan.Manifest.Properties.All(p => p.Name != property)) is { } without)
            findings.Add(node["property"]!.Error($"{without.Plan.Id} has no property \"{property}\"", "\"avgateway describe DRIVER\" lists them"));
        if (node["limit"] is not { Kind: JsonValueKind.Number, Number: > 0 } limit)
        {
            findings.Add((node["limit"] ?? node).Error("\"limit\" is a number of hours above 0", "write for example 2000"));
            return null;
        }

        return property is null ? null : new(work, new(names.Zh, names.En), property, limit.Number, driver, devices);
    }

    private TestCall? ReadCall(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "device", "uri");
        return Named(node, shape) is { } device && shape.Text("uri", required: true) is { } uri ? new(device, uri) : null;
    }

    private TestPreset? ReadPreset(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "device", "test", "home");
        return Named(node, shape) is { } device && Preset(node, "test") is { } test && Preset(node, "home") is { } home ? new(device, test, home) : null;
    }

    private InspectionSettings ReadRecording(JsonNodeAt node, InspectionSettings usual)
    {
        var shape = new JsonShape(node, findings, "length", "floor");
        var length = shape.Duration("length", TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(1)) ?? usual.RecordingLength;
        if (node["floor"] is not { } floor) return usual with { RecordingLength = length };
        if (floor is { Kind: JsonValueKind.Number, Number: >= LeastFloor and <= 0 }) return usual with { RecordingLength = length, Floor = floor.Number };
        findings.Add(floor.Error("\"floor\" is a level in dBFS", $"write a number of {LeastFloor} … 0"));
        return usual;
    }

    private DeviceId? Named(JsonNodeAt node, JsonShape shape)
    {
        if (node["device"] is { } device) return Device(device);
        shape.Missing("device");
        return null;
    }

    private DeviceId? Device(JsonNodeAt node)
    {
        if (node.Text?.Split('/') is [var room, var name] && rooms.Any(r => r.Devices.Any(d => d.Plan.Id == new DeviceId(room, name)))) return new(room, name);
        findings.Add(node.Error($"there is no device \"{node.Text}\"", "write \"ROOM/DEVICE\""));
        return null;
    }

    private int? Preset(JsonNodeAt node, string name)
    {
        if (node[name] is { Kind: JsonValueKind.Number, Number: >= 1 and <= MostPresets } number && Math.Truncate(number.Number) == number.Number) return (int)number.Number;
        findings.Add((node[name] ?? node).Error($"\"{name}\" is the number of a preset", $"write a whole number of 1 … {MostPresets}"));
        return null;
    }

    private void RefuseTwice(IReadOnlyList<JsonNodeAt> nodes, IEnumerable<string> ids)
    {
        foreach (var twice in ids.Select((id, i) => (Id: id, Index: i)).GroupBy(p => p.Id).Where(g => g.Key.Length > 0 && g.Count() > 1))
            findings.Add(nodes[twice.Last().Index].Error($"two are called \"{twice.Key}\"", "give each its own id"));
    }
}

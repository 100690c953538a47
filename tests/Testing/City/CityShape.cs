using System.Text.Json.Nodes;

namespace AvGateway.Testing.City;

/// <summary>How many of which device stand in a room of each kind, and how many rooms of which kind each court has.</summary>
/// <param name="RoomKinds">Kind of room → kind of device → how many.</param>
public sealed record CityShape(IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> RoomKinds, IReadOnlyList<CityCourt> Courts)
{
    /// <summary>A basic-level court of our own making, small enough for every run of the tests: one room of each kind.</summary>
    public static readonly CityShape OneCourt = new(
        new Dictionary<string, IReadOnlyDictionary<string, int>>
        {
            ["standard"] = new Dictionary<string, int>
            {
                ["trial_host"] = 1,
                ["central_controller"] = 1,
                ["matrix"] = 1,
                ["ptz_camera"] = 4,
                ["doc_camera"] = 1,
                ["audio_dsp"] = 1,
                ["mic_controller"] = 1,
                ["amplifier"] = 1,
                ["display"] = 3,
                ["video_codec"] = 1,
                ["power_sequencer"] = 1,
                ["touch_panel"] = 1,
                ["clerk_pc"] = 1,
                ["access_switch"] = 1,
            },
            ["simple"] = new Dictionary<string, int>
            {
                ["trial_host"] = 1,
                ["ptz_camera"] = 2,
                ["audio_dsp"] = 1,
                ["display"] = 2,
                ["power_sequencer"] = 1,
                ["touch_panel"] = 1,
                ["clerk_pc"] = 1,
            },
            ["tribunal"] = new Dictionary<string, int> { ["trial_host"] = 1, ["ptz_camera"] = 2, ["display"] = 1, ["power_sequencer"] = 1, ["clerk_pc"] = 1, ["wan_router"] = 1 },
            ["vc_room"] = new Dictionary<string, int>
            {
                ["video_codec"] = 1,
                ["backup_codec"] = 1,
                ["ptz_camera"] = 2,
                ["projector"] = 1,
                ["display"] = 1,
                ["audio_dsp"] = 1,
                ["matrix"] = 1,
                ["amplifier"] = 1,
                ["power_sequencer"] = 1,
                ["touch_panel"] = 1,
            },
            ["machine_room_small"] = new Dictionary<string, int> { ["ups"] = 1, ["pdu"] = 1, ["temp_humidity"] = 1, ["core_switch"] = 1, ["server"] = 2 },
        },
        [new("own", new Dictionary<string, int> { ["standard"] = 1, ["simple"] = 1, ["tribunal"] = 1, ["vc_room"] = 1, ["machine_room_small"] = 1 })]);

    public int Devices => Courts.Sum(c => c.Rooms.Sum(r => r.Value * RoomKinds[r.Key].Values.Sum()));

    public CityShape Only(string court) => this with { Courts = [.. Courts.Where(c => c.Code == court)] };

    /// <summary>The reference city, where its file was given.</summary>
    public static CityShape Read(string file)
    {
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        return new(
            root["roomTypes"]!.AsObject().ToDictionary(t => t.Key, IReadOnlyDictionary<string, int> (t) => Counts(t.Value!["devices"]!)),
            [.. root["sites"]!.AsArray().Select(s => new CityCourt((string)s!["code"]!, Counts(s["rooms"]!)))]);
    }

    private static Dictionary<string, int> Counts(JsonNode node) => node.AsObject().ToDictionary(p => p.Key, p => (int)p.Value!);
}

/// <param name="Rooms">Kind of room → how many.</param>
public sealed record CityCourt(string Code, IReadOnlyDictionary<string, int> Rooms);

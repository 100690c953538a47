using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers.Runtime;
using AvGateway.Mqtt.Publishing;
using AvGateway.Simulator.Devices.Wires;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Courts;

namespace AvGateway.Acceptance.Tests.Virtual;

/// <summary>
/// One courtroom on simulators and a virtual clock, with its topics. On the matrix: input 12 the composite, 13 the judge, 14 the true
/// witness, 15 evidence, 16 what comes out of the masker, 17 the far end, 18 the notice, 19 nothing; output 13 the stream, 14 the lobby, 15 and
/// 16 the court, 17 the gallery, 18 the far end, 19 the recorder. The masker shows the masked face on input 1 and the true one on 0.
/// </summary>
internal sealed class VirtualCourt : IAsyncDisposable
{
    /// <summary>The layout of the room, with the main recorder still to be named.</summary>
    public const string Layout = """
        {
          "sources": [
            { "name": "composite", "device": "matrix", "input": 12, "tags": ["hearing"] },
            { "name": "judge-camera", "device": "matrix", "input": 13, "tags": ["hearing"] },
            { "name": "witness-camera", "device": "matrix", "input": 14, "tags": ["protected-witness"] },
            { "name": "evidence", "device": "matrix", "input": 15, "tags": ["evidence"] },
            { "name": "masked-witness", "device": "matrix", "input": 16, "tags": ["masked"], "mask": { "device": "masker", "property": "output-0", "on": 1, "off": 0 } },
            { "name": "far-end", "device": "matrix", "input": 17, "tags": ["remote-feed"] },
            { "name": "notice", "device": "matrix", "input": 18, "tags": ["notice"] },
          ],
          "sinks": [
            { "name": "stream-feed", "device": "matrix", "property": "output-13", "blank": 19, "tags": ["stream"], "home": "composite" },
            { "name": "lobby-display", "device": "matrix", "property": "output-14", "blank": 19, "tags": ["public"] },
            { "name": "judge-display", "device": "matrix", "property": "output-15", "blank": 19, "tags": ["courtroom"], "home": "composite" },
            { "name": "party-displays", "device": "matrix", "property": "output-16", "blank": 19, "tags": ["courtroom"], "home": "composite" },
            { "name": "gallery-display", "device": "matrix", "property": "output-17", "blank": 19, "tags": ["gallery"], "home": "composite" },
            { "name": "to-far-end", "device": "matrix", "property": "output-18", "blank": 19, "tags": ["remote"], "home": "composite" },
            { "name": "to-recorder", "device": "matrix", "property": "output-19", "blank": 19, "tags": ["recording"], "home": "composite" },
          ],
          "remote": [{ "name": "far-end-sound", "device": "codec" }],
          "streams": [{ "name": "stream", "device": "encoder" }],
          "recorders": [{ "device": "MAIN", "role": "main" }, { "device": "backup", "role": "backup" }],
          "codecs": ["codec"],
        }
        """;

    private static readonly DriverCatalog Catalog = new(typeof(Drivers.Protocols.HyperDeck.HyperDeckDriver).Assembly);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    public VirtualCourt(params FakeDevice[] meteredMain)
    {
        CourtSeat[] seats =
        [
            Seat("matrix", "videohub"), Seat("masker", "videohub"), Seat("recorder", "hyperdeck"), Seat("backup", "hyperdeck"), Seat("encoder", "hyperdeck"),
            Seat("codec", "cisco-xapi", LinkKind.Serial),
        ];
        Bench = new(Layout.Replace("MAIN", meteredMain is [var own] ? own.Id.Name : "recorder", StringComparison.Ordinal), seats, meteredMain);
        Topics = new(Bench.Clock);
        Publisher = new(new("avgw", "city"), new(Topics, Topics), Bench.House, new CourtNames());
    }

    public CourtBench Bench { get; }
    public TopicLog Topics { get; }
    public RoomPublisher Publisher { get; }

    public IEnumerable<(DateTimeOffset At, JsonElement Payload)> Hearings => Topics.On("avgw/1/city/court-1/$hearing");
    public JsonElement Hearing => Topics.Last("avgw/1/city/court-1/$hearing");

    /// <summary>Input of each output, as the matrix itself has it.</summary>
    public int[] Routing(string matrix = "matrix") => [.. Bench.Peer(matrix).Device.State()["routing"]!.AsArray().Select(v => (int)v!)];

    public string Transport(string recorder) => (string)Bench.Peer(recorder).Device.State()["status"]!;

    public async Task StartAsync()
    {
        // As it comes from the factory each output shows the input of its number; a court begins its day in the dark.
        for (var output = 13; output <= 19; output++) Bench.Peer("matrix").Press("route", new() { ["input"] = 19, ["output"] = output });
        await Bench.StartAsync();
        Publisher.ShowAll();
    }

    /// <summary>Runs a scene and returns how it ended.</summary>
    public async Task<JsonElement> RunAsync(string scene, string caller = "clerk-1", bool? isPublic = null)
    {
        var final = isPublic is { } wished ? await Bench.DoAsync(scene, caller, args: new Operations.Commands.RawArgument("public", wished)) : await Bench.DoAsync(scene, caller);
        return Listener.Json(final);
    }

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private static CourtSeat Seat(string name, string driver, LinkKind? link = null) =>
        new(Catalog.Find(driver)!, new("court-1", name, driver) { Link = link, Options = driver == "videohub" ? new JsonObject { ["inputs"] = 20, ["outputs"] = 20 } : [] }, Poll);

    private sealed class CourtNames : ISiteNames
    {
        public Names Of(DeviceId device) => new(device.Name, device.Name);
        public Names OfRoom(string room) => new("第一审判庭", "Courtroom 1");
    }
}

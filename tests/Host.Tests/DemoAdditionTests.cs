using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AvGateway.Host.Demo;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Testing;

namespace AvGateway.Host.Tests;

/// <summary>What somebody adds to the demo's court is a part of a site file, and is told with its place when it cannot be one.</summary>
/// <remarks>What is wrong with the foreign package is said for the whole process: who reads one stands in its line.</remarks>
[Collection(nameof(ForeignPackage))]
public sealed class DemoAdditionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-demo-").FullName;
    private readonly List<Finding> _findings = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_device_with_a_simulator_is_simulated_and_one_without_keeps_its_link()
    {
        using var package = new ForeignPackage();
        await WriteAsync("entry.json", Entry(package));
        var part = await WriteAsync("part.json", $$"""
            {
              "drivers": ["entry.json"], // beside it
              "rooms": [
                { "id": "court-2", "devices": [{ "id": "projector", "driver": "pjlink", "link": "tcp://10.1.1.1" }, { "id": "foreign", "driver": "{{ForeignPackage.Driver}}", "link": "tcp://127.0.0.1:4711" }] },
                { "id": "court-3", "devices": [{ "id": "matrix", "driver": "videohub", "link": "tcp://10.1.1.2" }] },
              ],
            }
            """);

        await using var demo = await DemoSite.StartAsync(part, TimeProvider.System, _findings);

        Assert.Empty(_findings);
        var site = demo!.Read(new(Parts.Catalog, Parts.Links()))!;
        Assert.Equal(["court-1", "court-2", "machine-room", "court-3"], site.Rooms.Select(r => r.Id));
        var links = site.Devices.ToDictionary(d => d.Plan.Id.ToString(), d => d.Plan.Link);
        foreach (var each in demo.Court.Devices) Assert.Equal(each.Link.Uri, links[each.Id].ToString());
        Assert.Equal(4711, links["court-2/foreign"].Port);
        Assert.Null(demo.Court.Find("court-2", "foreign"));
        Assert.Equal(links.Count - 1, demo.Court.Devices.Count);
        Assert.Equal(
            [("court-2/projector", true), ("court-3/matrix", true), ("court-2/foreign", false)],
            demo.Added.Select(d => (d.Id, d.IsSimulated)));
    }

    [Fact]
    public async Task The_profile_that_the_decision_shows_is_in_order_and_played()
    {
        var text = await File.ReadAllTextAsync(Decision(), TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(_folder, "profiles"));
        await WriteAsync("profiles/panasonic.json", text.Split("```json\n")[1].Split("```")[0]);
        var part = await WriteAsync("part.json", """{ "rooms": [{ "id": "court-2", "devices": [{ "id": "projector", "driver": "profile:panasonic-pttw230", "link": "serial:/dev/ttyUSB0" }] }] }""");

        await using var demo = await DemoSite.StartAsync(part, TimeProvider.System, _findings);

        Assert.Empty(_findings);
        Assert.Equal("on", demo!.Court.Find("court-2", "projector")!.Device.State()["power"]!.ToString());
    }

    [Theory]
    [InlineData("""{ "rooms": [{ "id": "court-1", "devices": [{ "id": "matrix", "driver": "pjlink", "link": "tcp://127.0.0.1:1" }] }] }""", "part.json(1,52): error: $.rooms[0].devices[0].id: the demo has a device court-1/matrix already. Give yours another id.")]
    [InlineData("""{ "rooms": [{ "id": "court-1", "layout": {}, "devices": [] }] }""", "part.json(1,42): error: $.rooms[0].layout: this room of the demo has its own \"layout\". Take it out here, or give the room another id.")]
    [InlineData("""{ "rooms": [{ "id": "court-1", "devices": {} }] }""", "part.json(1,43): error: $.rooms[0].devices: a list is needed here, not an object. Write [ … ].")]
    [InlineData("""{ "drivers": ["entry.json"], "rooms": [] }""", "part.json(1,15): error: $.drivers[0]: \"entry.json\" matches no file. \"avgateway drivers pin FOLDER\" prints what stands in it.")]
    [InlineData("""{ "rooms": [{ "id": "court-1", "devices": [{ "id": "x1", "driver": "profile:acme-x1", "link": "tcp://127.0.0.1:1" }] }] }""", "there is no driver \"profile:acme-x1\". A profile of your own lies in profiles/ beside this file")]
    [InlineData("""{ "site": {} }""", "part.json(1,11): error: $.site: \"site\" is not known here.")]
    [InlineData("[]", "part.json(1,1): error: $: an object is needed here, not a list.")]
    [InlineData("{", "part.json(1,2): error: $: not JSON: ")]
    public async Task What_cannot_be_added_is_told_with_its_place_and_a_remedy(string text, string expected)
    {
        var part = await WriteAsync("part.json", text);

        Assert.Null(await DemoSite.StartAsync(part, TimeProvider.System, _findings));

        Assert.Contains(_findings, f => f.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_by_its_name()
    {
        Assert.Null(await DemoSite.StartAsync(Path.Combine(_folder, "none.json"), TimeProvider.System, _findings));

        Assert.Contains("none.json(1,1): error: $: cannot be read", Assert.Single(_findings).ToString(), StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    private static string Decision([CallerFilePath] string here = "") =>
        Directory.GetFiles(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/decisions")), "0177-*.md").Single();

    private static string Entry(ForeignPackage package)
    {
        var listing = package.Listing();
        return new JsonObject
        {
            ["id"] = listing.Id,
            ["folder"] = listing.Folder,
            ["brings"] = new JsonObject { [ForeignPackage.Driver] = "matrix" },
            ["files"] = new JsonObject(listing.Files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        }.ToJsonString();
    }
}

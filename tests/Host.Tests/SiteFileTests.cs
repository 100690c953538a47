using System.Runtime.CompilerServices;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;

namespace AvGateway.Host.Tests;

/// <summary>Each rule of the site file has a file that breaks it; the first line of that file is what must be said.</summary>
public sealed class SiteFileTests
{
    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "bad-config");

    public static TheoryData<string> BadFiles => [.. Directory.GetFiles(Folder(), "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(BadFiles))]
    public void A_broken_rule_is_found_with_its_place(string name)
    {
        var path = Path.Combine(Folder(), name);
        var expected = File.ReadLines(path).First()[3..];

        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(path);

        Assert.Null(site);
        Assert.Contains(reader.Findings, f => f.ToString().Contains(expected, StringComparison.Ordinal));
        Assert.All(reader.Findings, f => Assert.DoesNotContain("hunter2", f.ToString(), StringComparison.Ordinal));
        Assert.All(reader.Findings, f => Assert.DoesNotContain("geheim", f.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        const string Text = """
            {
              "site": { "id": "S", "name": { "zh": "院", "en": "Court" }, "zone": "Nowhere" },
              "rooms": [{ "id": "r", "devices": [{ "id": "d", "driver": "none", "link": "x" }, { "id": "e" }] }],
              "colour": 1
            }
            """;
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        Assert.Null(reader.Read(System.Text.Encoding.UTF8.GetBytes(Text), "text"));
        Assert.True(reader.Findings.Count(f => f.Severity is Severity.Error) >= 5, string.Join('\n', reader.Findings));
    }

    [Fact]
    public void A_room_without_a_layout_has_what_its_devices_are_and_leaves_a_shared_recorder_to_the_court_that_names_it()
    {
        const string Text = """
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "rooms": [
                { "id": "court-1", "devices": [{ "id": "rec", "driver": "hyperdeck", "link": "tcp://10.1.1.1" }],
                  "layout": { "recorders": [{ "device": "rec", "role": "main" }, { "device": "machines/spare", "role": "backup" }] } },
                { "id": "court-2", "devices": [{ "id": "rec", "driver": "hyperdeck", "link": "tcp://10.1.1.2" }, { "id": "codec", "driver": "cisco-xapi", "link": "serial:/dev/ttyS0" }] },
                { "id": "machines", "devices": [{ "id": "spare", "driver": "hyperdeck", "link": "tcp://10.1.1.3" }] },
              ],
              "docket": { "file": "docket.csv", "silentAfter": "1d" },
            }
            """;
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(System.Text.Encoding.UTF8.GetBytes(Text), "text");

        Assert.DoesNotContain(reader.Findings, f => f.Severity is Severity.Error);
        var layouts = site!.Rooms.Select(r => r.Plan.Layout).ToList();
        Assert.Equal(["court-1/rec", "machines/spare"], layouts[0].Recorders.Select(r => r.Device.ToString()));
        Assert.Equal(["court-2/rec", "court-2/codec"], layouts[1].Devices.Select(d => d.ToString()));
        Assert.Empty(layouts[2].Devices);
        Assert.Equal(TimeSpan.FromDays(1), site.Docket!.SilentAfter);
    }

    [Fact]
    public void Comments_trailing_commas_and_included_files_are_read()
    {
        var folder = Directory.CreateTempSubdirectory("avgw-site-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "rooms"));
            File.WriteAllText(Path.Combine(folder, "rooms", "court-2.json"), """{ "rooms": [{ "id": "court-2", "devices": [{ "id": "m", "driver": "videohub", "link": "tcp://10.1.1.21" }] }] }""");
            var path = Path.Combine(folder, "site.json");
            File.WriteAllText(path, """
                {
                  // the head of the site
                  "include": ["rooms/*.json"],
                  "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai", },
                  "capture": {}, /* for later */
                  "rooms": [{ "id": "court-1", "devices": [{ "id": "m", "driver": "videohub", "link": "tcp://10.1.1.20", "poll": "2s" }] }],
                }
                """);
            var reader = new SiteReader(Parts.Catalog, Parts.Links());
            var site = reader.Read(path);

            Assert.NotNull(site);
            Assert.Equal(["court-1", "court-2"], site.Rooms.Select(r => r.Id));
            Assert.Equal("tcp://10.1.1.20:9990", site.Rooms[0].Devices[0].Plan.Link.ToString());
            Assert.Equal(TimeSpan.FromSeconds(2), site.Rooms[0].Devices[0].Plan.Poll);
            var notice = Assert.Single(reader.Findings);
            Assert.Contains("\"lines\" names nothing, so nothing is watched", notice.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("5s", 5)]
    [InlineData("2m", 120)]
    [InlineData("24h", 86_400)]
    [InlineData("3d", 259_200)]
    public void Durations_read_as_the_contract_writes_them(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("1e3s")]
    public void What_is_no_duration_is_not_read_as_one(string text) => Assert.False(Durations.TryParse(text, out _));
}

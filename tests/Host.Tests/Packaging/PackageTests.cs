using System.Security.Cryptography;
using System.Text.Json;

namespace AvGateway.Host.Tests.Packaging;

/// <summary>What is handed to a court: built, unpacked and started as the manual says.</summary>
[Collection(nameof(Package))]
public sealed class PackageTests(Package package)
{
    [Theory]
    [InlineData("tar")]
    [InlineData("deb")]
    public async Task It_starts_says_that_it_is_ready_and_well_and_stops_within_ten_seconds(string kind)
    {
        var (program, unit) = kind == "tar"
            ? (Path.Combine(package.Tarball, "lib/avgateway"), Path.Combine(package.Tarball, "etc/avgateway.service"))
            : (Path.Combine(Deb, "usr/lib/avgateway/avgateway"), Path.Combine(Deb, "usr/lib/systemd/system/avgateway.service"));
        using var gateway = new InstalledGateway(program, unit);
        var ready = await gateway.ReadyAsync();
        Assert.Equal(("city", true), (ready.GetProperty("site").GetString(), ready.GetProperty("ready").GetBoolean()));

        // The watchdog may be fed before it is ready, so both are asked for in the order in which systemd needs them.
        Assert.Contains("STATUS=site city, 1 devices", await gateway.Systemd.HearAsync("READY=1"));
        await gateway.Systemd.HearAsync("WATCHDOG=1");
        using var http = new HttpClient();
        using var health = await http.GetAsync(ready.GetProperty("http").GetString() + "/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, health.StatusCode);

        Assert.Equal(0, await gateway.TerminateAsync());
        await gateway.Systemd.HearAsync("STOPPING=1");
    }

    [Fact]
    public async Task The_debian_package_installs_where_its_unit_looks()
    {
        var files = (await Package.AskAsync("dpkg-deb", "--contents", DebFile)).Split('\n').Select(l => l[(l.IndexOf("./", StringComparison.Ordinal) + 1)..].Trim()).ToList();
        var unit = Path.Combine(Deb, "usr/lib/systemd/system/avgateway.service");

        Assert.Contains(InstalledGateway.CommandOf(unit)[0], files);
        Assert.Contains("/usr/bin/avgateway -> ../lib/avgateway/avgateway", files);
        foreach (var document in (string[])["operation.md", "mqtt.md", "broker.md", "copyright", "avgateway.cdx.json"]) Assert.Contains("/usr/share/doc/avgateway/" + document, files);
        Assert.Equal("/etc/avgateway/avgateway.env", (await Package.AskAsync("dpkg-deb", "--info", DebFile, "conffiles")).Trim());
        Assert.All(files.Where(f => f.StartsWith("/etc/", StringComparison.Ordinal) && !f.EndsWith('/')), f => Assert.Equal("/etc/avgateway/avgateway.env", f));
        Assert.Equal("amd64", (await Package.AskAsync("dpkg-deb", "--field", DebFile, "Architecture")).Trim());
    }

    [Theory]
    [InlineData("postinst")]
    [InlineData("prerm")]
    [InlineData("postrm")]
    public async Task Its_scripts_are_read_by_a_plain_shell(string script) =>
        Assert.Equal("", await Package.AskAsync("sh", "-n", Path.Combine(Package.Root(), "gateway/Host/Packaging/debian", script)));

    [Fact]
    public void The_list_of_contents_names_what_was_locked_with_the_same_hashes()
    {
        var listed = Json(package.File("*.cdx.json")).GetProperty("components").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        var locked = Json(Path.Combine(Package.Root(), "gateway/Host/packages.lock.json")).GetProperty("dependencies").EnumerateObject()
            .SelectMany(t => t.Value.EnumerateObject()).Where(d => d.Value.TryGetProperty("contentHash", out _))
            .GroupBy(d => d.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First().Value, StringComparer.OrdinalIgnoreCase);

        Assert.Contains("MQTTnet", listed.Keys);
        Assert.Contains("Microsoft.NETCore.App.Runtime.linux-x64", listed.Keys);
        foreach (var (name, component) in listed.Where(c => !c.Key.StartsWith("Microsoft.", StringComparison.Ordinal) || !c.Key.Contains(".App.Runtime.", StringComparison.Ordinal)))
        {
            Assert.Equal(locked[name].GetProperty("resolved").GetString(), component.GetProperty("version").GetString());
            Assert.Equal(
                Convert.ToHexStringLower(Convert.FromBase64String(locked[name].GetProperty("contentHash").GetString()!)),
                component.GetProperty("hashes")[0].GetProperty("content").GetString());
            Assert.NotEmpty(component.GetProperty("licenses").EnumerateArray());
        }
    }

    [Fact]
    public void Every_library_that_is_shipped_is_ours_or_listed()
    {
        var lib = Path.Combine(package.Tarball, "lib");
        var listed = Json(package.File("*.cdx.json")).GetProperty("components").EnumerateArray().Select(c => $"{c.GetProperty("name").GetString()}/{c.GetProperty("version").GetString()}").ToHashSet();
        var targets = Json(Path.Combine(lib, "avgateway.deps.json")).GetProperty("targets").EnumerateObject().Single(t => t.Name.EndsWith("/linux-x64", StringComparison.Ordinal)).Value;
        var of = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var library in targets.EnumerateObject())
        {
            foreach (var kind in (string[])["runtime", "native", "resources"])
            {
                if (!library.Value.TryGetProperty(kind, out var assets)) continue;
                foreach (var asset in assets.EnumerateObject()) of[Path.GetFileName(asset.Name)] = library.Name.Replace("runtimepack.", "", StringComparison.Ordinal);
            }
        }

        foreach (var file in Directory.GetFiles(lib, "*.dll", SearchOption.AllDirectories).Concat(Directory.GetFiles(lib, "*.so")).Select(f => Path.GetFileName(f)))
        {
            Assert.True(of.TryGetValue(file, out var owner), $"nothing is known of {file}");
            Assert.True(listed.Contains(owner) || owner.StartsWith("AvGateway.", StringComparison.Ordinal) || owner.StartsWith("avgateway/", StringComparison.Ordinal), $"{file} of {owner} is not listed");
        }
    }

    [Fact]
    public void The_checksums_are_those_of_the_files()
    {
        var lines = File.ReadAllLines(Path.Combine(package.Made, "SHA256SUMS"));

        Assert.Equal(Directory.GetFiles(package.Made).Length - 1, lines.Length);
        foreach (var line in lines)
            Assert.Equal(line[..64], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(package.Made, line[66..])))));
    }

    private string Deb
    {
        get
        {
            Assert.SkipWhen(package.Deb is null, "dpkg-deb is not installed: no Debian package was made");
            return package.Deb!;
        }
    }

    private string DebFile => Deb.Length > 0 ? package.File("*.deb") : "";

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
}

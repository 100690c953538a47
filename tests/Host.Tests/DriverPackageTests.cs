using System.Text.Json.Nodes;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Testing;

namespace AvGateway.Host.Tests;

/// <summary>A site with somebody else's driver: listed file by file, and no reason for the gateway not to start.</summary>
[Collection(nameof(ForeignPackage))]
public sealed class DriverPackageTests : IDisposable
{
    private readonly ForeignPackage _package = new();
    private readonly SiteReader _reader = new(Parts.Catalog, Parts.Links());

    public void Dispose() => _package.Dispose();

    [Fact]
    public void A_listed_driver_is_a_driver_of_the_site()
    {
        var site = _reader.Read(SiteFile(_package.Listing()), "site.json");

        Assert.DoesNotContain(_reader.Findings, f => f.Severity is not Severity.Notice);
        var device = Assert.Single(site!.Devices);
        Assert.Equal(ForeignPackage.Driver, device.Plan.Manifest.Name);
        Assert.Equal(4711, device.Plan.Link.Port);
        Assert.NotNull(site.Catalog.Find("videohub"));
        Assert.Equal("acme", Assert.Single(site.Packages).Id);
        Assert.Null(Parts.Catalog.Find(ForeignPackage.Driver));
    }

    [Fact]
    public void An_altered_file_is_told_with_its_place_and_costs_its_device_and_not_the_site()
    {
        var listing = _package.Listing();
        File.AppendAllText(Path.Combine(_package.Folder, ForeignPackage.Assembly), "x");

        var site = _reader.Read(SiteFile(listing), "site.json");

        var refusal = Assert.Single(_reader.Findings, f => f.Severity is Severity.Refusal);
        Assert.Equal($"$.drivers[0].files.{ForeignPackage.Assembly}", refusal.Path);
        Assert.Contains(PackageFolder.Hashes(_package.Folder)[ForeignPackage.Assembly], refusal.Message, StringComparison.Ordinal);
        Assert.True(RefusedDriver.Is(Assert.Single(site!.Devices).Plan.Manifest));
        Assert.Empty(site.Packages);
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("diagram")]
    public void A_manifest_that_throws_costs_its_device_and_not_the_site(string trouble)
    {
        File.WriteAllText(Path.Combine(_package.Folder, $"{trouble}.txt"), "other files are another package, which is read anew");
        ForeignPackage.Trouble = trouble;

        var site = _reader.Read(SiteFile(_package.Listing()), "site.json");

        Assert.Single(_reader.Findings, f => f.Severity is Severity.Refusal);
        Assert.True(RefusedDriver.Is(Assert.Single(site!.Devices).Plan.Manifest));
    }

    private static byte[] SiteFile(PackageListing listing) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["site"] = new JsonObject { ["id"] = "city", ["name"] = new JsonObject { ["zh"] = "院", ["en"] = "Court" }, ["zone"] = "Asia/Shanghai" },
        ["drivers"] = new JsonArray(new JsonObject
        {
            ["id"] = listing.Id,
            ["folder"] = listing.Folder,
            ["brings"] = new JsonObject { [ForeignPackage.Driver] = "matrix" },
            ["files"] = new JsonObject(listing.Files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value.ToUpperInvariant()))),
        }),
        ["rooms"] = new JsonArray(new JsonObject
        {
            ["id"] = "court-1",
            ["devices"] = new JsonArray(new JsonObject { ["id"] = "matrix", ["driver"] = ForeignPackage.Driver, ["link"] = "tcp://10.1.1.1" }),
        }),
    }.ToJsonString());
}

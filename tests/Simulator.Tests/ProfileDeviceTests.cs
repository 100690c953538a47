using System.Text;
using AvGateway.Simulator.Cli;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests;

/// <summary>Devices that are made out of profiles: by file, by name, and in a court.</summary>
public sealed class ProfileDeviceTests
{
    [Theory]
    [InlineData("ricoh-pjwxl4540")]
    [InlineData("profiles/ricoh-pjwxl4540.json")]
    public void A_name_or_a_file_makes_the_device(string paper)
    {
        var file = Path.Combine(AppContext.BaseDirectory, paper);
        using var device = SimulatorCatalog.BuiltIn.Create(
            new DeviceSetting("bench", "it", "profile") { Options = new() { ["profile"] = File.Exists(file) ? file : paper } }, TimeProvider.System);

        Assert.Equal("display", device.About.DeviceClass);
        Assert.Contains("baud=9600", device.About.LineSettings, StringComparison.Ordinal);
        Assert.Equal("computer1", (string?)device.State()["input"]);
    }

    [Fact]
    public void A_court_finds_the_profiles_that_lie_beside_its_file_and_those_that_come_with_the_gateway()
    {
        var folder = Directory.CreateTempSubdirectory("avsim-profiles-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "profiles"));
            var own = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "profiles", "kramer-p2000.json")).Replace("\"kramer-p2000\"", "\"acme-m8\"", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "profiles", "m8.json"), own);
            var site = Path.Combine(folder, "site.json");
            File.WriteAllText(site, """
                { "site": { "id": "s" }, "rooms": [{ "id": "r", "devices": [
                  { "id": "own", "driver": "profile:acme-m8", "link": "tcp://10.1.1.1:5000", "options": { "outputs": 4 } },
                  { "id": "known", "driver": "profile:sony-vpl", "link": "serial:/dev/ttyS0" },
                  { "id": "none", "driver": "profile:acme-x9", "link": "serial:/dev/ttyS1" } ] }] }
                """);

            var plan = CourtFile.Read(site);

            Assert.Equal(["r/own", "r/known"], plan.Devices.Select(d => d.Id));
            Assert.Equal([LinkKind.Tcp, LinkKind.Serial], plan.Devices.Select(d => d.Link!.Value));
            Assert.Equal("r/none", Assert.Single(plan.NotSimulated).Id);
            using var matrix = SimulatorCatalog.BuiltIn.Create(plan.Devices[0], TimeProvider.System);
            Assert.Equal(4, matrix.State().Count(s => s.Key.StartsWith("output-", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_profile_that_cannot_be_played_is_told_with_what_to_do()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "{ \"profile\": 1, \"bytes\": \"hex\", \"read\": { \"power\": { \"send\": \"GG\" } } }", TestContext.Current.CancellationToken);
            using var errors = new StringWriter(new StringBuilder());

            var code = await Avsim.RunAsync(["device", "profile", "--profile", file, "--http", "127.0.0.1:0"], TextWriter.Null, errors, TestContext.Current.CancellationToken);

            Assert.Equal(Avsim.Failed, code);
            Assert.Contains("avgateway profile lint", errors.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

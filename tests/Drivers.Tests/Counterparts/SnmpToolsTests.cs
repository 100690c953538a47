using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Drivers.Tests.Counterparts;

/// <summary>The tools of net-snmp against our simulated power unit.</summary>
public sealed class SnmpToolsTests : IDisposable
{
    private const string State = "1.3.6.1.4.1.318.1.1.26.9.2.3.1.5", Order = "1.3.6.1.4.1.318.1.1.26.9.2.4.1.5";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Ways =>
    [
        "-v1 -c judge",
        "-v2c -c judge",
        "-v3 -l authPriv -u gateway -a SHA -A signs-it-well -x AES -X seals-it-well",
    ];

    [Theory, MemberData(nameof(Ways))]
    public async Task An_outlet_is_read_switched_and_read_again(string way)
    {
        await using var court = await CourtAsync("sha");

        Assert.Equal($".{State}.3 = INTEGER: 2", await RunAsync(court, "snmpget", way, $"{State}.3"));
        Assert.Equal($".{Order}.3 = INTEGER: 2", await RunAsync(court, "snmpset", way, $"{Order}.3", "i", "2"));
        Assert.Equal($".{State}.3 = INTEGER: 1", await RunAsync(court, "snmpget", way, $"{State}.3"));
        Assert.False((bool)court.Devices[0].Device.State()["outlets"]![2]!);
    }

    [Fact]
    public async Task Sha_256_is_understood()
    {
        await using var court = await CourtAsync("sha256");
        const string way = "-v3 -l authPriv -u gateway -a SHA-256 -A signs-it-well -x AES -X seals-it-well";

        Assert.Equal($".{State}.1 = INTEGER: 2", await RunAsync(court, "snmpget", way, $"{State}.1"));
    }

    [Theory, InlineData("snmpwalk"), InlineData("snmpbulkwalk")]
    public async Task A_walk_finds_every_outlet_and_the_end(string tool)
    {
        await using var court = await CourtAsync("sha");

        var lines = (await RunAsync(court, tool, "-v2c -c public", "1.3.6.1")).Split('\n');

        Assert.Equal(8, lines.Count(line => line.StartsWith($".{State}.", StringComparison.Ordinal)));
        Assert.Contains("No more variables left", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_not_be_written_and_what_is_not_there_is_told()
    {
        await using var court = await CourtAsync("sha");

        Assert.Contains("noAccess", await RunAsync(court, "snmpset", "-v2c -c public", $"{Order}.1", "i", "2"), StringComparison.Ordinal);
        Assert.Contains("notWritable", await RunAsync(court, "snmpset", "-v2c -c judge", $"{State}.1", "i", "1"), StringComparison.Ordinal);
        Assert.Contains("wrongValue", await RunAsync(court, "snmpset", "-v2c -c judge", $"{Order}.1", "i", "4"), StringComparison.Ordinal);
        Assert.Contains("No Such Instance", await RunAsync(court, "snmpget", "-v2c -c public", $"{State}.9"), StringComparison.Ordinal);
        Assert.Contains("Timeout", await RunAsync(court, "snmpget", "-v2c -c wrong -r 0 -t 0.3", $"{State}.1"), StringComparison.Ordinal);
        Assert.Contains("Authentication failure",
            await RunAsync(court, "snmpget", "-v3 -l authPriv -u gateway -a SHA -A signs-it-badly -x AES -X seals-it-well", $"{State}.1"),
            StringComparison.Ordinal);
    }

    private static Task<SimulatedCourt> CourtAsync(string auth) => SimulatedCourt.StartAsync(
        [
            new DeviceSetting("bench", "pdu", "snmp-pdu")
            {
                User = "gateway",
                Password = "signs-it-well",
                Options = new() { ["writeCommunity"] = "judge", ["privPassword"] = "seals-it-well", ["auth"] = auth },
                Switches = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["relay-delay"] = false },
            },
        ], TimeProvider.System);

    private async Task<string> RunAsync(SimulatedCourt court, string tool, string way, params string[] what)
    {
        var address = court.Devices[0].Link.Uri["snmp://".Length..];
        var (_, output) = await Foreign.RunAsync(tool, "snmp", _folder.Path, ["-On", "-t", "5", .. way.Split(' '), address, .. what]);
        return string.Join('\n', output.Split('\n').Where(line => !line.StartsWith("Created directory", StringComparison.Ordinal))).Trim();
    }
}

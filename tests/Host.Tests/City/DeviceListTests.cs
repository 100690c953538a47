using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.City;

namespace AvGateway.Host.Tests.City;

/// <summary><c>ctl devices</c> against the gateway's own process: a script learns from its exit code whether a house is whole.</summary>
public sealed class DeviceListTests
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    private static readonly CityShape Shape = new(
        new Dictionary<string, IReadOnlyDictionary<string, int>>
        {
            ["simple"] = new Dictionary<string, int> { ["display"] = 1, ["power_sequencer"] = 1 },
            ["machine_room_small"] = new Dictionary<string, int> { ["pdu"] = 1 },
        },
        [new("one", new Dictionary<string, int> { ["simple"] = 1, ["machine_room_small"] = 1 })]);

    [Fact]
    public async Task A_device_that_is_away_is_named_and_the_exit_code_tells()
    {
        await using var court = new SimulatedCourt(TimeProvider.System);
        var plan = new CityPlan(Shape, (setting, _) => court.Add(setting).Link.Uri);
        await using var copper = new Copper(plan, court);
        await using var gateway = new CityProcess();
        await gateway.WriteSiteAsync(plan.SiteFile());
        await gateway.StartAsync();

        Assert.Contains("one-simple-1/display-1", await UntilAsync(gateway, ExitCodes.Done), StringComparison.Ordinal);

        Assert.Null(court.Find("one-simple-1", "display-1")!.Device.SetSwitch("drop", true));
        var away = (await UntilAsync(gateway, ExitCodes.Findings)).Split('\n').Single(l => l.Contains("one-simple-1/display-1", StringComparison.Ordinal));
        Assert.False(away.StartsWith("online", StringComparison.Ordinal), away);

        var (code, told) = await gateway.RunAsync("ctl", "devices", "one-machine-room-small-1", "--url", gateway.Url, "--json");
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("\"device\":\"one-machine-room-small-1/pdu-1\",\"state\":\"online\"", Assert.Single(told.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, (await gateway.RunAsync("ctl", "devices", "nowhere", "--url", gateway.Url)).Code);
    }

    private static async Task<string> UntilAsync(CityProcess gateway, int wished)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (code, told) = await gateway.RunAsync("ctl", "devices", "--url", gateway.Url);
            if (code == wished) return told;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Within, $"exit {code}: {told}");
        }
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Power;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.City;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// The intermediate court of the reference city in real time: the gateway's own process, every simulated device on its own socket or pseudo-terminal, ordered
/// from a terminal as two persons would. <c>AVGW_POWER_CITY=1</c>, the city's file in the folder <c>AVGW_SHARED</c>.
/// </summary>
public sealed class CityRealTimeTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_court_of_298_devices_goes_off_and_on_in_real_time()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AVGW_POWER_CITY") == "1", "a court in real time takes minutes: AVGW_POWER_CITY=1 runs it");
        var file = Path.Combine(Environment.GetEnvironmentVariable("AVGW_SHARED") ?? "", "data", "reference-city.json");
        Assert.SkipUnless(File.Exists(file), "the reference city is read from data/reference-city.json of the folder AVGW_SHARED");
        await using var court = new SimulatedCourt(TimeProvider.System);
        var plan = new CityPlan(CityShape.Read(file).Only("city"), (setting, _) => court.Add(setting).Link.Uri);
        output.WriteLine(plan.Tally());
        await using var copper = new Copper(plan, court);
        await using var gateway = new CityProcess();
        await gateway.WriteSiteAsync(plan.SiteFile());
        await gateway.StartAsync();
        await AllOnlineAsync(gateway);
        await SwitchAsync(gateway, PowerAct.Off, plan, copper, court);
        await SwitchAsync(gateway, PowerAct.On, plan, copper, court);
    }

    private async Task SwitchAsync(CityProcess gateway, PowerAct act, CityPlan plan, Copper copper, SimulatedCourt court)
    {
        copper.Take();
        if (act is PowerAct.Off) Assert.Equal(0, (await gateway.RunAsync("power", "off", "--url", gateway.Url, "--dry-run")).Code);
        var (code, told) = act is PowerAct.Off
            ? await gateway.RunAsync("power", "off", "--url", gateway.Url, "--second-person", "admin", "--reason", "holiday", "--json")
            : await gateway.RunAsync("power", "on", "--url", gateway.Url, "--reason", "first day", "--json");
        Assert.True(code == 0, $"exit {code}: {told}");
        using var answer = JsonDocument.Parse(told.TrimEnd().Split('\n')[^1]);
        var run = answer.RootElement.GetProperty("run");
        var last = act is PowerAct.Off ? copper.Events[^1].At : run.GetProperty("endedAt").GetDateTimeOffset();
        var graph = GraphOf(plan);
        var steps = PowerPlanner.Plan(graph, act, graph.Rooms.Where(r => graph.UseOf(r) is not PowerUse.Machines), _ => RoomSources.None).Steps;
        var least = StaggerMinimum.Of(act, steps, graph.Branches, (device, name) => court.Find(device.Room, device.Name)!.Device.Switches.TryFind(name, out var found) ? found.Value : null);
        var took = last - run.GetProperty("startedAt").GetDateTimeOffset();
        output.WriteLine($"{act}: {run.GetProperty("counts").GetRawText()} of {steps.Length} steps in {took.TotalSeconds:0.0} s, the least that its stagger plan allows is {least.TotalSeconds:0.0} s, {(took / least - 1) * 100:0.0} % over");
        foreach (var feed in plan.Feeds) Assert.True(copper.HasPower(feed.Outlet) == (act is PowerAct.On), $"{feed.Load} by {feed.Outlet}");
        Assert.True(took <= least * 1.1, $"{act} in {took}: more than a tenth over {least}");
    }

    private static PowerGraph GraphOf(CityPlan plan)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        return reader.Read(Encoding.UTF8.GetBytes(plan.SiteFile()), "city")!.Power;
    }

    private static async Task AllOnlineAsync(CityProcess gateway)
    {
        var began = Stopwatch.StartNew();
        var told = "";
        while (began.Elapsed < TimeSpan.FromMinutes(5))
        {
            (var code, told) = await gateway.RunAsync("ctl", "devices", "--url", gateway.Url);
            if (code == ExitCodes.Done) return;
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancellation);
        }

        Assert.Fail($"not all devices came online\n{told}");
    }
}

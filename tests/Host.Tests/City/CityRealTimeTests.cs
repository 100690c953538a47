using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AvGateway.Devices;
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
public sealed class CityRealTimeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan RunWithin = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-court-").FullName;

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
        var mains = new Mains(plan.Feeds, court.Devices.ToDictionary(d => new DeviceId(d.Setting.Room, d.Setting.Device), d => d.Device), TimeProvider.System);
        mains.CloseAll();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var copper = Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                lock (mains) mains.Look();
                await Task.Delay(LookEvery, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }, Cancellation);
        var site = Path.Combine(_folder, "site.json");
        await File.WriteAllTextAsync(site, plan.SiteFile(), Cancellation);
        using var gateway = Start("run", site, "--data", Path.Combine(_folder, "data"), "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        try
        {
            var broker = await ReadyAsync(gateway);
            await AllOnlineAsync(broker, plan.Devices.Count);
            await SwitchAsync(broker, PowerAct.Off, plan, mains, court);
            await SwitchAsync(broker, PowerAct.On, plan, mains, court);
        }
        finally
        {
            gateway.Kill(entireProcessTree: true);
            await gateway.WaitForExitAsync(Cancellation);
            await ending.CancelAsync();
            await copper;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task SwitchAsync(string broker, PowerAct act, CityPlan plan, Mains mains, SimulatedCourt court)
    {
        lock (mains) mains.Events.Clear();
        if (act is PowerAct.Off) Assert.Equal(0, (await RunAsync("power", "off", "--url", Url(broker), "--dry-run")).Code);
        var (code, told) = act is PowerAct.Off
            ? await RunAsync("power", "off", "--url", Url(broker), "--second-person", "admin", "--reason", "holiday", "--json")
            : await RunAsync("power", "on", "--url", Url(broker), "--reason", "first day", "--json");
        Assert.True(code == 0, $"exit {code}: {told}");
        using var answer = JsonDocument.Parse(told.TrimEnd().Split('\n')[^1]);
        var run = answer.RootElement.GetProperty("run");
        lock (mains)
        {
            var last = act is PowerAct.Off ? mains.Events[^1].At : run.GetProperty("endedAt").GetDateTimeOffset();
            var graph = GraphOf(plan);
            var steps = PowerPlanner.Plan(graph, act, graph.Rooms.Where(r => graph.UseOf(r) is not PowerUse.Machines), _ => RoomSources.None).Steps;
            var least = StaggerMinimum.Of(act, steps, graph.Branches, (device, name) => court.Find(device.Room, device.Name)!.Device.Switches.TryFind(name, out var found) ? found.Value : null);
            var took = last - run.GetProperty("startedAt").GetDateTimeOffset();
            output.WriteLine($"{act}: {run.GetProperty("counts").GetRawText()} of {steps.Length} steps in {took.TotalSeconds:0.0} s, the least that its stagger plan allows is {least.TotalSeconds:0.0} s, {(took / least - 1) * 100:0.0} % over");
            foreach (var feed in plan.Feeds) Assert.True(mains.HasPower(feed.Outlet) == (act is PowerAct.On), $"{feed.Load} by {feed.Outlet}");
            Assert.True(took <= least * 1.1, $"{act} in {took}: more than a tenth over {least}");
        }
    }

    private static PowerGraph GraphOf(CityPlan plan)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        return reader.Read(Encoding.UTF8.GetBytes(plan.SiteFile()), "city")!.Power;
    }

    private async Task AllOnlineAsync(string broker, int devices)
    {
        var began = Stopwatch.StartNew();
        while (began.Elapsed < TimeSpan.FromMinutes(3))
        {
            var (_, told) = await RunAsync("ctl", "devices", "--url", Url(broker), "--json");
            if (told.Split("\"online\"").Length > devices) return;
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancellation);
        }

        Assert.Fail($"not all of {devices} devices came online");
    }

    private string Url(string broker) => $"mqtt://engineer:{PasswordOf("engineer")}@{broker}";

    private string PasswordOf(string user)
    {
        using var credentials = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "data", "credentials.json")));
        return credentials.RootElement.GetProperty("users").EnumerateArray().Single(u => u.GetProperty("name").GetString() == user).GetProperty("password").GetString()!;
    }

    private static async Task<string> ReadyAsync(Process gateway)
    {
        while (await gateway.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (!line.StartsWith("{\"ready\":", StringComparison.Ordinal)) continue;
            _ = gateway.StandardOutput.ReadToEndAsync(Cancellation);
            return JsonDocument.Parse(line).RootElement.GetProperty("mqtt").GetString()!;
        }

        throw new InvalidOperationException("the gateway ended before it was ready");
    }

    private async Task<(int Code, string Told)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        var told = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(RunWithin, Cancellation);
        return (process.ExitCode, await told);
    }

    private Process Start(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), .. words]) { RedirectStandardOutput = true };
        if (File.Exists(Path.Combine(_folder, "data", "credentials.json"))) start.Environment["AVGW_SECOND_PASSWORD"] = PasswordOf("admin");
        return Process.Start(start)!;
    }
}

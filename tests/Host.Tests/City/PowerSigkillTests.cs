using System.Text;
using System.Text.Json;
using AvGateway.Mqtt.Client;
using AvGateway.Operations.Power;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.City;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// The gateway's own process is killed at each boundary of a run that it tells, off and on, and started again: the house comes to the same end, and no relay
/// moves twice. Devices on real sockets, which live on. <c>AVGW_POWER_SIGKILL=1</c>; half a minute for each boundary.
/// </summary>
public sealed class PowerSigkillTests(ITestOutputHelper output)
{
    private const string Room = "one-simple-1";
    private const string Site = "city";
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan EndWithin = TimeSpan.FromMinutes(4);

    private static readonly CityShape Shape = new(
        new Dictionary<string, IReadOnlyDictionary<string, int>>
        {
            ["simple"] = new Dictionary<string, int> { ["matrix"] = 1, ["display"] = 2, ["doc_camera"] = 1, ["amplifier"] = 1, ["power_sequencer"] = 1 },
            ["machine_room_small"] = new Dictionary<string, int> { ["pdu"] = 1 },
        },
        [new("one", new Dictionary<string, int> { ["simple"] = 1, ["machine_room_small"] = 1 })]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_each_boundary_a_run_comes_to_the_same_end()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AVGW_POWER_SIGKILL") == "1", "half a minute for each boundary of a run: AVGW_POWER_SIGKILL=1 runs it");
        await using var court = new SimulatedCourt(TimeProvider.System);
        var plan = new CityPlan(Shape, (setting, _) => court.Add(setting).Link.Uri);
        await using var copper = new Copper(plan, court);
        await using var gateway = new CityProcess();
        await gateway.WriteSiteAsync(plan.SiteFile());
        await gateway.StartAsync();
        var kills = 0;
        var open = new HashSet<PowerAct> { PowerAct.Off, PowerAct.On };
        for (var at = 1; open.Count > 0; at++)
        {
            foreach (var act in (PowerAct[])[PowerAct.Off, PowerAct.On])
            {
                if (await NightAsync(gateway, act, at, plan, copper)) kills++;
                else open.Remove(act);
            }
        }

        output.WriteLine($"killed {kills} times");
        Assert.True(kills > 20, $"only {kills} boundaries");
    }

    /// <returns>Whether the run had such a boundary.</returns>
    private static async Task<bool> NightAsync(CityProcess gateway, PowerAct act, int boundary, CityPlan plan, Copper copper)
    {
        copper.Take();
        string run;
        bool wasKilled;
        await using (var client = await gateway.ConnectAsync())
        {
            await client.SubscribeAsync($"avgw/1/{Site}/$power/#", Cancellation);
            (run, wasKilled) = await OrderAsync(client, act, boundary);
        }

        if (wasKilled)
        {
            await gateway.KillAsync();
            await gateway.StartAsync();
        }

        await using var next = await gateway.ConnectAsync();
        await next.SubscribeAsync($"avgw/1/{Site}/$power/#", Cancellation);
        var end = await EndAsync(next, run, EndWithin);
        Assert.True(end, $"{act} killed at {boundary}: no good end");
        foreach (var feed in plan.Feeds) Assert.True(copper.HasPower(feed.Outlet) == (act is PowerAct.On), $"{act} killed at {boundary}: {feed.Load} by {feed.Outlet}");
        var moved = copper.Take().GroupBy(e => e.Outlet).ToDictionary(g => g.Key, g => g.ToList());
        Assert.All(moved, m => Assert.True(m.Value is [var only] && only.IsOn == act is PowerAct.On, $"{act} killed at {boundary}: {string.Join(", ", m.Value)}"));
        return wasKilled;
    }

    /// <returns>The run, and whether it came to this boundary; else it ended well before it.</returns>
    private static async Task<(string Run, bool IsThere)> OrderAsync(GatewayClient client, PowerAct act, int boundary)
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        while (await client.NextAsync(Quiet, Cancellation) is { } kept) earlier.Add(RunOf(kept));
        await client.AskAsync(Site, $"$power/do/{(act is PowerAct.Off ? "off" : "on")}", Encoding.UTF8.GetBytes($$$"""{"args":{"room":"{{{Room}}}"}}"""), 60, Cancellation);
        var told = 0;
        while (await client.NextAsync(EndWithin, Cancellation) is { } received)
        {
            if (received.Payload.IsEmpty || earlier.Contains(RunOf(received))) continue;
            if (++told == boundary) return (RunOf(received), true);
            if (HasEndedWell(received)) return (RunOf(received), false);
        }

        throw new InvalidOperationException("no run told anything");
    }

    private static string RunOf(Received received) => received.Topic[(received.Topic.LastIndexOf('/') + 1)..];

    private static async Task<bool> EndAsync(GatewayClient client, string run, TimeSpan within)
    {
        var late = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(late) < within && await client.NextAsync(within, Cancellation) is { } received)
            if (RunOf(received) == run && !received.Payload.IsEmpty && HasEndedWell(received)) return true;
        return false;
    }

    // A run that switches off watches for a while what it has switched off; its steps have ended all the same.
    private static bool HasEndedWell(Received received)
    {
        using var run = JsonDocument.Parse(received.Payload);
        return run.RootElement.GetProperty("counts").EnumerateObject().All(c => c.Name is "verified" or "unverified");
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using AvGateway.Faults.Courts;
using AvGateway.Faults.Gateways;
using AvGateway.Faults.Load;
using AvGateway.Faults.Machine;

namespace AvGateway.Faults.Tests;

/// <summary>P3 on the real gateway: its disk is full, and it says so, takes nothing that it cannot keep, and keeps everything that it took.</summary>
public sealed class DiskTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_full_disk_nothing_is_accepted_that_is_not_kept_and_space_mends_it()
    {
        using var disk = SmallDisk.TryMount(_folder.Sub("disk"), "24m");
        Assert.SkipUnless(disk is not null, "this machine lets nobody mount a small file system");
        await using var court = await FaultCourt.StartAsync([new("court-1", "matrix", "videohub")], _folder.Path);
        var setup = new GatewaySetup(court.SiteFile, Path.Combine(disk.Path, "data"));
        var kept = new Dictionary<Guid, (string Arguments, Ending Ending)>();
        int refused;
        string told;
        await using (var gateway = GatewayChild.Start(setup))
        {
            await gateway.ReadyAsync(Cancellation);
            await using var panel = await Panel.ConnectAsync(gateway, "panel-court-1", FaultCourt.Site, ["court-1"], Cancellation);
            await AbuseTests.OnlineAsync(panel);
            await AskAsync(panel, kept, 20, _ => false);
            disk.FillUp();
            refused = await AskAsync(panel, kept, 500, ending => ending.Code == "AVG-STORE");
            Assert.Contains(await ReasonsAsync(gateway), reason => reason.StartsWith("store", StringComparison.Ordinal));
            Assert.Equal("online", JsonDocument.Parse(panel.States["court-1/matrix/$state"]).RootElement.GetProperty("state").GetString());
            told = gateway.Told;
            await gateway.KillAsync();
        }

        await using var again = GatewayChild.Start(setup);
        await again.ReadyAsync(Cancellation);
        await using var after = await Panel.ConnectAsync(again, "panel-court-1", FaultCourt.Site, ["court-1"], Cancellation);
        foreach (var (id, (arguments, ending)) in kept.Where(k => k.Value.Ending.WasAccepted))
        {
            var repeated = (await AskAsync(after, arguments, id)).Text;
            Assert.True(ending.Text == repeated, $"told {ending.Text} after {ending.Took}, and after a kill {repeated}\n{told}");
        }

        disk.GiveBack();
        await AbuseTests.OnlineAsync(after);
        var mended = await AskAsync(after, kept, 600, ending => ending.Stat == 200);
        FaultSettings.Show($"P3 full disk: {kept.Values.Count(k => k.Ending.WasAccepted)} accepted and all kept over a kill, refused with 503 after {refused} more, mended after {mended}");
        Assert.Empty(await ReasonsAsync(again));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Asks until an ending fits, or the number is reached, and returns how often; without a fitting one that is a failure.</summary>
    private static async Task<int> AskAsync(Panel panel, Dictionary<Guid, (string Arguments, Ending Ending)> kept, int most, Func<Ending, bool> fits)
    {
        for (var n = 1; n <= most; n++)
        {
            var (id, arguments) = (Guid.NewGuid(), $$"""{"input":{{kept.Count % 19}},"output":{{kept.Count % 17}}}""");
            var ending = await AskAsync(panel, arguments, id);
            kept[id] = (arguments, ending);
            if (fits(ending)) return n;
            Assert.True(ending.Stat == 200 || ending.Code == "AVG-STORE", ending.Text);
            await Task.Delay(60, Cancellation);
        }

        Assert.True(most == 20, $"asked {most} times: {kept.Values.Last().Ending.Text}");
        return most;
    }

    private static Task<Ending> AskAsync(Panel panel, string arguments, Guid id) =>
        panel.AskAsync("court-1/matrix/do/route", arguments, TimeSpan.FromSeconds(30), Patience, id);

    private static async Task<string[]> ReasonsAsync(GatewayChild gateway)
    {
        using var http = new HttpClient { BaseAddress = gateway.Http };
        using var answer = await http.GetAsync("/health/ready", Cancellation);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return [.. said.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!)];
    }
}

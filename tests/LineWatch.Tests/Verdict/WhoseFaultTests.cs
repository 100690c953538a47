using System.Diagnostics;
using System.Text.Json;

namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>
/// Real gateways in network namespaces, a fault at each stretch of the way: the verdict at both ends within 30 s, and a ticket for the carrier where the fault is
/// the carrier's and nowhere else. A few in each run; <c>AVGW_LINES=all</c> plays all of them.
/// </summary>
public sealed class WhoseFaultTests
{
    private const string Everything = "all";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private static readonly Lock Shown = new();

    // What is no carrier's goes first: then no ticket of theirs may be there.
    private static readonly string[] Few = ["switch of court a down", "switch of court b down", "access of court b dead towards b", "access of court a cut"];

    [Fact]
    public async Task Faults_at_each_stretch_are_told_apart()
    {
        if (await NetworkSpace.WhyNotAsync() is { } why) Assert.Skip(why);
        await using var space = await NetworkSpace.BuildAsync();
        await using var courts = await Courts.OpenAsync(space);
        foreach (var fault in Few.Select(LineFault.Of))
        {
            await PlayAsync(courts, fault);
            if (fault.Name == Few[^1]) break;
            await fault.Heal(courts);
            await courts.WellAsync();
        }

        await TicketsAsync(courts, LineFault.Of(Few[^1]));
    }

    [Fact]
    public async Task All_faults_are_told_apart_and_only_the_carriers_make_tickets()
    {
        if (Environment.GetEnvironmentVariable("AVGW_LINES") is not Everything) Assert.Skip($"AVGW_LINES={Everything} plays all {LineFault.All.Count} faults; it takes six minutes");
        if (await NetworkSpace.WhyNotAsync() is { } why) Assert.Skip(why);
        var wrong = new List<string>();
        await using (var space = await NetworkSpace.BuildAsync())
        {
            await using var courts = await Courts.OpenAsync(space);
            foreach (var fault in LineFault.All.Where(f => f.RelayAt is null)) await TryAsync(courts, fault, wrong);
        }

        foreach (var fault in LineFault.All.Where(f => f.RelayAt is not null))
        {
            await using var space = await NetworkSpace.BuildAsync(fault.RelayAt);
            await using var courts = await Courts.OpenAsync(space);
            await TryAsync(courts, fault, wrong);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task TryAsync(Courts courts, LineFault fault, List<string> wrong)
    {
        try
        {
            var took = await PlayAsync(courts, fault);
            await TicketsAsync(courts, fault);
            Show($"{fault.Name}: {fault.FromA} and {fault.FromB ?? "-"} after {took.TotalSeconds:0.0} s");
        }
        catch (Exception failed) when (failed is TimeoutException or Xunit.Sdk.XunitException)
        {
            wrong.Add($"{fault.Name}: {failed.Message}");
            Show(wrong[^1]);
        }

        await fault.Heal(courts);
        await courts.WellAsync();
    }

    private static async Task<TimeSpan> PlayAsync(Courts courts, LineFault fault)
    {
        var began = Stopwatch.GetTimestamp();
        await fault.Inject(courts);
        await Task.WhenAll(
            courts.A.SeeAsync("$line/to-court-b", l => SideOf(l) == fault.FromA, Within),
            fault.FromB is { } side ? courts.B.SeeAsync("$line/to-court-a", l => SideOf(l) == side, Within) : Task.CompletedTask);
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task TicketsAsync(Courts courts, LineFault fault)
    {
        await TicketAsync(courts.A, "to-court-b", fault.FromA!);
        if (fault.FromB is { } side) await TicketAsync(courts.B, "to-court-a", side);
    }

    // The fault carries the verdict; its report stands in the carrier's branch while that is the carrier's, and not otherwise.
    private static async Task TicketAsync(CourtGateway gateway, string line, string side)
    {
        var fault = await gateway.SeeAsync(
            "$fault/", f => f.GetProperty("subject").GetString() == line && f.GetProperty("present").GetBoolean() && f.GetProperty("code").GetString()!.StartsWith("line.", StringComparison.Ordinal) && SideOf(f) == side);
        var id = fault.GetProperty("id").GetString();
        if (side != "carrier")
        {
            await gateway.MissAsync($"$escalation/carrier/{id}");
            return;
        }

        var ticket = await gateway.SeeAsync($"$escalation/carrier/{id}", t => SideOf(t) == side);
        Assert.StartsWith("C-", ticket.GetProperty("circuit").GetString(), StringComparison.Ordinal);
        Assert.True(ticket.TryGetProperty("lastGood", out _));
    }

    private static string? SideOf(JsonElement line) => line.TryGetProperty("verdict", out var verdict) ? verdict.GetProperty("side").GetString() : null;

    private static void Show(string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Environment.GetEnvironmentVariable("AVGW_FAULT_FIGURES") is { Length: > 0 } file) lock (Shown) File.AppendAllText(file, text + "\n");
    }
}

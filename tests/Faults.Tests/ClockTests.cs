using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AvGateway.Faults.Courts;
using AvGateway.Faults.Gateways;
using AvGateway.Faults.Load;
using AvGateway.Faults.Machine;

namespace AvGateway.Faults.Tests;

/// <summary>G11, N6: the wall clock of the real gateway is set two hours on and two hours back while it works.</summary>
public sealed class ClockTests : IDisposable
{
    private const string Device = "court-1/matrix";

    private readonly TempFolder _folder = new();
    private int _works;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hours_on_or_back_lose_no_panel_no_answer_and_no_device()
    {
        using var clock = await MovedClock.BuildAsync(_folder.Sub("clock"), Cancellation);
        await using var court = await FaultCourt.StartAsync([new("court-1", "matrix", "videohub")], _folder.Path);
        await using var gateway = GatewayChild.Start(new(court.SiteFile, _folder.Sub("data")) { Environment = clock.Environment });
        await gateway.ReadyAsync(Cancellation);
        await using var panel = await Panel.ConnectAsync(gateway, "panel-court-1", FaultCourt.Site, ["court-1"], Cancellation);
        await AbuseTests.OnlineAsync(panel);
        var wrong = new ConcurrentQueue<string>();
        panel.Shown = (topic, payload) =>
        {
            if (IsWrong(topic, payload)) wrong.Enqueue($"{topic} {payload}");
        };

        foreach (var hours in (int[])[2, -2, 0])
        {
            clock.Set(TimeSpan.FromHours(hours));
            var (count, shift) = await WorkAsync(panel, gateway, FaultSettings.Seconds("AVGW_FAULT_CLOCK_SECONDS", 5));
            FaultSettings.Show(FormattableString.Invariant($"G11 clock {hours:+0;-0;0} h: {count} answers on the same connection, the gateway's clock is {shift.TotalHours:+0.00;-0.00;0.00} h off, wrongly shown: {wrong.Count}"));
            Assert.InRange(shift, TimeSpan.FromHours(hours) - TimeSpan.FromMinutes(2), TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(2));
            Assert.Empty(wrong);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsWrong(string topic, string payload) =>
        topic == $"{Device}/$state" ? !payload.Contains("\"online\"", StringComparison.Ordinal)
            : topic.StartsWith($"{Device}/output-", StringComparison.Ordinal) && payload.Contains("\"q\":\"stale\"", StringComparison.Ordinal);

    /// <summary>Asks; one that never ends tells what the gateway was about.</summary>
    private static async Task<Ending> AskAsync(Panel panel, GatewayChild gateway, string arguments)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await panel.AskAsync($"{Device}/do/route", arguments, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        }
        catch (Exception lost) when (lost is IOException or TimeoutException)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s: {lost.Message}; the gateway {(gateway.HasEnded ? "has ended" : "runs")}\n{gateway.Told}"), lost);
        }
    }

    /// <summary>Works for a while and returns how far the gateway's clock, as its readings tell it, is from ours.</summary>
    private async Task<(int Count, TimeSpan Shift)> WorkAsync(Panel panel, GatewayChild gateway, TimeSpan duration)
    {
        var began = Stopwatch.GetTimestamp();
        var (count, output) = (0, 0);
        _works++;
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            output = count % 17;
            var ending = await AskAsync(panel, gateway, $$"""{"input":{{(output + 1 + _works % 2) % 19}},"output":{{output}}}""");
            Assert.True(ending.Stat == 200, ending.Text);
            count++;
            await Task.Delay(100, Cancellation);
        }

        // Each round of work wishes other inputs than the one before, so that this value is of the last moments.
        using var reading = JsonDocument.Parse(panel.States[$"{Device}/output-{output}"]);
        return (count, reading.RootElement.GetProperty("ts").GetDateTimeOffset() - TimeProvider.System.GetUtcNow());
    }
}

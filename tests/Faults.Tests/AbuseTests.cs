using AvGateway.Faults.Abuse;
using AvGateway.Faults.Courts;
using AvGateway.Faults.Gateways;
using AvGateway.Faults.Load;

namespace AvGateway.Faults.Tests;

/// <summary>G10 on the real gateway: while its broker is abused, an honest panel gets all its answers. <c>AVGW_FAULT_ABUSE_SECONDS</c> says how long.</summary>
public sealed class AbuseTests : IDisposable
{
    // G10 allows 32 MiB; what the runtime's collector takes for itself on another machine is not the broker's doing. A broker that believed one
    // announcement would need eight times this.
    private static readonly int GrowthBound = FaultSettings.Number("AVGW_FAULT_ABUSE_MIB", 96);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_broker_is_abused_a_panel_gets_all_its_answers_and_memory_stays()
    {
        await using var court = await FaultCourt.StartAsync([new("court-1", "matrix", "videohub")], _folder.Path);
        await using var gateway = GatewayChild.Start(new(court.SiteFile, _folder.Sub("data")));
        await gateway.ReadyAsync(Cancellation);
        await using var panel = await Panel.ConnectAsync(gateway, "panel-court-1", FaultCourt.Site, ["court-1"], Cancellation);
        await OnlineAsync(panel);
        await AskOnAsync(panel, Task.Delay(TimeSpan.FromSeconds(3), Cancellation));
        var before = gateway.Usage();
        var most = before;

        var abuse = new BrokerAbuse(gateway.Mqtt, ("engineer", gateway.PasswordOf("engineer")), $"avgw/1/{FaultCourt.Site}", panel.ClientId);
        var attack = abuse.RunAsync(FaultSettings.Seconds("AVGW_FAULT_ABUSE_SECONDS", 10), Cancellation);
        var (asked, took) = await AskOnAsync(panel, attack, () =>
        {
            var now = gateway.Usage();
            if (now.Resident > most.Resident) most = now;
        });
        var report = await attack;

        FaultSettings.Show(FormattableString.Invariant($"G10 {report.Huge} announcements of 256 MiB, {report.Storm} connects, {report.Silent} silent, {report.Deep} deep topics, {report.Impostors} impostors; ")
            + FormattableString.Invariant($"{report.StillThere} not gone in 30 s; resident {before.Resident:0} MiB, at most +{most.Resident - before.Resident:0.0}; {asked} answers of the panel: {took.Shown("ms")}"));
        Assert.Equal(0, report.StillThere);
        Assert.Equal(0, report.ImpostorsLetIn);
        Assert.InRange(most.Resident - before.Resident, double.MinValue, GrowthBound);
        Assert.True(asked > 20 && report.Huge > 5 && report.Storm > 20 && report.Deep > 5, "the test has not tested much");
    }

    public void Dispose() => _folder.Dispose();

    internal static async Task OnlineAsync(Panel panel, string device = "court-1/matrix")
    {
        var online = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        panel.Shown = (_, _) => Look();
        Look();
        await online.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        panel.Shown = null;

        void Look()
        {
            if (panel.States.TryGetValue($"{device}/$state", out var state) && state.Contains("\"online\"", StringComparison.Ordinal)) online.TrySetResult();
        }
    }

    /// <summary>Asks one thing after the other until the task is over; each must be verified.</summary>
    private static async Task<(int Asked, Figures Took)> AskOnAsync(Panel panel, Task until, Action? after = null)
    {
        var took = new Figures();
        for (var n = 1; !until.IsCompleted; n++)
        {
            var ending = await panel.AskAsync(
                "court-1/matrix/do/route", $$"""{"input":{{n % 19}},"output":{{n % 17}}}""", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
            Assert.True(ending.Stat == 200, ending.Text);
            took.Add(ending.Took.TotalMilliseconds);
            after?.Invoke();

            // A panel may publish 20 times a second.
            await Task.Delay(60, Cancellation);
        }

        return (took.Count, took);
    }
}

using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Conformance;
using AvGateway.Drivers.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Tests;

/// <summary>The driver, in the gateway's own runtime, on a real connection to the simulated display.</summary>
public sealed class DriverTests
{
    /// <summary>What this driver could only miss by a fault of its own: no rule of these may be skipped either.</summary>
    private static readonly string[] Tried =
    [
        "in-step", "seen", "cuts", "stale", "returns", "act", "again", "bounds", "after-loss", "last-wish", "hand", "frozen", "refuses", "off-on", "off-input", "sliced", "noise", "silent",
        "dropped", "log",
    ];

    [Fact]
    public async Task It_keeps_every_rule_of_the_grade_Room()
    {
        await using var bench = await Bench.StartAsync();
        var plan = new ConformancePlan(DisplayDriver.Manifest, bench.Link, Arguments.None, Secret: null)
        {
            MayAct = true,
            FarEnd = bench,
            Poll = TimeSpan.FromMilliseconds(250),
        };

        var card = await ConformanceKit.RunAsync(
            plan, LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance), TimeProvider.System, told: null, TestContext.Current.CancellationToken);

        Assert.True(card.Grade is Grade.Room, card.ToText(chinese: false));
        foreach (var rule in Tried)
            Assert.True(card.Results.Single(r => r.Check.Id == rule).Outcome is CheckOutcome.Passed, $"{rule}\n{card.ToText(chinese: false)}");
        Assert.Empty(card.NotRestored);
    }
}

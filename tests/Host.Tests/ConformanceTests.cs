using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Conformance;
using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Host.Conforming;
using AvGateway.Host.Hosting;
using AvGateway.Links;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Tests;

/// <summary>The conformance kit: what it finds out, what it leaves alone, and that the table of grades is what it writes.</summary>
public sealed class ConformanceTests
{
    private static readonly string Root = RootFolder();

    [Fact]
    public async Task The_table_of_grades_is_the_one_that_the_command_writes()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Root, "drivers", "README.md"), TestContext.Current.CancellationToken);

        var cards = await SimulatedGrading.RunAsync(Parts.Catalog.Manifests, Path.Combine(Root, "tests", "wire"), done: null, TestContext.Current.CancellationToken);

        Assert.All(cards, card => Assert.False(card.HasFindings, card.ToText(chinese: false)));
        Assert.All(cards, card => Assert.Empty(card.NotRestored));
        Assert.Equal(GradeTable.Write(document, cards), document);
    }

    [Fact]
    public async Task Without_leave_nothing_is_asked_that_changes_the_device()
    {
        await using var court = await SimulatedCourt.StartAsync([new("bench", "it", "videohub")], TimeProvider.System);
        var simulated = court.Devices[0].Device;
        var before = simulated.State()["routing"]!.ToJsonString();

        var card = await TryAsync(VideohubDriver.Manifest, court, plan => plan);

        Assert.Equal(Grade.Bench, card.Grade);
        Assert.False(card.HasFindings, card.ToText(chinese: false));
        Assert.Equal(CheckOutcome.Skipped, card.Results.Single(r => r.Check.Id == "act").Outcome);
        Assert.DoesNotContain(simulated.Trace.Since(0), frame => frame.Text.StartsWith("VIDEO OUTPUT ROUTING:\\n0", StringComparison.Ordinal));
        Assert.Equal(before, simulated.State()["routing"]!.ToJsonString());
    }

    [Fact]
    public async Task What_was_changed_is_taken_back_and_named_hardware_with_a_hand_at_it_gives_court()
    {
        await using var court = await SimulatedCourt.StartAsync([new("bench", "it", "videohub")], TimeProvider.System);
        var simulated = court.Devices[0].Device;
        var before = simulated.State()["routing"]!.ToJsonString();

        var card = await TryAsync(VideohubDriver.Manifest, court, plan => plan with
        {
            MayAct = true,
            Choices = Arguments.Of(("output", 3)),
            Hardware = "Acme 40x40, firmware 8.1",
            Hand = new Presser(() => simulated.UseFrontPanel("route", new JsonObject { ["output"] = 3, ["input"] = 0 })),
        });

        Assert.False(card.HasFindings, card.ToText(chinese: false));
        Assert.Equal(Grade.Court, card.Grade);
        Assert.Equal(before, simulated.State()["routing"]!.ToJsonString());
        var json = JsonNode.Parse(card.ToJson())!;
        Assert.Equal(("court", "Acme 40x40, firmware 8.1"), ((string)json["grade"]!, (string)json["target"]!["hardware"]!));
        Assert.Contains("等级: Court", card.ToText(chinese: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_driver_that_believes_acknowledgements_is_found_out()
    {
        var believer = VideohubDriver.Manifest with { Create = setup => new Believer(VideohubDriver.Manifest.Create(setup)) };
        var target = await SimulatedGrading.GradeAsync(believer, transcripts: null, TestContext.Current.CancellationToken);

        Assert.NotEqual(Grade.Room, target.Grade);
        Assert.Contains(target.Results, r => r.Check.Id == "frozen" && r.Outcome is CheckOutcome.Failed);
    }

    [Fact]
    public async Task A_recording_that_runs_is_not_touched()
    {
        await using var court = await SimulatedCourt.StartAsync([new("bench", "it", "hyperdeck")], TimeProvider.System);
        var simulated = court.Devices[0].Device;
        Assert.Null(simulated.UseFrontPanel("record"));

        var card = await TryAsync(Drivers.Protocols.HyperDeck.HyperDeckDriver.Manifest, court, plan => plan with { MayAct = true });

        Assert.Equal(CheckOutcome.Skipped, card.Results.Single(r => r.Check.Id == "act").Outcome);
        Assert.Contains("not touched", card.Results.Single(r => r.Check.Id == "act").Detail, StringComparison.Ordinal);
        Assert.Equal(Grade.Bench, card.Grade);
    }

    private static Task<GradeCard> TryAsync(DriverManifest driver, SimulatedCourt court, Func<ConformancePlan, ConformancePlan> with)
    {
        Assert.True(LinkAddress.TryParse(court.Devices[0].Link.Uri, out var link, out _));
        var plan = new ConformancePlan(driver, link, driver.DefaultOptions(), null) { Poll = TimeSpan.FromSeconds(1) };
        return ConformanceKit.RunAsync(
            with(plan), Parts.Links(TimeProvider.System, NullLoggerFactory.Instance), TimeProvider.System, told: null, TestContext.Current.CancellationToken);
    }

    private static string RootFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AvGateway.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("no AvGateway.sln above");
        return folder.FullName;
    }

    private sealed class Presser(Func<object?> press) : IHand
    {
        public Task<bool> AskAsync(Said wish, CancellationToken cancellation) => Task.FromResult(press() is null);
    }

    /// <summary>Ends each command when the device acknowledges it, as a careless driver would.</summary>
    private sealed class Believer(DeviceDriver<VideohubBlock> inner) : DeviceDriver<VideohubBlock>(inner.Codec)
    {
        private bool _isAttached;

        public override void OnLinked()
        {
            if (!_isAttached) inner.Attach(Device);
            _isAttached = true;
            inner.OnLinked();
        }

        public override void OnLinkLost() => inner.OnLinkLost();
        public override void OnUnsolicited(VideohubBlock reply) => inner.OnUnsolicited(reply);
        public override void OnPoll() => inner.OnPoll();
        public override void OnTimer(string name) => inner.OnTimer(name);

        public override void OnCommand(CommandRequest command)
        {
            Device.Report(Classes.MatrixWords.Output((int)command.Args["output"].Integer), command.Args["input"]);
            Device.Ask($"VIDEO OUTPUT ROUTING:\n{command.Args["output"]} {command.Args["input"]}\n", _ => true, command);
            Device.Complete(command, CommandResult.Verified);
        }
    }
}

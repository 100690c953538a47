using System.Collections.Concurrent;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Conformance;
using AvGateway.Host.Conforming;
using AvGateway.Host.Hosting;

namespace AvGateway.Host.Tests;

/// <summary>For each rule of a class a driver that is right in everything but this: the rule finds it out.</summary>
public sealed class ConformanceClassTests
{
    private static readonly CommandResult Busy = CommandResult.Rejected("busy with something else");

    // What is broken is waited for to the end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static IReadOnlyList<(string Rule, string Driver, Func<Carelessness> How)> Careless { get; } =
    [
        // Takes a port that there is not for the last one.
        ("bounds", "videohub", () => new() { Takes = a => a.TryGet(MatrixWords.OutputArgument, out var output) ? a.With(MatrixWords.OutputArgument, Math.Min(output.Integer, 19)) : a }),
        ("settable", "pjlink", () => new() { EndsAtOnce = c => c.Verb == DisplayWords.BlankVerb ? Busy : null }),

        ("outputs", "videohub", () => new() { Shows = (p, v) => p == "output-5" ? [] : [(p, v)] }),
        ("own-output", "videohub", () => new() { Shows = (p, v) => p == "output-19" ? [(p, v), ("output-0", v)] : [(p, v)] }),
        ("at-once", "videohub", () => new() { EndsAtOnce = c => c.Args[MatrixWords.OutputArgument] == 17 ? Busy : null }),

        ("outlets", "modbus-sequencer", () => new() { Shows = (p, v) => [(p, p == "outlet-3" ? PowerStates.Unknown : v)] }),
        ("own-outlet", "modbus-sequencer", () => new() { Shows = (p, v) => p == "outlet-1" ? [(p, v), ("outlet-2", v)] : p == "outlet-2" ? [] : [(p, v)] }),
        ("at-once", "modbus-sequencer", () => new() { EndsAtOnce = c => c.Args[OutletWords.OutletArgument] == 3 ? Busy : null }),
        ("not-followed", "modbus-sequencer", () => new() { Raises = code => code != OutletWords.NotFollowing.Code }),

        // Says that it is off while the lamp is lit.
        ("off-on", "profile:sony-vpl", () => new() { EndsAtOnce = c => c.Verb == PowerWords.OffVerb ? CommandResult.Verified : null }),
        ("off-input", "profile:sony-vpl", () => new() { Ends = r => r.Outcome is CommandOutcome.Rejected ? CommandResult.Refused("ERR") : r }),
        ("warm-up", "profile:sony-vpl", () => WithoutPatience()),
        ("power-by-hand", "profile:sony-vpl", () => new() { Tells = type => type != DisplayWords.PowerUnasked }),

        ("addresses", "cisco-xapi", () => new() { Takes = a => a.TryGet("uri", out var uri) ? a.With("uri", $"x{string.Concat(uri.Text.Where(char.IsAsciiLetter))}") : a }),
        ("ringing", "cisco-xapi", () => new() { Shows = (p, v) => p == CodecWords.CallState && v == CallStates.Dialling ? [(p, CallStates.Connected)] : [(p, v)] }),
        ("hang-up-all", "cisco-xapi", () => new() { EndsAtOnce = c => c.Verb == CodecWords.HangUpVerb ? CommandResult.Verified : null }),
        ("far-end-ends", "cisco-xapi", () => new() { Tells = type => type != CodecWords.CallEnded }),
        ("microphones", "cisco-xapi", () => new() { Shows = (p, v) => [(p, p == CodecWords.MutedFlag ? false : v)], EndsAtOnce = c => c.Verb == CodecWords.MuteVerb ? CommandResult.Verified : null }),
        ("volume-by-hand", "cisco-xapi", () => Once(CodecWords.VolumeLevel)),

        ("grows", "hyperdeck", () => new() { Shows = (p, v) => [(p, p is RecorderWords.RecordedTime or RecorderWords.RecordingTimecode ? 0 : v)] }),
        ("outlives-link", "hyperdeck", () => LosesWithTheLink()),
        ("wished-stop", "hyperdeck", () => new() { RaisesWhenShown = (RecorderWords.RecordingState, RecordingStates.Stopped, RecorderWords.StoppedByItself.Code) }),
        ("lost-recording", "hyperdeck", () => new() { Raises = code => code != RecorderWords.StoppedByItself.Code }),
        ("not-followed", "hyperdeck", () => new() { Raises = code => code != RecorderWords.NotFollowing.Code }),

        ("stands", "visca", () => Drifting()),
        ("pushed", "visca", () => new() { Shows = (p, v) => p == CameraWords.Preset && v == 0 ? [] : [(p, v)] }),
        ("not-followed", "visca", () => new() { Raises = code => code != CameraWords.NotFollowing.Code }),

        ("own-level", "qsys", () => new() { Shows = (p, v) => p == "level-2" ? [(p, v), ("level-1", v)] : p == "level-1" ? [] : [(p, v)] }),
        ("own-mute", "qsys", () => new() { Shows = (p, v) => p == "muted-2" ? [(p, v), ("muted-1", v)] : p == "muted-1" ? [] : [(p, v)] }),
        ("at-once", "qsys", () => new() { EndsAtOnce = c => c.Args[AudioWords.ChannelArgument] == 1 ? Busy : null }),
        ("mute-by-hand", "qsys", () => new() { Tells = type => type != AudioWords.MuteUnasked }),
        ("not-followed", "qsys", () => new() { Raises = code => code != AudioWords.NotFollowing.Code }),

        ("measures", "modbus-sensor", () => Once(CommonWords.TemperatureReading)),
    ];

    [Fact]
    public async Task Whoever_breaks_a_rule_of_its_class_is_found_out_by_this_rule()
    {
        var found = await Task.WhenAll(Careless.Select(async broken =>
        {
            var careless = broken.How().Of(Parts.Catalog.Find(broken.Driver)!);
            var card = await SimulatedGrading.GradeAsync(careless, transcripts: null, TestContext.Current.CancellationToken, plan => plan with { Only = Needed(broken.Rule), Patience = Patience });
            return (broken.Rule, broken.Driver, Card: card);
        }));

        Assert.All(found, it => Assert.True(
            it.Card.Results.Single(r => r.Check.Id == it.Rule).Outcome is CheckOutcome.Failed, $"{it.Driver} broke \"{it.Rule}\" and was not found out:\n{it.Card.ToText(chinese: false)}"));
    }

    [Fact]
    public async Task A_sensor_that_can_be_set_is_none()
    {
        var sensor = Parts.Catalog.Find("modbus-sensor")!;
        var settable = sensor with { Properties = [.. sensor.Properties.Select(p => p with { Set = new("level", "v") })] };

        var card = await SimulatedGrading.GradeAsync(settable, transcripts: null, TestContext.Current.CancellationToken, plan => plan with { Only = ["never-written"] });

        Assert.Equal(CheckOutcome.Failed, card.Results.Single(r => r.Check.Id == "never-written").Outcome);
        Assert.Null(card.Grade);
    }

    [Fact]
    public void Every_rule_of_a_class_has_a_driver_that_breaks_it_and_words_in_both_languages()
    {
        var ofClasses = Enum.GetValues<DeviceClass>().SelectMany(c => Checks.Of(c).Where(r => Checks.All.All(a => a.Id != r.Id)).Select(r => (Class: c, Check: r))).ToArray();

        Assert.All(ofClasses, rule =>
        {
            Assert.True(rule.Check.Says.En.Length > 0 && rule.Check.Says.Zh.Any(c => c > 0x2FFF), rule.Check.Id);
            Assert.True(
                rule.Check.Id == "never-written" || Careless.Any(c => c.Rule == rule.Check.Id && Parts.Catalog.Find(c.Driver)!.Class == rule.Class), $"nobody breaks \"{rule.Check.Id}\" of {rule.Class}");
        });
        Assert.All(ofClasses, rule => Assert.Contains($"`{rule.Check.Id}`", Manual(), StringComparison.Ordinal));
        Assert.All(Enum.GetValues<DeviceClass>(), c => Assert.Equal(Checks.Of(c).Count, Checks.Of(c).Select(r => r.Id).Distinct().Count()));
    }

    [Fact]
    public async Task Who_was_at_fault_beside_others_only_is_tried_again_alone_and_the_card_says_so()
    {
        var (videohub, sensor) = (Parts.Catalog.Find("videohub")!, Parts.Catalog.Find("modbus-sensor")!);

        var late = (await GradeAsync(Blind(1).Of(videohub), sensor)).Single(c => c.Plan.Manifest.Name == "videohub");
        var atFault = (await GradeAsync(Blind(int.MaxValue).Of(videohub), sensor)).Single(c => c.Plan.Manifest.Name == "videohub");
        var alone = Assert.Single(await GradeAsync(Blind(1).Of(videohub)));

        Assert.False(late.HasFindings, late.ToText(chinese: false));
        Assert.Equal("outputs", Assert.Single(late.FirstFindings!).Check.Id);
        Assert.Contains("\"triedAgain\": [", late.ToJson(), StringComparison.Ordinal);
        Assert.Contains("已单独重新检验", late.ToText(chinese: true), StringComparison.Ordinal);
        Assert.True(atFault is { HasFindings: true, FirstFindings.Count: 1 });
        Assert.True(alone is { HasFindings: true, FirstFindings: null });
    }

    [Fact]
    public async Task Where_many_are_at_fault_it_is_not_the_machine_and_nobody_is_tried_again()
    {
        var cards = await GradeAsync([.. ((string[])["videohub", "extron-sis", "kramer-p3000", "lightware-lw3", "profile:kramer-p2000"]).Select(name => Blind(1).Of(Parts.Catalog.Find(name)!))]);

        Assert.All(cards, card => Assert.True(card is { HasFindings: true, FirstFindings: null }, card.ToText(chinese: false)));
    }

    [Fact]
    public async Task What_a_verb_declares_keeps_a_wrong_value_from_every_driver()
    {
        // This one would send whatever it is given.
        var heard = new ConcurrentQueue<CommandRequest>();
        var codec = Parts.Catalog.Find("cisco-xapi")!;
        var careless = new Carelessness { EndsAtOnce = Hears }.Of(codec);

        var card = await SimulatedGrading.GradeAsync(careless with { Verbs = [.. codec.Verbs.Where(v => v.Name == CodecWords.SetVolumeVerb)] }, transcripts: null, TestContext.Current.CancellationToken, plan => plan with { Only = ["bounds"] });

        Assert.Equal(CheckOutcome.Passed, card.Results.Single(r => r.Check.Id == "bounds").Outcome);
        Assert.Empty(heard);

        CommandResult Hears(CommandRequest command)
        {
            heard.Enqueue(command);
            return CommandResult.Verified;
        }
    }

    private static Task<IReadOnlyList<GradeCard>> GradeAsync(params DriverManifest[] drivers) =>
        SimulatedGrading.RunAsync(drivers, transcripts: null, done: null, TestContext.Current.CancellationToken, ["outputs"]);

    /// <summary>Does not show an output on so many of its first links.</summary>
    private static Carelessness Blind(int links)
    {
        var opened = 0;
        return new() { Linked = () => opened++, Shows = (p, v) => opened <= links && p == "output-2" ? [] : [(p, v)] };
    }

    private static string Manual()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AvGateway.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, "drivers", "README.md"));
    }

    // The rules that judge what others saw need those others.
    private static string[] Needed(string rule) => rule switch
    {
        "not-followed" => ["frozen", rule],
        "off-input" or "warm-up" => ["off-on", rule],
        _ => [rule],
    };

    /// <summary>Shows a property once and never again.</summary>
    private static Carelessness Once(string property)
    {
        var wasShown = false;
        return new()
        {
            Shows = (p, v) =>
            {
                if (p != property) return [(p, v)];
                if (wasShown) return [];
                wasShown = true;
                return [(p, v)];
            },
        };
    }

    /// <summary>Takes what it finds on a second link for the end of a recording.</summary>
    private static Carelessness LosesWithTheLink()
    {
        var links = 0;
        return new()
        {
            Linked = () => links++,
            Shows = (p, v) => [(p, links > 1 && p == RecorderWords.RecordingState && v == RecordingStates.Recording ? RecordingStates.Unknown : v)],
        };
    }

    /// <summary>Says no to an input as long as the display warms up.</summary>
    private static Carelessness WithoutPatience()
    {
        Value power = Value.None;
        return new()
        {
            Shows = (p, v) =>
            {
                if (p == PowerWords.PowerState) power = v;
                return [(p, v)];
            },
            EndsAtOnce = c => c.Verb == DisplayWords.InputVerb && power == PowerStates.Warming ? Busy : null,
        };
    }

    /// <summary>The head seems never to stand.</summary>
    private static Carelessness Drifting()
    {
        var steps = 0;
        return new() { Shows = (p, v) => [(p, p == CameraWords.Pan && v.Kind is ValueKind.Integer ? v.Integer + ++steps : v)] };
    }
}

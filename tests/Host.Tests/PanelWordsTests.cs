using System.Reflection;
using System.Text.RegularExpressions;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Host.Hosting;
using AvGateway.Mqtt.Publishing;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Power;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Rooms;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Tests;

/// <summary>Words of the gateway's own tongue that a page shows: each has its pair in the panel's dictionary, or a judge reads a code.</summary>
public sealed partial class PanelWordsTests
{
    private static readonly Dictionary<string, string> Terms = Read();

    private static IReadOnlyCollection<ProbeKind> Kinds { get; } = Parts.ProbeKinds(LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance)).Kinds;

    public static TheoryData<string, string[]> Sets => new()
    {
        { "code", [.. AnswerCodes.All.Select(c => c.Code)] },
        { "reason", [.. Constants(typeof(StatusReasons))] },
        { "line", [.. FaultWords.All] },
        { "step", [.. FaultPayload.Steps] },
        { "sign", [.. PowerSigns.Names] },
        { "powerStep", [.. Enum.GetValues<StepState>().Select(RunJson.Word)] },
        { "run", [.. Enum.GetValues<RoomPhase>().Select(RunJson.Word)] },
        { "kind", [.. Enum.GetValues<StepKind>().Select(RunJson.Word)] },
        { "shown", [.. PowerStates.Words.Select(w => w.Name), .. RecordingStates.Words.Select(w => w.Name)] },
        { "class", [.. Enum.GetValues<DeviceClass>().Select(DeviceDescription.ClassWord)] },
        { "src", [.. ReadingWords.Sources] },
        { "answer", [.. Phases.All.Where(p => p != Phases.Failed)] },
        { "measure", [.. Kinds.SelectMany(k => k.Measures).Select(m => m.Name).Distinct()] },

        // What is written in capitals is called alike everywhere.
        { "probeKind", [.. Kinds.Select(k => k.Name).Where(n => n.Contains('-', StringComparison.Ordinal) || n.Length > 6)] },
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_word_of_a_fixed_set_is_in_the_dictionary(string kind, string[] words)
    {
        Assert.NotEmpty(words);
        Assert.All(words, w => Assert.Contains($"{kind}:{w}", Terms.Keys));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);

    private static Dictionary<string, string> Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AvGateway.sln"))) folder = folder.Parent;
        var text = File.ReadAllText(Path.Combine(folder.FullName, "gateway", "Panel", "src", "console", "words.ts"));
        return Term().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
    }

    [GeneratedRegex(@"'([a-zA-Z]+:[^']+)': \['((?:[^'\\]|\\.)*)', '")] private static partial Regex Term();
}

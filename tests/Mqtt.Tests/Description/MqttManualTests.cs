using System.Text.RegularExpressions;
using AvGateway.Mqtt.Description;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Session;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Tests.Description;

/// <summary>gateway/docs/mqtt.md and the code say the same.</summary>
public sealed partial class MqttManualTests
{
    private static readonly string Manual = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "mqtt.md"));

    [Fact]
    public void Every_answer_of_the_code_is_in_the_table_and_none_else()
    {
        var told = AnswerRow().Matches(Manual).Select(m => (int.Parse(m.Groups[1].Value, null), m.Groups[2].Value)).ToList();

        Assert.Equal(AnswerCodes.All.Select(c => (c.Stat, c.Code)).Order(), told.Order());
    }

    [Fact]
    public void No_other_code_is_named_anywhere()
    {
        var known = AnswerCodes.All.Select(c => c.Code).ToHashSet();

        Assert.All(AnyCode().Matches(Manual), m => Assert.Contains(m.Value, known));
    }

    [Fact]
    public void Every_topic_of_the_code_is_told_and_none_else()
    {
        var told = Topic().Matches(Manual).Select(m => m.Groups[1].Value).Where(t => t.Contains('/') || t == "$fault-log").Where(IsPattern).ToHashSet();
        var known = TopicTable.Published.Select(InWords).Concat(TopicTable.Requests.Select(r => "$req/C/" + InWords(r))).ToHashSet();

        Assert.Equal(known.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_member_of_a_shown_payload_is_told()
    {
        foreach (var row in TopicTable.Published.Where(r => r is { Served: true, Name: not "answer" }))
        {
            var line = Manual.Split('\n').Single(l => l.StartsWith($"| `{InWords(row)}` |", StringComparison.Ordinal));
            foreach (var member in PayloadSchemas.All.Single(s => s.Name == row.Payload).Members) Assert.Contains($"`{member.Name}`", line, StringComparison.Ordinal);
            Assert.Contains(row.Retained ? "| yes |" : "| no |", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_word_of_a_fixed_set_is_told()
    {
        IEnumerable<string> words = [.. GatewayPresence.States, .. StatePayload.States, .. ReadingWords.Qualities, .. ReadingWords.Sources, .. Phases.All];

        Assert.All(words, word => Assert.Contains($"`{word}`", Manual, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_member_of_an_answer_is_told()
    {
        var answers = Manual[Manual.IndexOf("## Answers", StringComparison.Ordinal)..];

        Assert.All(PayloadSchemas.All.Single(s => s.Name == "answer").Members, m => Assert.Matches($"[`\"]{m.Name}[`\"]", answers));
    }

    [Fact]
    public void The_example_request_can_be_read()
    {
        var example = Manual.Split('\n').First(l => l.StartsWith("{\"args\"", StringComparison.Ordinal));

        Assert.Null(RequestBodyReader.Read(System.Text.Encoding.UTF8.GetBytes(example), out var body));
        Assert.Equal(2, body.Args.Count);
    }

    [Fact]
    public void The_figures_are_those_of_the_code()
    {
        var options = new RouterOptions();

        Assert.Contains($"lives {options.DefaultExpiry.TotalSeconds} s; more than {options.LongestExpiry.TotalSeconds} s is cut", Manual, StringComparison.Ordinal);
        Assert.Contains($"at most {RequestBody.MostBytes / 1024} KiB of JSON, at most {RequestBody.MostLevels} levels deep", Manual, StringComparison.Ordinal);
        Assert.Contains($"every {MqttGateway.HealthEvery.TotalSeconds} s", Manual, StringComparison.Ordinal);
    }

    // {room} is R in the manual, {device} D, {gateway} G, {caller} C; the rest are words in capitals.
    private static string InWords(TopicRow row) => string.Join('/', row.Levels.Select(level => level switch
    {
        "{room}" => "R",
        "{device}" => "D",
        "{gateway}" => "G",
        "{caller}" => "C",
        ['{', .. var name, '}'] => name.ToUpperInvariant(),
        _ => level,
    }));

    // Prefixes such as $req/ and whole topics of an example are no rows.
    private static bool IsPattern(string topic) => !topic.EndsWith('/') && !topic.StartsWith("$event/", StringComparison.Ordinal);

    [GeneratedRegex(@"^\| (\d{3}) \| `(AVG-[A-Z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex AnswerRow();

    [GeneratedRegex("AVG-[A-Z]+(-[A-Z]+)*")]
    private static partial Regex AnyCode();

    [GeneratedRegex(@"`([$A-Z][^`\s]*)`")]
    private static partial Regex Topic();
}

using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests;

/// <summary>
/// The simulators against the transcripts that were written from the vendors' texts: the device says exactly what stands there.
/// </summary>
public sealed class TranscriptTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "wire");

    public static TheoryData<string> Transcripts =>
    [
        .. from path in Directory.GetFiles(Root, "*.wire", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(Root, path)

           // What passes between a driver and its link is not what passes on the wire.
           where Note(File.ReadAllLines(path), "between") is null
           orderby name
           select name,
    ];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void Simulator_follows_the_transcript(string path)
    {
        var lines = File.ReadAllLines(Path.Combine(Root, path));
        using var bench =
            new Bench(Path.GetDirectoryName(path)!, Note(lines, "options") ?? "{}", Note(lines, "user"), Note(lines, "password"));
        Bench.Client? client = null;
        var said = new List<byte>();

        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length < 3) continue;
            var text = lines[i][2..];
            var place = $"{path}:{i + 1}";
            // Switches that stand before the first frame are there before the client comes.
            if (lines[i][0] is '<' or '>') client ??= bench.Connect(Note(lines, "link") == "serial" ? LinkKind.Serial : LinkKind.Tcp);
            switch (lines[i][0])
            {
                case '#':
                    Act(bench, text);
                    break;
                case '@':
                    bench.Pass(text.Trim());
                    break;
                case '>':
                    said.AddRange(client!.TakeBytes());
                    Nothing(said, place);
                    client.Say(WireText.Read(text));
                    break;
                case '<':
                    said.AddRange(client!.TakeBytes());
                    Expect(said, WireText.Read(text), place);
                    break;
            }
        }

        if (client is not null) said.AddRange(client.TakeBytes());
        Nothing(said, path);
    }

    [Fact]
    public void Every_protocol_has_transcripts()
    {
        foreach (var descriptor in Devices.SimulatorCatalog.BuiltIn.All)
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(Root, descriptor.Protocol), "*.wire", SearchOption.AllDirectories));
    }

    private static string? Note(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith($"# {name}: ", StringComparison.Ordinal))?[(name.Length + 4)..];

    private static void Act(Bench bench, string text)
    {
        if (text.StartsWith("simulate: ", StringComparison.Ordinal))
        {
            var (name, value) = Pair(text["simulate: ".Length..]);
            Assert.Null(bench.Device.SetSwitch(name, value));
        }
        else if (text.StartsWith("front-panel: ", StringComparison.Ordinal))
        {
            var words = text["front-panel: ".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var args = new JsonObject(words[1..].Select(word => Pair(word)).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
            Assert.Null(bench.Device.UseFrontPanel(words[0], args));
        }
    }

    private static (string Name, JsonNode? Value) Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return (text[..equals].Trim(), Devices.Control.PlainValue.Read(text[(equals + 1)..].Trim()));
    }

    private static void Expect(List<byte> said, byte[] expected, string place)
    {
        var found = said.Count >= expected.Length && said.Take(expected.Length).SequenceEqual(expected);
        Assert.True(found, $"{place}\nexpected: {WireText.Write(expected)}\nsaid:     {WireText.Write([.. said])}");
        said.RemoveRange(0, expected.Length);
    }

    private static void Nothing(List<byte> said, string place) =>
        Assert.True(said.Count == 0, $"{place}\nsaid besides: {WireText.Write([.. said])}");
}

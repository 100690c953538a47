namespace AvGateway.Testing;

/// <summary>One line of a transcript that does something.</summary>
/// <param name="Mark"><c>&lt;</c> the device says, <c>&gt;</c> the gateway says, <c>!</c> a command is asked, <c>=</c> what the gateway now shows,
/// <c>@</c> time passes.</param>
public sealed record WireStep(int Line, char Mark, string Text);

/// <summary>
/// A conversation from a manual, in the notation of the log: one frame a line, <c>#</c> for words. Notes are lines such as
/// <c># options: {…}</c>; <c># simulate: switch=value</c> and <c># front-panel: verb name=value</c> move the simulator that plays it;
/// <c># driver: NAME</c> says that the whole conversation is one which that driver leads.
/// </summary>
public sealed class WireTranscript
{
    private const string Marks = "<>!=@";

    private readonly string[] _lines;

    private WireTranscript(string path, string[] lines)
    {
        Path = path;
        _lines = lines;
        Steps = [.. lines.Select((line, i) => (Line: i + 1, Text: line)).Where(l => l.Text.Length > 2 && Marks.Contains(l.Text[0], StringComparison.Ordinal))
            .Select(l => new WireStep(l.Line, l.Text[0], l.Text[2..]))];
    }

    public string Path { get; }

    /// <summary>Protocol and name, for example <c>videohub/route</c>.</summary>
    public string Name => $"{System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path))}/{System.IO.Path.GetFileNameWithoutExtension(Path)}";

    public IReadOnlyList<WireStep> Steps { get; }

    /// <summary>Everything that the device says, as one stream.</summary>
    public byte[] DeviceStream => [.. Steps.Where(s => s.Mark == '<').SelectMany(s => WireNotation.Read(s.Text))];

    public static WireTranscript Load(string path) => new(path, File.ReadAllLines(path));

    /// <summary>The transcripts of one protocol, as the test project has copied them beside its program.</summary>
    public static IEnumerable<WireTranscript> Of(string protocol)
    {
        var folder = System.IO.Path.Combine(AppContext.BaseDirectory, "wire", protocol.Replace(':', '/'));
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.wire").Order(StringComparer.Ordinal).Select(Load) : [];
    }

    /// <summary>What a line <c># name: …</c> says, or null.</summary>
    public string? Note(string name) =>
        _lines.FirstOrDefault(line => line.StartsWith($"# {name}: ", StringComparison.Ordinal))?[(name.Length + 4)..].Trim();
}

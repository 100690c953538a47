using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Profiled;

/// <summary>What a profile says that a device understands and answers. Read leniently: finding what is wrong with it is the lint's business.</summary>
internal sealed class ProfilePaper
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>What the words of the classes do to which property.</summary>
    private static readonly Dictionary<string, string> Effects = new(StringComparer.Ordinal)
    {
        ["power-on"] = "power=on",
        ["power-off"] = "power=off",
        ["input"] = "input={name}",
        ["blank"] = "blanked={blanked}",
        ["mute-sound"] = "sound-muted={sound-muted}",
        ["outlet-on"] = "outlet-{outlet}=on",
        ["outlet-off"] = "outlet-{outlet}=off",
        ["route"] = "output-{output}={input}",
    };

    private readonly Dictionary<string, PaperCodes> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private ProfilePaper(JsonObject root, JsonObject options)
    {
        Name = Text(root, "profile");
        DeviceClass = Text(root, "class");
        LineSettings = Text(root["links"] as JsonObject, "serial");
        IsHex = Text(root, "bytes") == "hex";
        var frame = root["frame"] as JsonObject ?? [];
        Start = Bytes(frame, "start");
        End = Bytes(frame, "end");
        AnswerStart = frame["answerStart"] is null ? Start : Bytes(frame, "answerStart");
        AnswerEnd = frame["answerEnd"] switch { null => End, JsonArray => [], var one => Encoding.Latin1.GetBytes((string)one!) };
        var sum = frame["checksum"] is JsonObject check ? new PaperSum(Text(check, "kind"), (int?)check["from"] ?? 0) : null;
        foreach (var (name, option) in Members(root["options"])) _options[name] = Word(options[name] ?? option?["default"]);
        foreach (var (name, count) in Members(root["counts"])) Counts[name[..^1]] = (int?)options[name] ?? (int?)count ?? throw new FormatException($"counts: {name} is no number");
        foreach (var (property, codes) in Members(root["codes"])) _codes[property] = new([.. Codes(codes)]);
        byte[] lowest = IsHex ? [.. Text(frame, "form").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Lowest)] : [];
        PaperTemplate Template(JsonNode? text) => new(Word(text), IsHex, sum, lowest);
        foreach (var (property, read) in Members(root["read"])) Requests.Add(new(property, Template(read?["send"]), Template(read?["answer"]), property, null, false));
        foreach (var (verb, words) in Members(root["verbs"]))
        {
            var then = words?["then"] is { } own ? Word(own) : Effects.GetValueOrDefault(verb, "");
            var equals = then.IndexOf('=', StringComparison.Ordinal);
            Requests.Add(new(verb, Template(words?["send"]), words?["answer"] is { } answer ? Template(answer) : null,
                equals > 0 ? then[..equals] : "", equals > 0 ? then[(equals + 1)..] : "", (bool?)words?["toggle"] ?? false));
        }

        Refusals = [.. List(root["refused"]).Select(Template)];
        foreach (var (property, said) in Members(root["tells"])) Tells[property] = [.. List(said).Select(Template)];
    }

    /// <summary>For a device that was given no profile: enough to see the switches at work.</summary>
    public static string Example => """
        {
          "profile": "acme-x1", "class": "display", "bytes": "text", "frame": { "end": "\r" },
          "links": { "serial": "baud=9600&data=8&parity=none&stop=1&flow=none" },
          "codes": { "power": { "off": "0", "warming": "2", "on": "1", "cooling": "3" }, "input": { "vga": "1", "hdmi": "2" } },
          "read": { "power": { "send": "PWR?", "answer": "PWR={value}" }, "input": { "send": "INP?", "answer": "INP={value}" } },
          "verbs": {
            "power-on": { "send": "PWR 1", "answer": "OK" }, "power-off": { "send": "PWR 0", "answer": "OK" }, "input": { "send": "INP {name}", "answer": "OK" }
          },
          "refused": "ERR{*}"
        }
        """;

    public string Name { get; }
    public string DeviceClass { get; }
    public string LineSettings { get; }
    public bool IsHex { get; }
    public byte[] Start { get; }
    public byte[] End { get; }
    public byte[] AnswerStart { get; }
    public byte[] AnswerEnd { get; }
    public List<PaperRequest> Requests { get; } = [];
    public IReadOnlyList<PaperTemplate> Refusals { get; }
    public Dictionary<string, PaperTemplate[]> Tells { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of a numbered thing there are.</summary>
    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>The paper of a device that the gateway knows by itself, or null.</summary>
    public static string? BuiltIn(string name)
    {
        using var stream = typeof(ProfilePaper).Assembly.GetManifestResourceStream($"profiles/{name}.json");
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <param name="setting">Its option <c>profile</c> is a name, a file, or the profile itself.</param>
    public static ProfilePaper Read(DeviceSetting setting)
    {
        try
        {
            var root = setting.Options["profile"] switch
            {
                JsonObject whole => whole,
                null => Parse(Example),
                var named => Parse(BuiltIn(Word(named)) ?? File.ReadAllText(Word(named))),
            };
            return new(root, setting.Options);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new CannotSimulateException($"{setting.Id}: the profile cannot be played ({bad.Message}). See what 'avgateway profile lint FILE' says of it.", bad);
        }
    }

    public static JsonObject Parse(string text) => JsonNode.Parse(text, documentOptions: Lenient) as JsonObject ?? throw new JsonException("it is not a JSON object");

    public PaperCodes? CodesOf(string property) => _codes.GetValueOrDefault(property);

    public string? Option(string name) => _options.GetValueOrDefault(name);

    private IEnumerable<(string, byte[])> Codes(JsonNode? codes) =>
        from member in Members(codes)
        from code in List(member.Value)
        let text = Word(code)
        select (member.Key, IsHex ? Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal)) : Encoding.Latin1.GetBytes(text));

    private static byte Lowest(string set) => set == "??" ? (byte)0 : set.Split(',', '-').Select(b => Convert.FromHexString(b) is [var octet] ? octet : throw new FormatException($"form: \"{set}\" is no set of octets")).Min();

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node as JsonObject ?? [];

    private static JsonNode?[] List(JsonNode? node) => node switch { null => [], JsonArray list => [.. list], _ => [node] };

    private static string Text(JsonObject? parent, string name) => Word(parent?[name]);

    private static byte[] Bytes(JsonObject parent, string name) => Encoding.Latin1.GetBytes(Text(parent, name));

    private static string Word(JsonNode? node) => Devices.Switches.SwitchBoard.AsTyped(node) ?? "";
}

/// <summary>Something that the device understands.</summary>
/// <param name="Property">What it tells or changes, with its index in braces; empty: nothing that shows.</param>
/// <param name="Value">What the property becomes, or the argument in braces that says so; null for a question.</param>
internal sealed record PaperRequest(string Name, PaperTemplate Send, PaperTemplate? Answer, string Property, string? Value, bool IsToggle)
{
    public bool IsQuestion => Value is null;
}

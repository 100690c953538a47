namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>One command as it was understood. A wrong form is kept as the code to answer with.</summary>
internal sealed record HyperDeckCommand(string Name, IReadOnlyDictionary<string, string> Parameters, int? Wrong = null)
{
    public string? this[string key] => Parameters.GetValueOrDefault(key);
}

/// <summary>Which commands there are, which parameters each has, and how the two written forms are read.</summary>
internal static class HyperDeckGrammar
{
    /// <summary>Notifications that came with protocol 1.11; an older deck does not know the parameter.</summary>
    public static readonly IReadOnlyList<string> NewerNotifications =
        ["display timecode", "timeline position", "playrange", "cache", "dynamic range"];

    public static readonly IReadOnlyList<string> Notifications =
        ["transport", "slot", "remote", "configuration", "dropped frames", .. NewerNotifications];

    private static readonly Dictionary<string, string[]> Parameters = new(StringComparer.Ordinal)
    {
        ["help"] = [],
        ["?"] = [],
        ["device info"] = [],
        ["disk list"] = ["slot id"],
        ["quit"] = [],
        ["ping"] = [],
        ["preview"] = ["enable"],
        ["play"] = ["speed", "loop", "single clip"],
        ["record"] = ["name"],
        ["record spill"] = ["slot id"],
        ["stop"] = [],
        ["clips count"] = [],
        ["clips get"] = ["clip id", "count"],
        ["transport info"] = [],
        ["slot info"] = ["slot id"],
        ["slot select"] = ["slot id", "video format"],
        ["notify"] = [.. Notifications],
        ["goto"] = ["clip id", "clip", "slot id"],
        ["shuttle"] = ["speed"],
        ["remote"] = ["enable", "override"],
        ["configuration"] = ["video input", "audio input", "file format"],
        ["uptime"] = [],
        ["format"] = ["slot id", "prepare", "confirm"],
        ["identify"] = ["enable"],
        ["watchdog"] = ["period"],
        ["cache info"] = [],
    };

    public static IEnumerable<string> Commands => Parameters.Keys;

    /// <summary>The several-line form begins with a command and a colon, and nothing after it.</summary>
    public static bool OpensBlock(string line) => line.EndsWith(':') && line.IndexOf(':', StringComparison.Ordinal) == line.Length - 1;

    /// <summary>Reads the form of several lines, without the empty line that ended it.</summary>
    public static HyperDeckCommand ReadBlock(string header, IReadOnlyList<string> lines)
    {
        if (!Parameters.TryGetValue(header, out var known)) return Bad(header, Codes.Unsupported);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) return Bad(header, Codes.SyntaxError);
            if (!known.Contains(line[..colon])) return Bad(header, Codes.UnsupportedParameter);
            found[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new(header, found);
    }

    /// <summary>
    /// Reads the form of one line. A value runs to the next known parameter of the command, since values may hold spaces.
    /// </summary>
    public static HyperDeckCommand ReadLine(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        var name = colon < 0 ? line.TrimEnd() : line[..colon];
        if (!Parameters.TryGetValue(name, out var known))
            return Bad(name, name.Any(char.IsControl) ? Codes.SyntaxError : Codes.Unsupported);
        return colon < 0 ? new(name, new Dictionary<string, string>()) : ReadParameters(name, line[(colon + 2)..], known);
    }

    private static HyperDeckCommand ReadParameters(string name, string rest, string[] known)
    {
        var starts = new List<(int At, string Key)>();
        for (var at = 0; at < rest.Length; at++)
        {
            if (at > 0 && rest[at - 1] != ' ') continue;
            var key = known.Where(each => IsKeyAt(rest, at, each)).MaxBy(each => each.Length);
            if (key is not null) starts.Add((at, key));
        }

        if (starts.Count == 0 || starts[0].At != 0)
            return Bad(name, rest.Contains(':', StringComparison.Ordinal) ? Codes.UnsupportedParameter : Codes.SyntaxError);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < starts.Count; i++)
        {
            var from = starts[i].At + starts[i].Key.Length + 1;
            var to = i + 1 < starts.Count ? starts[i + 1].At : rest.Length;
            found[starts[i].Key] = rest[from..to].Trim();
        }

        return new(name, found);
    }

    private static bool IsKeyAt(string rest, int at, string key)
    {
        var end = at + key.Length;
        return string.CompareOrdinal(rest, at, key, 0, key.Length) == 0
            && end < rest.Length && rest[end] == ':' && (end + 1 == rest.Length || rest[end + 1] == ' ');
    }

    private static HyperDeckCommand Bad(string name, int code) => new(name, new Dictionary<string, string>(), code);
}

/// <summary>The codes of refusal with the vendor's words.</summary>
internal static class Codes
{
    public const int SyntaxError = 100;
    public const int UnsupportedParameter = 101;
    public const int InvalidValue = 102;
    public const int Unsupported = 103;
    public const int DiskFull = 104;
    public const int NoDisk = 105;
    public const int DiskError = 106;
    public const int TimelineEmpty = 107;
    public const int OutOfRange = 109;
    public const int NoInput = 110;
    public const int RemoteControlDisabled = 111;
    public const int ConnectionRejected = 120;
    public const int InvalidState = 150;
    public const int InvalidCodec = 151;
    public const int InvalidFormat = 160;
    public const int InvalidToken = 161;
    public const int FormatNotPrepared = 162;

    private static readonly Dictionary<int, string> Words = new()
    {
        [SyntaxError] = "syntax error",
        [UnsupportedParameter] = "unsupported parameter",
        [InvalidValue] = "invalid value",
        [Unsupported] = "unsupported",
        [DiskFull] = "disk full",
        [NoDisk] = "no disk",
        [DiskError] = "disk error",
        [TimelineEmpty] = "timeline empty",
        [108] = "internal error",
        [OutOfRange] = "out of range",
        [NoInput] = "no input",
        [RemoteControlDisabled] = "remote control disabled",
        [ConnectionRejected] = "connection rejected",
        [InvalidState] = "invalid state",
        [InvalidCodec] = "invalid codec",
        [InvalidFormat] = "invalid format",
        [InvalidToken] = "invalid token",
        [FormatNotPrepared] = "format not prepared",
    };

    public static string Line(int code) => $"{code} {Words.GetValueOrDefault(code, "refused")}\r\n";
}

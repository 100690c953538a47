using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>
/// Reads a scenario (JSON, comments and trailing commas allowed). Every complaint is an <see cref="InvalidDataException"/> that names file
/// and place.
/// </summary>
public static class ScenarioFile
{
    private const int MostSteps = 100_000;
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset UsualStart = new(2026, 1, 5, 8, 0, 0, TimeSpan.FromHours(8));

    private static readonly string[] Members = ["scenario", "seed", "time", "starts", "site", "devices", "steps"];
    private static readonly string[] Acts = ["switch", "press", "say", "leave", "state", "receives", "says", "hears"];
    private static readonly Dictionary<string, string[]> Belonging = new(StringComparer.Ordinal)
    {
        ["switch"] = ["value"],
        ["press"] = ["args"],
        ["say"] = [],
        ["leave"] = [],
        ["state"] = ["is", "within", "never"],
        ["receives"] = ["within", "never"],
        ["says"] = ["within", "never"],
        ["hears"] = ["within", "never"],
    };

    public static Scenario Read(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path), documentOptions: Lenient) is not JsonObject root)
                throw new InvalidDataException($"{path}: the file is not a JSON object.");
            return Read(root, path);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: not JSON.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private static Scenario Read(JsonObject root, string path)
    {
        Known(root, Members, $"{path}: ");
        var seed = 1;
        if (root["seed"] is { } wished && (!SwitchBoard.TryInteger(wished, out seed) || seed < 0))
            throw new InvalidDataException($"{path}: /seed is no whole number from 0.");
        var time = SwitchBoard.AsText(root["time"]) switch
        {
            "virtual" => ScenarioTime.Virtual,
            "real" => ScenarioTime.Real,
            null when root["time"] is null => ScenarioTime.Virtual,
            _ => throw new InvalidDataException($"{path}: /time is neither \"virtual\" nor \"real\"."),
        };
        var starts = UsualStart;
        if (root["starts"] is { } begun && !DateTimeOffset.TryParseExact(
            SwitchBoard.AsText(begun), "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out starts))
            throw new InvalidDataException($"{path}: /starts is no time such as 2026-01-05T08:00:00+08:00.");
        var steps = List(root, "steps", path);
        if (steps.Count is 0 or > MostSteps) throw new InvalidDataException($"{path}: /steps holds {steps.Count} steps; give 1 to {MostSteps}.");
        return new(
            SwitchBoard.AsText(root["scenario"]) ?? Path.GetFileNameWithoutExtension(path), seed, time, starts, Devices(root, path, seed),
            [.. steps.Select((step, at) => Step(step, $"/steps/{at}", path, starts))]);
    }

    private static List<DeviceSetting> Devices(JsonObject root, string path, int seed)
    {
        var devices = new List<DeviceSetting>();
        if (SwitchBoard.AsText(root["site"]) is { } site)
        {
            var plan = CourtFile.Read(Path.Combine(Path.GetDirectoryName(path)!, site));
            devices.AddRange(plan.Devices);
        }

        var own = List(root, "devices", path);
        for (var i = 0; i < own.Count; i++) devices.Add(Device(own[i] as JsonObject, $"{path}: /devices/{i}"));
        if (devices.GroupBy(each => each.Id).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path}: there are two devices '{twice.Key}'.");
        return [.. devices.Select((each, at) => Seeded(each, unchecked(seed + at) & int.MaxValue))];
    }

    private static DeviceSetting Seeded(DeviceSetting device, int seed) => device.Switches.ContainsKey("seed") ? device
        : device with { Switches = new Dictionary<string, JsonNode?>(device.Switches) { ["seed"] = JsonValue.Create(seed) } };

    private static DeviceSetting Device(JsonObject? device, string place)
    {
        if (device is null) throw new InvalidDataException($"{place} is not an object.");
        Known(device, ["id", "driver", "options", "switches", "user", "password"], place);
        var id = Text(device, "id", place).Split('/');
        if (id is not [{ Length: > 0 } room, { Length: > 0 } name]) throw new InvalidDataException($"{place}/id is not room/device.");
        return new(room, name, Text(device, "driver", place))
        {
            Options = device["options"] is JsonObject options ? (JsonObject)options.DeepClone() : [],
            User = SwitchBoard.AsText(device["user"]),
            Password = SwitchBoard.AsText(device["password"]),
            Switches = device["switches"] is JsonObject switches
                ? switches.ToDictionary(each => each.Key, each => each.Value?.DeepClone(), StringComparer.Ordinal)
                : new Dictionary<string, JsonNode?>(),
        };
    }

    private static ScenarioStep Step(JsonNode? node, string place, string path, DateTimeOffset starts)
    {
        var told = $"{path}: {place}";
        if (node is not JsonObject step) throw new InvalidDataException($"{told} is not an object.");
        var kinds = Acts.Where(step.ContainsKey).ToArray();
        if (kinds is not [var kind]) throw new InvalidDataException($"{told} must hold one of {string.Join(", ", Acts)}.");
        Known(step, ["at", "every", "until", "jitter", "device", kind, .. Belonging[kind]], told);
        var read = new ScenarioStep(place, Moment(step, "at", told, starts) ?? TimeSpan.Zero, Text(step, "device", told), Act(kind, step, told))
        {
            Every = Span(step, "every", told) ?? TimeSpan.Zero,
            Until = Moment(step, "until", told, starts) ?? TimeSpan.Zero,
            Jitter = Span(step, "jitter", told) ?? TimeSpan.Zero,
        };
        if (read.Every > TimeSpan.Zero != read.Until > TimeSpan.Zero)
            throw new InvalidDataException($"{told}: what is repeated needs every and until.");
        return read;
    }

    private static ScenarioAct Act(string kind, JsonObject step, string place)
    {
        var within = Span(step, "within", place) ?? Patience;
        var never = step["never"] is JsonValue flag && flag.TryGetValue<bool>(out var set) && set;
        return kind switch
        {
            "switch" => new SwitchAct(Text(step, kind, place), step["value"]?.DeepClone()),
            "press" => new PressAct(Text(step, kind, place), step["args"]?.DeepClone() as JsonObject),
            "say" => new SayAct(Text(step, kind, place)),
            "leave" => new LeaveAct(),
            "state" when JsonPointer.IsValid(Text(step, kind, place)) =>
                new StateExpectation(Text(step, kind, place), step["is"]?.DeepClone(), within, never),
            "state" => throw new InvalidDataException($"{place}/state is no JSON Pointer such as /routing/1."),
            "receives" => new FrameExpectation(TraceDirection.Received, Text(step, kind, place), within, never),
            "says" => new FrameExpectation(TraceDirection.Sent, Text(step, kind, place), within, never),
            _ => new HearExpectation(Text(step, kind, place), within, never),
        };
    }

    /// <summary>A duration since the beginning, or a time of day of the day on which the scenario starts.</summary>
    private static TimeSpan? Moment(JsonObject step, string name, string place, DateTimeOffset starts)
    {
        if (TimeOnly.TryParseExact(SwitchBoard.AsText(step[name]), ["HH:mm", "HH:mm:ss"], out var clock))
        {
            var at = clock.ToTimeSpan() - starts.TimeOfDay;
            return at >= TimeSpan.Zero ? at : throw new InvalidDataException($"{place}/{name} is before the scenario starts.");
        }

        return Span(step, name, place);
    }

    private static TimeSpan? Span(JsonObject step, string name, string place)
    {
        if (step[name] is not { } value) return null;
        return SwitchBoard.AsText(value) is { } text && Durations.TryParse(text, out var span) ? span
            : throw new InvalidDataException($"{place}/{name}: {value.ToJsonString()} is no time; write 500ms, 5s, 2m, 24h or a time of day such as 09:00.");
    }

    private static void Known(JsonObject each, string[] members, string place)
    {
        if (each.FirstOrDefault(member => !members.Contains(member.Key)) is { Key: { } extra })
            throw new InvalidDataException($"{place}/{extra} is unknown; there is {string.Join(", ", members)}.");
    }

    private static JsonArray List(JsonObject parent, string name, string path) => parent[name] switch
    {
        null => [],
        JsonArray list => list,
        _ => throw new InvalidDataException($"{path}: /{name} is not a list."),
    };

    private static string Text(JsonObject parent, string name, string place) =>
        SwitchBoard.AsText(parent[name]) is { Length: > 0 } text ? text : throw new InvalidDataException($"{place}/{name} is missing or is no text.");
}

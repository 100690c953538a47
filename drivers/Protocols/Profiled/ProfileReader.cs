using System.Globalization;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>Reads a profile and finds everything that is wrong with it: the same code for the lint, for <c>check</c> and for the start.</summary>
/// <remarks>This file: head, links, pace, options, codes. <c>.Words</c>: readings and verbs.</remarks>
public sealed partial class ProfileReader
{
    private const int LongestName = 40;

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 };

    private readonly List<ProfileFinding> _findings = [];
    private readonly Dictionary<string, List<(Value Value, byte[] Code)>> _codes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _codesUsed = new(StringComparer.Ordinal);
    private readonly List<OptionSpec> _options = [];
    private readonly List<(string Extent, string Option)> _counts = [];
    private readonly List<PropertySpec> _properties = [];
    private readonly List<ProfileRead> _reads = [];
    private readonly List<ProfileVerb> _verbs = [];
    private ProfileFrame _frame = new(false);
    private ProfileWords _words = null!;

    private ProfileReader()
    {
    }

    /// <summary>The profile, or null with what is wrong.</summary>
    public static Profile? Read(ReadOnlyMemory<byte> utf8, out IReadOnlyList<ProfileFinding> findings)
    {
        var reader = new ProfileReader();
        findings = reader._findings;
        if (!System.Text.Unicode.Utf8.IsValid(utf8.Span))
        {
            reader._findings.Add(new("$", "not UTF-8", "store the file as UTF-8"));
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Lenient);
            var profile = reader.Read(new(document.RootElement, "$", reader._findings));
            return reader._findings.Count == 0 ? profile : null;
        }
        catch (JsonException broken)
        {
            reader._findings.Add(new("$", $"not JSON (line {broken.LineNumber + 1})", "mend the text at this place"));
            return null;
        }
    }

    private Profile? Read(ProfilePlace root)
    {
        if (!root.IsObject("$schema", "profile", "class", "models", "source", "notes", "bytes", "frame", "links", "pace", "counts", "options", "codes", "properties", "read", "verbs", "absent", "refused", "tells", "release")) return null;
        var name = ReadName(root);
        var models = root.Text("models", "\"Acme X1 displays with RS-232\"");
        var source = root.Text("source", "\"Acme X1 manual, edition 2, page 41\"");
        var className = root.Text("class", "\"display\"");
        if (className is null) return null;
        if (ProfileWords.Of(className) is not { } words)
        {
            root["class"]!.Wrong($"a profile cannot be a {className}", $"classes are {string.Join(", ", ProfileWords.Classes)}; any other device needs a driver, see drivers/README.md");
            return null;
        }

        _words = words;
        _frame = new ProfileFrameReader(root).Read() ?? _frame;
        var links = ReadLinks(root);
        var pace = ReadPace(root);
        ReadCounts(root);
        ReadOptions(root);
        ReadProperties(root);
        ReadCodes(root);
        ReadReads(root);
        ReadVerbs(root);
        var absent = ReadAbsent(root);
        var refusals = Templates(root["refused"], name => null);
        var tells = ReadTells(root);
        foreach (var unused in _codes.Keys.Except(_codesUsed)) root["codes"]![unused]!.Wrong($"nothing of this profile uses the codes of \"{unused}\"", "remove them, or use them in \"read\" or \"verbs\"");
        if (_verbs.Count == 0 && className is not "sensor") root.Wrong("the profile has no verb", "add one to \"verbs\"");
        if (_reads.Count == 0 && className is "sensor") root.Wrong("a sensor that nothing can be asked of shows nothing", "add what it tells to \"read\"");
        if (_findings.Count > 0) return null;
        BoundCounts();
        var profile = new Profile(name!, Enum.Parse<DeviceClass>(className, ignoreCase: true), models!, source!)
        {
            Frame = _frame,
            Links = links,
            Pace = pace,
            Options = _options,
            Counts = _counts,
            Reads = _reads,
            Verbs = _verbs,
            Properties = Shown(),
            Refusals = refusals,
            Tells = tells,
            Absent = absent,
            Notes = [.. (root["notes"]?.Items ?? []).Where(n => n.IsText()).Select(n => n.Word!)],
            IsReleased = root.Text("release") == "whole",
        };
        new ProfileLint(profile, root).Check();
        return profile;
    }

    private static string? ReadName(ProfilePlace root)
    {
        if (root.Text("profile", "\"acme-x1\"") is not { } name) return null;
        if (name.Length <= LongestName && name.Contains('-', StringComparison.Ordinal) && char.IsAsciiLetterLower(name[0]) && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')) return name;
        root["profile"]!.Wrong($"\"{name}\" is no name of a profile", $"write vendor and model in a-z, 0-9 and -, for example acme-x1, at most {LongestName}");
        return null;
    }

    private static List<LinkKind> ReadLinks(ProfilePlace root)
    {
        var links = new List<LinkKind>();
        if (root.Required("links", "{ \"serial\": \"baud=9600&data=8&parity=none&stop=1&flow=none\" }") is not { } place || !place.IsObject("serial", "tcp")) return links;
        if (place["serial"] is { } serial && serial.IsText())
        {
            var settings = serial.Word!.Split('&').Select(s => s.Split('=')[0]).ToArray();
            if (((string[])["baud", "data", "parity", "stop"]).Except(settings).FirstOrDefault() is { } missing) serial.Wrong($"the line settings do not say \"{missing}\"", "write for example baud=9600&data=8&parity=none&stop=1&flow=none");
            links.Add(LinkKind.Serial(serial.Word));
        }

        if (place["tcp"] is not null)
        {
            var port = place.Whole("tcp", 0, 0, 65_535);
            links.Add(port == 0 ? new("tcp") : LinkKind.Tcp(port));
        }

        if (links.Count == 0) place.Wrong("no link is named", "add \"serial\" with its line settings, or \"tcp\" with its port (0: a serial device server, whose port the site file says)");
        return links;
    }

    private static ProfilePace ReadPace(ProfilePlace root)
    {
        var place = root.Required("pace", "{ \"gap\": \"100ms\", \"reply\": \"1s\" }");
        place?.IsObject("gap", "reply", "quiet", "poll", "attempts", "follow");
        if (place is null) return new(default, default, default, default, 1, default);
        foreach (var needed in (string[])["gap", "reply"]) place.Required(needed, "\"500ms\"");
        return new(
            place.Duration("gap", TimeSpan.FromMilliseconds(100), TimeSpan.Zero, TimeSpan.FromSeconds(10)),
            place.Duration("reply", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5)),
            place.Duration("quiet", TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30)),
            place.Duration("poll", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            place.Whole("attempts", 2, 1, 5),
            place.Duration("follow", TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(2)));
    }

    private void ReadCounts(ProfilePlace root)
    {
        var counts = root["counts"];
        counts?.IsObject([.. _words.Counts.Select(c => c.Option)]);
        foreach (var (extent, option, en, zh) in _words.Counts)
        {
            if (counts?[option] is null)
            {
                root.Wrong($"the profile does not say how many {option} the device has", $"add \"counts\": {{ \"{option}\": 8 }}; a site file may say another number");
                continue;
            }

            var count = counts.Whole(option, 8, 1, 127);
            _options.Add(new(option, ValueKind.Integer, count, en, zh) { Min = 1, Max = 127 });
            _counts.Add((extent, option));
        }
    }

    /// <summary>No site file may count more than the frames can name.</summary>
    private void BoundCounts()
    {
        var places = _reads.Select(r => r.Send).Concat(_verbs.Select(v => v.Send)).SelectMany(t => t.Segments).OfType<ProfilePlaceholder>().ToArray();
        foreach (var (extent, option) in _counts)
        {
            var at = _options.FindIndex(o => o.Name == option);
            var most = places.Where(p => p.Field.Name == extent).Select(p => p.Most).Append((long)_options[at].Max!.Value).Min();
            _options[at] = _options[at] with { Max = Math.Max(most, _options[at].Default.Integer) };
        }
    }

    private void ReadOptions(ProfilePlace root)
    {
        if (root["options"] is not { } options || !options.IsObject()) return;
        foreach (var (name, place) in options.Members)
        {
            if (!place.IsObject("default", "min", "max", "en", "zh")) continue;
            if (_options.Exists(o => o.Name == name) || name is ProfileRead.Value or "sum" || _words.Verbs.Any(v => v.Spec.Arguments.Any(a => a.Name == name)))
                place.Wrong($"\"{name}\" already means something else", "choose another name, for example address");
            place.Required("default", "1");
            var (min, max) = (place.Whole("min", 0, 0, int.MaxValue), place.Whole("max", 255, 0, int.MaxValue));
            var (en, zh) = Names(place);
            _options.Add(new(name, ValueKind.Integer, place.Whole("default", min, min, Math.Max(min, max)), en, zh) { Min = min, Max = max });
        }
    }

    /// <summary>Properties that the class does not know.</summary>
    private void ReadProperties(ProfilePlace root)
    {
        _properties.AddRange(_words.Properties);
        if (root["properties"] is not { } own || !own.IsObject()) return;
        foreach (var (name, place) in own.Members)
        {
            if (!place.IsObject("type", "unit", "min", "max", "en", "zh", "words")) continue;
            if (_properties.Exists(p => p.Name == name) || !IsWord(name))
            {
                place.Wrong($"\"{name}\" cannot be a property of its own", "choose a name of a-z, 0-9 and - that the class does not have");
                continue;
            }

            var (en, zh) = Names(place);
            var kind = place.Text("type", "\"integer\"") switch
            {
                "text" => ValueKind.Text,
                "integer" => ValueKind.Integer,
                "number" => ValueKind.Number,
                "flag" => ValueKind.Flag,
                _ => ValueKind.None,
            };
            if (kind is ValueKind.None) place["type"]?.Wrong("there is no such type", "write text, integer, number or flag");
            _properties.Add(new(name, kind, en, zh)
            {
                Unit = place.Text("unit"),
                Min = place["min"]?.Number(),
                Max = place["max"]?.Number(),
                OneOf = place["words"] is { } words ? [.. words.Items.Where(w => w.IsText()).Select(w => w.Word!)] : null,
            });
        }
    }

    private void ReadCodes(ProfilePlace root)
    {
        if (root["codes"] is not { } all || !all.IsObject()) return;
        foreach (var (property, place) in all.Members)
        {
            if (_properties.Find(p => p.Name == property) is not { } spec)
            {
                place.Wrong($"a {root.Text("class")} has no property \"{property}\"", $"there is {string.Join(", ", _properties.Select(p => p.Name))}; what the class does not know stands in \"properties\"");
                continue;
            }

            if (!place.IsObject()) continue;
            var codes = _codes[property] = [];
            foreach (var (word, codePlace) in place.Members) ReadCode(spec, word, codePlace, codes);
            if (codes.Count == 0) place.Wrong("there is no code", "write for example { \"on\": \"01\", \"off\": \"00\" }");
        }
    }

    private void ReadCode(PropertySpec spec, string word, ProfilePlace place, List<(Value Value, byte[] Code)> codes)
    {
        Value value = spec.Kind switch
        {
            ValueKind.Flag when word is "true" or "false" => word == "true",
            ValueKind.Text when spec.OneOf?.Contains(word) ?? IsWord(word) => word,
            ValueKind.Integer when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => Value.None,
        };
        if (value.Kind is ValueKind.None)
        {
            place.Wrong($"\"{word}\" is nothing that {spec.Name} can be", spec.OneOf is { } words ? $"it is one of {string.Join(", ", words)}" : spec.Kind is ValueKind.Flag ? "it is true or false" : "write it in a-z, 0-9 and -");
            return;
        }

        foreach (var each in place.OneOrMore)
        {
            if (!each.IsText()) continue;
            if (ProfileTemplateReader.Code(each.Word!, _frame.IsHex) is not { } code) each.Wrong($"\"{each.Word}\" is no code", _frame.IsHex ? "write its bytes in hex, for example 0A" : "write what stands in the frame; it is never empty");
            else if (codes.Find(c => c.Code.AsSpan().SequenceEqual(code)) is { Code: not null } twice) each.Wrong($"the code of \"{word}\" is that of \"{twice.Value}\" too", "look it up: two values cannot have one code");
            else codes.Add((value, code));
        }
    }

    private static (string En, string Zh) Names(ProfilePlace place)
    {
        var en = place.Text("en", "\"Volume\"") ?? "";
        var zh = place.Text("zh", "\"音量\"") ?? "";
        if (zh.Length > 0 && !zh.Any(c => c > 0x2FFF)) place["zh"]!.Wrong("these are no Chinese words", "write what a clerk reads in Chinese");
        return (en, zh);
    }

    private static bool IsWord(string word) => word.Length is > 0 and <= 40 && word.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');
}

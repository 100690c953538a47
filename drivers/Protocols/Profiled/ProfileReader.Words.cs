using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

public sealed partial class ProfileReader
{
    private const string ToggleMember = "toggle";

    private void ReadReads(ProfilePlace root)
    {
        if (root["read"] is not { } reads || !reads.IsObject()) return;
        foreach (var (property, place) in reads.Members)
        {
            if (_properties.Find(p => p.Name == property) is not { } spec)
            {
                place.Wrong($"a {root.Text("class")} has no property \"{property}\"", $"there is {string.Join(", ", _properties.Select(p => p.Name))}; what the class does not know stands in \"properties\"");
                continue;
            }

            if (!place.IsObject("send", "answer")) continue;
            var send = Template(place.Required("send", "\"PWR?\""), name => name == spec.Index ? new(name, ValueKind.Integer) : Option(name));
            var answer = Template(place.Required("answer", "\"PWR={value}\""), name => name == ProfileRead.Value ? Field(spec, name) : name == spec.Index ? new(name, ValueKind.Integer) : Option(name));
            if (send is null || answer is null) continue;
            if (!answer.Has(ProfileRead.Value)) place["answer"]!.Wrong("the answer shows no {value}", "put {value} where the device tells it");
            if (spec.Index is { } index && !send.Has(index)) place["send"]!.Wrong($"the question does not say which {index}", $"put {{{index}}} into it");
            _reads.Add(new(spec, send, answer));
        }
    }

    private void ReadVerbs(ProfilePlace root)
    {
        if (root["verbs"] is not { } verbs || !verbs.IsObject()) return;
        if (_words.Verbs.Count == 0 && root.Text("class") == "sensor")
        {
            verbs.Wrong("a sensor is never written to", "remove \"verbs\"");
            return;
        }

        foreach (var (name, place) in verbs.Members)
        {
            var word = _words.Verbs.FirstOrDefault(v => v.Spec.Name == name);
            if (word is not null) ReadKnownVerb(word, place);
            else ReadOwnVerb(name, place);
        }
    }

    private void ReadKnownVerb(ProfileWord word, ProfilePlace place)
    {
        if (!place.IsObject("send", "answer", "within", ToggleMember)) return;
        var effect = word.Property is null ? null : new ProfileEffect(word.Property, word.Argument, word.Constant);
        var spec = word.Spec;
        if (spec.Name == DisplayWords.InputVerb) spec = DisplayWords.Input(_codes.TryGetValue(DisplayWords.SelectedInput, out var names) ? [.. names.Select(n => n.Value.Text).Distinct()] : null);
        Add(spec, place, effect);
    }

    /// <summary>What a device can do beyond its class. It is guarded in a hearing like everything that can disturb one.</summary>
    private void ReadOwnVerb(string name, ProfilePlace place)
    {
        if (!place.IsObject("send", "answer", "within", "then", "en", "zh", "args", ToggleMember)) return;
        if (!IsWord(name))
        {
            place.Wrong($"\"{name}\" is no name of a verb", "write it in a-z, 0-9 and -");
            return;
        }

        if (place["en"] is null && place["zh"] is null && place["then"] is null && place["args"] is null)
        {
            place.Wrong($"this class has no verb \"{name}\"", $"it has {string.Join(", ", _words.Verbs.Select(v => v.Spec.Name))}; a verb of its own needs \"en\", \"zh\" and, where it shows, \"then\": \"PROPERTY=VALUE\"");
            return;
        }

        var (en, zh) = Names(place);
        var arguments = new List<ArgumentSpec>();
        if (place["args"] is { } args && args.IsObject())
        {
            foreach (var (argument, at) in args.Members)
            {
                if (!at.IsObject("type", "min", "max", "unit", "length", "words", "en", "zh")) continue;
                var (argumentEn, argumentZh) = Names(at);
                var kind = at.Text("type", "\"integer\"") switch { "text" => ValueKind.Text, "integer" => ValueKind.Integer, "flag" => ValueKind.Flag, _ => ValueKind.None };
                if (kind is ValueKind.None) at["type"]?.Wrong("there is no such type", "write text, integer or flag");
                if (kind is ValueKind.Integer && (at["min"] is null || at["max"] is null)) at.Wrong("a number without bounds", "add \"min\" and \"max\" as the manual has them");
                arguments.Add(new(argument, kind, argumentEn, argumentZh)
                {
                    Min = at["min"]?.Number(),
                    Max = at["max"]?.Number(),
                    Unit = at.Text("unit"),
                    MaxLength = at.Whole("length", 32, 1, 128),
                    OneOf = at["words"] is { } words ? [.. words.Items.Where(w => w.IsText()).Select(w => w.Word!)] : null,
                });
            }
        }

        Add(new VerbSpec(name, en, zh, name) { Disturbing = true, Arguments = arguments }, place, ReadEffect(place, arguments));
    }

    private ProfileEffect? ReadEffect(ProfilePlace place, List<ArgumentSpec> arguments)
    {
        if (place.Text("then") is not { } text) return null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var property = equals > 0 ? text[..equals] : text;
        if (equals <= 0 || _properties.Find(p => p.Name == property) is not { Index: null } spec)
        {
            place["then"]!.Wrong($"\"{text}\" names no property of the device", "write PROPERTY=VALUE or PROPERTY={ARGUMENT}, for example volume={level}");
            return null;
        }

        var value = text[(equals + 1)..];
        if (value.StartsWith('{') && value.EndsWith('}'))
        {
            if (arguments.Exists(a => a.Name == value[1..^1] && a.Kind == spec.Kind)) return new(property, value[1..^1], Value.None);
            place["then"]!.Wrong($"{value} is no argument of this kind", "name one of \"args\" that has the property's type");
            return null;
        }

        Value constant = spec.Kind switch
        {
            ValueKind.Flag when value is "true" or "false" => value == "true",
            ValueKind.Integer when int.TryParse(value, out var number) => number,
            ValueKind.Text when spec.OneOf?.Contains(value) ?? true => value,
            _ => Value.None,
        };
        if (constant.Kind is ValueKind.None) place["then"]!.Wrong($"{property} cannot be \"{value}\"", "write a value that it can have");
        return new(property, null, constant);
    }

    private void Add(VerbSpec spec, ProfilePlace place, ProfileEffect? effect)
    {
        var isToggle = place.Flag(ToggleMember);
        ProfileField? Of(string name) => spec.Arguments.FirstOrDefault(a => a.Name == name) is { } argument
            ? effect?.Argument == name && _properties.Find(p => p.Name == effect.Property) is { } shown ? Field(shown, name, argument) : Field(argument)
            : Option(name);
        var send = Template(place.Required("send", "\"PWR ON\""), Of);
        var answer = place["answer"] is { } said ? Template(said, Of) : null;
        if (send is null || (answer is null && place["answer"] is not null)) return;
        foreach (var argument in spec.Arguments.Where(a => !send.Has(a.Name) && !a.Optional)) place["send"]!.Wrong($"the argument {{{argument.Name}}} is not sent", $"put {{{argument.Name}}} into it");
        if (answer is null && effect is null) place.Wrong("nobody would know that it was done: the device neither answers nor shows it", "add \"answer\", or \"then\" with the property that it changes");
        var isShown = effect is not null && _reads.Exists(r => r.Property.Name == effect.Property);
        if (isToggle && !isShown) place[ToggleMember]!.Wrong("a code for both ways on a device that cannot be asked leaves nobody knowing what it did", "add the property to \"read\", or leave the verb out");
        _verbs.Add(new(spec with { ReadBack = isShown, Idempotent = spec.Idempotent && !isToggle }, send, answer, effect, isToggle,
            place["within"] is null ? null : place.Duration("within", default, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1))));
    }

    private List<string> ReadAbsent(ProfilePlace root)
    {
        var absent = root["absent"]?.Items.Where(i => i.IsText()).Select(i => i.Word!).ToList() ?? [];
        foreach (var word in _words.Verbs.Where(w => w.IsExpected && !absent.Contains(w.Spec.Name) && root["verbs"]?[w.Spec.Name] is null))
            root.Wrong($"the verb \"{word.Spec.Name}\" is neither there nor said to be absent", $"add it to \"verbs\", or add \"absent\": [\"{word.Spec.Name}\"]");
        foreach (var item in root["absent"]?.Items ?? [])
        {
            if (!_words.Verbs.Any(w => w.Spec.Name == item.Word)) item.Wrong($"the class has no verb \"{item.Word}\"", $"it has {string.Join(", ", _words.Verbs.Select(v => v.Spec.Name))}");
            else if (root["verbs"]?[item.Word!] is not null) item.Wrong($"\"{item.Word}\" is there and said to be absent", "remove one of the two");
        }

        return absent;
    }

    private List<(ProfileTemplate, ProfileRead)> ReadTells(ProfilePlace root)
    {
        var tells = new List<(ProfileTemplate, ProfileRead)>();
        if (root["tells"] is not { } all || !all.IsObject()) return tells;
        foreach (var (property, place) in all.Members)
        {
            if (_reads.Find(r => r.Property.Name == property) is not { } read)
            {
                place.Wrong($"\"{property}\" cannot be asked, so what the device says unasked leads nowhere", "add it to \"read\"");
                continue;
            }

            foreach (var template in Templates(place, name => name == read.Index ? new(name, ValueKind.Integer) : null)) tells.Add((template, read));
        }

        return tells;
    }

    private List<ProfileTemplate> Templates(ProfilePlace? place, Func<string, ProfileField?> field) =>
        [.. (place?.OneOrMore ?? []).Select(each => Template(each, name => field(name) ?? Option(name))).OfType<ProfileTemplate>()];

    private ProfileTemplate? Template(ProfilePlace? place, Func<string, ProfileField?> field)
    {
        if (place is null || !place.IsText()) return null;
        var template = new ProfileTemplateReader(_frame, field).Read(place.Word!, out var why);
        if (template is null) place.Wrong(why!, "mend the frame; see the notation in the manual of profiles");
        return template;
    }

    private ProfileField? Option(string name) => _options.Find(o => o.Name == name) is { } option && !_counts.Exists(c => c.Option == name)
        ? new(name, ValueKind.Integer) { Min = (long)option.Min!.Value, Max = (long)option.Max!.Value }
        : null;

    private ProfileField Field(PropertySpec shown, string name, ArgumentSpec? argument = null)
    {
        if (_codes.ContainsKey(shown.Name)) _codesUsed.Add(shown.Name);
        return new(name, shown.Kind, _codes.GetValueOrDefault(shown.Name), argument?.MaxLength ?? 64) { Min = (long)(argument?.Min ?? shown.Min ?? 0), Max = (long)(argument?.Max ?? shown.Max ?? 255) };
    }

    private static ProfileField Field(ArgumentSpec argument) =>
        new(argument.Name, argument.Kind, null, argument.MaxLength) { Min = (long)(argument.Min ?? 0), Max = (long)(argument.Max ?? 255) };

    /// <summary>What is asked, and what commands change.</summary>
    private List<PropertySpec> Shown()
    {
        var shown = _reads.Select(r => r.Property.Name).Concat(_verbs.Select(v => v.Effect?.Property).OfType<string>()).ToHashSet(StringComparer.Ordinal);
        var settable = _verbs.Select(v => v.Spec.Name).ToHashSet(StringComparer.Ordinal);
        return [.. _properties.Where(p => shown.Contains(p.Name)).Select(p => (p.Set is { } set && !settable.Contains(set.Verb) ? p with { Set = null } : p) with { MaxAge = p.Name == PowerWords.PowerState && _reads.Exists(r => r.Property == p) ? TimeSpan.FromSeconds(30) : p.MaxAge })];
    }
}

using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Probes;

namespace AvGateway.Mqtt.Publishing;

/// <summary>
/// Writes <c>$desc</c>: what a device is, shows and can do, with the ranges that it has told so far. A panel can be drawn from it alone.
/// </summary>
public static class DeviceDescription
{
    /// <summary>Above this the numbered properties of one kind are told as one entry with <c>first</c> and <c>count</c>.</summary>
    public const int FoldAbove = 64 * 1024;

    /// <param name="probes">Those that speak of this device; what they see stands in <c>$probe/P</c>.</param>
    public static byte[] Write(IDevice device, Names names, IReadOnlyList<ProbePlan> probes)
    {
        var whole = Write(device, names, probes, isFolded: false);
        return whole.Length <= FoldAbove ? whole : Write(device, names, probes, isFolded: true);
    }

    private static byte[] Write(IDevice device, Names names, IReadOnlyList<ProbePlan> probes, bool isFolded)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        var manifest = device.Manifest;
        json.WriteStartObject();
        json.WriteString("class"u8, ClassWord(manifest.Class));
        json.WriteString("driver"u8, manifest.Name);
        json.WriteString("models"u8, manifest.Models);
        WriteNames(json, "name"u8, names.Zh, names.En);
        WriteWords(json, "modes"u8, manifest.Modes);
        WriteTitles(json, "modeTitles"u8, manifest.Modes.Append(DeviceStatus.UnknownMode).Select(manifest.WordOfMode).OfType<WordSpec>());
        json.WriteStartArray("properties"u8);
        foreach (var property in manifest.Properties) WriteProperty(json, device, property, isFolded);
        json.WriteEndArray();
        json.WriteStartArray("verbs"u8);
        foreach (var verb in manifest.Verbs)
        {
            // A verb with a slash is how a property is set; that is told there.
            if (!verb.Name.Contains('/', StringComparison.Ordinal)) WriteVerb(json, device, verb);
        }

        json.WriteEndArray();
        json.WriteStartArray("probes"u8);
        foreach (var probe in probes) WriteProbe(json, probe);
        json.WriteEndArray();
        json.WriteEndObject();
        return payload.Take();
    }

    /// <summary>A device class as its word: <c>matrix</c>, <c>recorder</c> …</summary>
    public static string ClassWord(DeviceClass deviceClass) => JsonNamingPolicy.KebabCaseLower.ConvertName(deviceClass.ToString());

    private static void WriteProperty(Utf8JsonWriter json, IDevice device, PropertySpec property, bool isFolded)
    {
        if (property.Index is not { } extent)
        {
            WriteOne(json, device, property, property.Name, null, null);
            return;
        }

        // Before the device has said how many it has there is none to name.
        var count = device.Extent(extent) ?? 0;
        if (isFolded)
        {
            WriteOne(json, device, property, property.Name, property.First, count);
            return;
        }

        var stem = property.Name[..property.Name.IndexOf('{', StringComparison.Ordinal)];
        for (var i = 0; i < count; i++) WriteOne(json, device, property, $"{stem}{property.First + i}", property.First + i, null);
    }

    private static void WriteOne(Utf8JsonWriter json, IDevice device, PropertySpec property, string name, int? number, int? count)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        if (count is { } many)
        {
            json.WriteNumber("first"u8, number!.Value);
            json.WriteNumber("count"u8, many);
        }
        else if (number is { } index)
        {
            json.WriteNumber("number"u8, index);
        }

        json.WriteString("type"u8, KindWord(property.Kind));
        var (min, max) = RangeOf(device, property);
        WriteBounds(json, "min"u8, "max"u8, min, max);
        if (property.Unit is { } unit) json.WriteString("unit"u8, unit);
        if (property.OneOf is { } words) WriteWords(json, "oneOf"u8, words);
        WriteTitles(json, "words"u8, property.Words);
        json.WriteBoolean("settable"u8, property.Set is not null);
        WriteNames(json, "title"u8, property.Zh, property.En);
        json.WriteEndObject();
    }

    private static void WriteProbe(Utf8JsonWriter json, ProbePlan probe)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, probe.Id);
        json.WriteString("kind"u8, probe.Kind.Name);
        WriteNames(json, "name"u8, probe.Zh, probe.En);
        json.WriteNumber("everyMs"u8, (long)probe.Every.TotalMilliseconds);
        json.WriteStartArray("measures"u8);
        foreach (var measure in probe.Kind.Measures)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, measure.Name);
            if (measure.Unit.Length > 0) json.WriteString("unit"u8, measure.Unit);
            WriteNames(json, "title"u8, measure.Zh, measure.En);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // What a set property may be is what the argument of its verb may be.
    private static (double? Min, double? Max) RangeOf(IDevice device, PropertySpec property)
    {
        if (property.Min is not null || property.Max is not null || property.Set is not { } set) return (property.Min, property.Max);
        var argument = device.Manifest.Verbs.FirstOrDefault(v => v.Name == set.Verb)?.Arguments.FirstOrDefault(a => a.Name == set.ValueArgument);
        return argument is null ? (null, null) : RangeOf(device, argument);
    }

    private static (double? Min, double? Max) RangeOf(IDevice device, ArgumentSpec argument)
    {
        if (argument.Extent is null) return (argument.Min, argument.Max);
        var (first, last) = new ArgumentCheck(device.Extent).Range(argument);
        return (first, last);
    }

    private static void WriteVerb(Utf8JsonWriter json, IDevice device, VerbSpec verb)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, verb.Name);
        WriteNames(json, "title"u8, verb.Zh, verb.En);
        json.WriteBoolean("disturbing"u8, verb.Disturbing);
        json.WriteBoolean("idempotent"u8, verb.Idempotent);
        json.WriteBoolean("readBack"u8, verb.ReadBack);
        json.WriteStartObject("schema"u8);
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("properties"u8);
        foreach (var argument in verb.Arguments) WriteArgument(json, device, argument);
        json.WriteEndObject();
        WriteWords(json, "required"u8, [.. verb.Arguments.Where(a => !a.Optional).Select(a => a.Name)]);
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteArgument(Utf8JsonWriter json, IDevice device, ArgumentSpec argument)
    {
        json.WriteStartObject(argument.Name);
        json.WriteString("type"u8, SchemaWord(argument.Kind));
        json.WriteString("title"u8, argument.En);
        json.WriteString("x-title-zh"u8, argument.Zh);
        var (min, max) = RangeOf(device, argument);
        WriteBounds(json, "minimum"u8, "maximum"u8, min, max);
        if (argument.Kind is ValueKind.Text && argument.OneOf is null) json.WriteNumber("maxLength"u8, argument.MaxLength);
        if (argument.OneOf is { } words) WriteWords(json, "enum"u8, words);
        WriteTitles(json, "x-words"u8, argument.OneOf is { } given ? argument.Words.Where(w => given.Contains(w.Name)) : argument.Words);
        if (argument.Unit is { } unit) json.WriteString("x-unit"u8, unit);
        json.WriteEndObject();
    }

    private static void WriteBounds(Utf8JsonWriter json, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, double? min, double? max)
    {
        if (min is { } least) json.WriteNumber(low, least);
        if (max is { } most) json.WriteNumber(high, most);
    }

    private static void WriteNames(Utf8JsonWriter json, ReadOnlySpan<byte> member, string zh, string en)
    {
        json.WriteStartObject(member);
        json.WriteString("zh"u8, zh);
        json.WriteString("en"u8, en);
        json.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter json, ReadOnlySpan<byte> member, IReadOnlyList<string> words)
    {
        json.WriteStartArray(member);
        foreach (var word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }

    // Words that are written alike in every language need none.
    private static void WriteTitles(Utf8JsonWriter json, ReadOnlySpan<byte> member, IEnumerable<WordSpec> words)
    {
        var told = words.Where(w => w.Zh != w.Name || w.En != w.Name).ToList();
        if (told.Count == 0) return;
        json.WriteStartObject(member);
        foreach (var word in told)
        {
            json.WriteStartObject(word.Name);
            json.WriteString("zh"u8, word.Zh);
            json.WriteString("en"u8, word.En);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string KindWord(ValueKind kind) => kind switch
    {
        ValueKind.Text => "text",
        ValueKind.Integer => "integer",
        ValueKind.Number => "number",
        ValueKind.Flag => "flag",
        _ => "none",
    };

    private static string SchemaWord(ValueKind kind) => kind switch
    {
        ValueKind.Text => "string",
        ValueKind.Flag => "boolean",
        _ => KindWord(kind),
    };
}

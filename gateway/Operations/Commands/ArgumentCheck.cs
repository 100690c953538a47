using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>Checks arguments against what a verb declares and what the device said it has. Every refusal names the argument, what is allowed and what to do.</summary>
/// <param name="extent">How many of a numbered thing the device has; null while it has not said.</param>
public sealed class ArgumentCheck(Func<string, int?> extent)
{
    /// <summary>Null when <paramref name="checked"/> holds arguments of the declared kinds.</summary>
    /// <param name="shown">What the caller calls an argument, where that differs from the verb's name for it.</param>
    public Refusal? Check(VerbSpec verb, IReadOnlyList<RawArgument> raw, Func<string, string> shown, out Arguments @checked)
    {
        @checked = Arguments.None;
        foreach (var argument in raw)
        {
            if (Spec(verb, argument.Name) is null) return Unknown(verb, argument.Name, shown);
        }

        if (verb.Arguments.Count == 0) return null;
        var good = new List<KeyValuePair<string, Value>>(verb.Arguments.Count);
        foreach (var spec in verb.Arguments)
        {
            if (!TryFind(raw, spec.Name, out var given))
            {
                if (spec.Optional) continue;
                return new(AnswerCodes.BadArgument, $"argument \"{shown(spec.Name)}\" is missing: give {Allowed(spec)}");
            }

            if (CheckOne(spec, shown(spec.Name), given, out var value) is { } refusal) return refusal;
            good.Add(new(spec.Name, value));
        }

        @checked = new(good);
        return null;
    }

    /// <summary>First and last number of an argument that counts things; last is null while the device has not said.</summary>
    public (long First, long? Last) Range(ArgumentSpec spec)
    {
        var first = spec.AllowsNone ? spec.First - 1L : spec.First;
        return (first, spec.Extent is { } name && extent(name) is { } count ? spec.First + count - 1L : null);
    }

    private Refusal? CheckOne(ArgumentSpec spec, string name, in RawArgument given, out Value value)
    {
        value = given.Value;
        if (given.Shape is ArgumentShape.BrokenText)
        {
            return new(AnswerCodes.BadText, $"argument \"{name}\" holds half a surrogate pair: send whole characters");
        }

        if (given.Shape is ArgumentShape.Composite || !IsKind(spec.Kind, ref value))
        {
            return new(AnswerCodes.BadArgument, $"argument \"{name}\" is not {KindOf(spec.Kind)}: give {Allowed(spec)}");
        }

        return spec.Kind switch
        {
            ValueKind.Text => CheckText(spec, name, value.Text),
            ValueKind.Integer or ValueKind.Number => CheckNumber(spec, name, value),
            _ => null,
        };
    }

    private Refusal? CheckNumber(ArgumentSpec spec, string name, in Value value)
    {
        var (low, high) = Bounds(spec);
        if (value.Number >= low && value.Number <= high) return null;
        return new(AnswerCodes.OutOfRange, $"argument \"{name}\" is {value}: give {Allowed(spec)}");
    }

    private Refusal? CheckText(ArgumentSpec spec, string name, string text)
    {
        if (text.Length > spec.MaxLength)
        {
            return new(AnswerCodes.OutOfRange, $"argument \"{name}\" has {text.Length} characters: give {Allowed(spec)}");
        }

        if (SafeText.FirstForbidden(text) is { } forbidden)
        {
            return new(AnswerCodes.BadText, $"argument \"{name}\" holds {forbidden}: leave control and format characters out");
        }

        return spec.OneOf is null || spec.OneOf.Contains(text) ? null : new(AnswerCodes.OutOfRange, $"argument \"{name}\" is none of its words: give {Allowed(spec)}");
    }

    private (double Low, double High) Bounds(ArgumentSpec spec)
    {
        var low = spec.Min ?? double.NegativeInfinity;
        var high = spec.Max ?? double.PositiveInfinity;
        if (spec.Extent is null) return (low, high);
        var (first, last) = Range(spec);
        return (Math.Max(low, first), Math.Min(high, last ?? int.MaxValue));
    }

    private string Allowed(ArgumentSpec spec)
    {
        if (spec.OneOf is { } words) return "one of " + string.Join(", ", words);
        if (spec.Kind is ValueKind.Text) return string.Create(CultureInfo.InvariantCulture, $"a text of at most {spec.MaxLength} characters");
        if (spec.Kind is ValueKind.Flag) return "true or false";
        var (low, high) = Bounds(spec);
        var whole = spec.Kind is ValueKind.Integer ? "a whole number" : "a number";
        var unit = spec.Unit is { } u ? $" ({u})" : "";
        return (double.IsFinite(low), double.IsFinite(high) && (spec.Extent is null || Range(spec).Last is not null)) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $"{whole} from {low} to {high}{unit}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"{whole} from {low}{unit}"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"{whole} up to {high}{unit}"),
            _ => whole + unit,
        };
    }

    private static bool IsKind(ValueKind kind, ref Value value)
    {
        if (kind is ValueKind.Number && value.Kind is ValueKind.Integer) value = (double)value.Integer;
        return value.Kind == kind;
    }

    private static string KindOf(ValueKind kind) => kind switch
    {
        ValueKind.Text => "a text",
        ValueKind.Integer => "a whole number without fraction",
        ValueKind.Number => "a number",
        ValueKind.Flag => "true or false",
        _ => "allowed",
    };

    private static Refusal Unknown(VerbSpec verb, string name, Func<string, string> shown)
    {
        var known = verb.Arguments.Count == 0 ? "it takes none" : "it takes " + string.Join(", ", verb.Arguments.Select(a => shown(a.Name)));
        return new(AnswerCodes.BadArgument, $"unknown argument \"{SafeText.Shown(name)}\": {known}");
    }

    private static ArgumentSpec? Spec(VerbSpec verb, string name)
    {
        foreach (var spec in verb.Arguments)
        {
            if (spec.Name == name) return spec;
        }

        return null;
    }

    private static bool TryFind(IReadOnlyList<RawArgument> raw, string name, out RawArgument found)
    {
        foreach (var argument in raw)
        {
            if (argument.Name != name) continue;
            found = argument;
            return true;
        }

        found = default;
        return false;
    }
}

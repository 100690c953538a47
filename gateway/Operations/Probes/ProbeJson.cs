using System.Text.Json;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Probes;

/// <summary>How a probe looks in JSON: on its topic, and in answers.</summary>
public static class ProbeJson
{
    private const string Stale = "stale";

    /// <summary>The words of <c>q</c>.</summary>
    public static IReadOnlyList<string> Qualities { get; } = ["unknown", "ok", "warn", "alarm", Stale];

    public static IReadOnlyList<string> Outcomes { get; } = [.. Enum.GetValues<ProbeOutcome>().Select(Word)];

    public static string Word(ProbeQuality quality) => Qualities[(int)quality];

    public static string Word(ProbeOutcome outcome) => outcome.ToString().ToLowerInvariant();

    public static void Show(Utf8JsonWriter json, ProbeView view)
    {
        var plan = view.Plan;
        json.WriteString("id"u8, plan.Id);
        json.WriteString("kind"u8, plan.Kind.Name);
        json.WriteStartObject("name"u8);
        json.WriteString("zh"u8, plan.Zh);
        json.WriteString("en"u8, plan.En);
        json.WriteEndObject();
        json.WriteString("subject"u8, plan.Subject.OfFault(plan.Id));
        if (plan.Target is { } target) json.WriteString("target"u8, target.ToString());
        json.WriteString("q"u8, view.IsStale ? Stale : Word(view.Quality));
        json.WriteTime("since"u8, view.Since);
        json.WriteTime("until"u8, view.Until);
        json.WriteNumber("everyMs"u8, (long)plan.Every.TotalMilliseconds);
        json.WriteNumber("withinMs"u8, (long)plan.Within.TotalMilliseconds);
        json.WriteNumber("failures"u8, view.Failures);
        json.WriteNumber("failuresUntilTold"u8, plan.Failures);
        json.WriteStartArray("faults"u8);
        foreach (var kind in view.Raised) json.WriteStringValue(ProbeFaults.CodeOf(kind, plan.Id));
        json.WriteEndArray();
        if (view.Last is not { } last) return;
        Show(json, last, withLog: last.Sight.Outcome is not ProbeOutcome.Seen);
        json.WriteStartObject("values"u8);
        foreach (var (seen, measure, limits, quality) in view.Values)
        {
            json.WriteStartObject(seen.Name);
            json.WriteNumber("v"u8, seen.Value);
            if (measure.Unit.Length > 0) json.WriteString("unit"u8, measure.Unit);
            json.WriteString("q"u8, Word(quality));
            Show(json, limits);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>One run, as members of the object that is open.</summary>
    public static void Show(Utf8JsonWriter json, ProbeResult result, bool withLog)
    {
        json.WriteTime("at"u8, result.At);
        json.WriteString("outcome"u8, Word(result.Sight.Outcome));
        json.WriteSaid("text", result.Sight.Says);
        if (result.Sight.Remedy is { } remedy) json.WriteSaid("remedy", remedy);
        json.WriteNumber("tookMs"u8, Math.Round(result.Took.TotalMilliseconds, 1));
        if (!withLog) return;
        json.WriteStartArray("log"u8);
        foreach (var line in result.Log) json.WriteStringValue(line);
        json.WriteEndArray();
    }

    /// <summary>The chart's points as columns, oldest first, and the last bad runs whole.</summary>
    public static void ShowHistory(Utf8JsonWriter json, IReadOnlyCollection<ProbePoint> points, IReadOnlyCollection<ProbeResult> failures)
    {
        json.WriteStartArray("points"u8);
        foreach (var point in points)
        {
            json.WriteStartArray();
            json.WriteNumberValue(point.At.ToUnixTimeMilliseconds());
            json.WriteStringValue(Word(point.Quality));
            if (point.Value is { } value && float.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteNullValue();
            json.WriteNumberValue(MathF.Round(point.Took));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("bad"u8);
        foreach (var failure in failures)
        {
            json.WriteStartObject();
            Show(json, failure, withLog: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Show(Utf8JsonWriter json, MeasureLimits limits)
    {
        Number("warnBelow", limits.WarnBelow);
        Number("warnAbove", limits.WarnAbove);
        Number("alarmBelow", limits.AlarmBelow);
        Number("alarmAbove", limits.AlarmAbove);

        void Number(string name, double? value)
        {
            if (value is { } known) json.WriteNumber(name, known);
        }
    }
}

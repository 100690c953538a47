using System.Text.Json;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Lines;

/// <summary>Lines as they are shown.</summary>
public static class LineJson
{
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<LineState>().Select(Word)];

    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Members of <c>$line/L</c>.</summary>
    public static void Show(Utf8JsonWriter json, LineView view)
    {
        json.WriteString("line"u8, view.Plan.Line);
        json.WriteString("state"u8, Word(view.State));
        json.WriteTime("since"u8, view.Since);
        json.WriteTime("at"u8, view.At);
        json.WriteTime("until"u8, view.Until);
        json.WriteString("far"u8, view.Plan.FarSite);
        if (view.Plan.Carrier is { } carrier) json.WriteString("carrier"u8, carrier);
        if (view.Plan.Circuit is { } circuit) json.WriteString("circuit"u8, circuit);
        if (view.Verdict is { } verdict)
        {
            json.WriteStartObject("verdict"u8);
            Show(json, verdict);
            json.WriteEndObject();
        }

        json.WriteStartObject("figures"u8);
        Show(json, view.Figures);
        if (view.LossIn is { } loss) json.WriteNumber("lossIn"u8, Math.Round(loss, 2));
        json.WriteEndObject();
        json.WriteStartObject("seen"u8);
        json.WriteString("link"u8, Word(view.Evidence.Near.Link));
        json.WriteString("router"u8, Word(view.Evidence.Near.Router));
        json.WriteString("port"u8, Word(view.Evidence.Near.Port));
        json.WriteString("carrier"u8, Word(view.Evidence.Near.Carrier));
        json.WriteString("farRouter"u8, Word(view.Evidence.FarRouter));
        json.WriteString("stream"u8, Word(view.Evidence.Stream));
        json.WriteString("third"u8, Word(view.Evidence.Third));
        json.WriteBoolean("hearsFar"u8, view.HearsFar);
        json.WriteEndObject();
    }

    /// <summary>Members of a verdict.</summary>
    public static void Show(Utf8JsonWriter json, LineVerdict verdict)
    {
        json.WriteString("side"u8, LineVerdict.WordOf(verdict.Side));
        json.WriteStartArray("reasons"u8);
        foreach (var reason in verdict.Reasons.Select(LineReasons.Of))
        {
            json.WriteStartObject();
            json.WriteString("code"u8, reason.Code);
            json.WriteString("zh"u8, reason.Zh);
            json.WriteString("en"u8, reason.En);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Show(Utf8JsonWriter json, LineFigures figures)
    {
        json.WriteNumber("sent"u8, figures.Sent);
        json.WriteNumber("answered"u8, figures.Answered);
        Number("lossOut", figures.LossOut);
        Number("lossBack", figures.LossBack);
        Number("variationOut", figures.VariationOut);
        Number("variationBack", figures.VariationBack);
        Number("roundTrip", figures.RoundTrip);
        Number("delayOut", figures.DelayOut);
        Number("delayBack", figures.DelayBack);

        void Number(string name, double? value)
        {
            if (value is { } number) json.WriteNumber(name, Math.Round(number, 2));
        }
    }
}

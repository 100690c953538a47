using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Release;

/// <summary>What proves a report, one section after the other. Everything is built from named members; nothing is copied whole.</summary>
internal static class EvidenceSections
{
    /// <param name="windows">Packets that were kept of the time around the fault.</param>
    public static ImmutableArray<BundleFile> Of(ReportFacts facts, IReadOnlyList<PacketWindow> windows) =>
    [
        new("frames.wire", "frames", Encoding.UTF8.GetBytes(Frames(facts))),
        .. windows.OrderBy(w => w.Watch, StringComparer.Ordinal).Select(w => new BundleFile(w.FileName, "frames", w.Pcapng)),
        new("states.json", "states", ReportJson.Write(j => States(j, facts))),
        new("configuration.json", "configuration", ReportJson.Write(j => Configuration(j, facts))),
        new("firmware.json", "firmware", ReportJson.Write(j => Firmware(j, facts))),
        new("surroundings.json", "surroundings", ReportJson.Write(j => Surroundings(j, facts))),
        new("probes.json", "probes", ReportJson.Write(j => Probes(j, facts))),
        new("inspection.json", "inspection", ReportJson.Write(j => Inspection(j, facts))),
        new("causes.json", "causes", ReportJson.Write(j => Causes(j, facts))),
    ];

    private static string Frames(ReportFacts facts)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(facts.Fault.Subject).Append(" · ").Append(facts.Device?.Manifest.Name ?? "-").Append('\n');
        text.Append("# < the device, > the gateway; *** was masked before it left\n");
        text.Append("# --- when the fault was opened ---\n");
        foreach (var line in facts.FramesThen) text.Append(line).Append('\n');
        text.Append("# --- last ---\n");
        foreach (var line in facts.FramesNow) text.Append(line).Append('\n');
        return text.ToString();
    }

    private static void States(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteString("device"u8, facts.Fault.Subject);
        if (facts.State is { } state) json.WriteString("state"u8, state);
        if (facts.Reason is { } reason) json.WriteString("reason"u8, reason);
        json.WriteStartArray("history"u8);
        foreach (var seen in facts.States)
        {
            json.WriteStartObject();
            json.WriteString("at"u8, ReportJson.Local(facts, seen.At));
            json.WriteString("state"u8, seen.State);
            json.WriteString("reason"u8, seen.Reason);
            if (seen.Mode is { } mode) json.WriteString("mode"u8, mode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Configuration(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteString("sha256"u8, facts.Site.Hash);
        json.WriteString("gateway"u8, facts.Site.Version);
        if (facts.Device is not { } device) return;
        json.WriteString("driver"u8, device.Manifest.Name);
        json.WriteString("grade"u8, device.Manifest.Grade.ToString().ToLowerInvariant());
        json.WriteString("class"u8, device.Manifest.Class.ToString().ToLowerInvariant());
        json.WriteString("link"u8, device.Link);
    }

    private static void Firmware(Utf8JsonWriter json, ReportFacts facts)
    {
        if (facts.Model is { } model) json.WriteString("model"u8, model);
        if (facts.Serial is { } serial) json.WriteString("serial"u8, serial);
        if (facts.Firmware is { } firmware) json.WriteString("firmware"u8, firmware);
        json.WriteStartArray("linked"u8);
        foreach (var linked in facts.Linked)
        {
            json.WriteStartObject();
            json.WriteString("device"u8, linked.Device);
            json.WriteString("class"u8, linked.Class);
            if (linked.Model is { } its) json.WriteString("model"u8, its);
            if (linked.Firmware is { } version) json.WriteString("firmware"u8, version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Surroundings(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteStartArray("measures"u8);
        foreach (var seen in facts.Surroundings)
        {
            json.WriteStartObject();
            json.WriteString("source"u8, seen.Source);
            json.WriteString("of"u8, seen.IsPower ? "power" : "climate");
            json.WriteString("name"u8, seen.Name);
            json.WriteString("value"u8, seen.Value);
            if (seen.Unit is { } unit) json.WriteString("unit"u8, unit);
            json.WriteString("at"u8, ReportJson.Local(facts, seen.At));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (facts.Line is not { } line) return;
        json.WriteStartObject("line"u8);
        json.WriteString("at"u8, ReportJson.Local(facts, line.At));
        if (line.LossPercent is { } loss) json.WriteNumber("lossPercent"u8, loss);
        if (line.JitterMilliseconds is { } jitter) json.WriteNumber("jitterMs"u8, jitter);
        if (line.DelayMilliseconds is { } delay) json.WriteNumber("delayMs"u8, delay);
        json.WriteEndObject();
    }

    private static void Probes(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteStartArray("probes"u8);
        foreach (var probe in facts.Probes)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, probe.View.Plan.Id);
            json.WriteString("kind"u8, probe.View.Plan.Kind.Name);
            json.WriteString("subject"u8, probe.View.Plan.Subject.OfFault(probe.View.Plan.Id));
            json.WriteString("q"u8, probe.View.IsStale ? "stale" : ProbeJson.Word(probe.View.Quality));
            json.WriteNumber("failures"u8, probe.View.Failures);
            json.WriteStartArray("points"u8);
            foreach (var point in probe.Points)
            {
                json.WriteStartArray();
                json.WriteStringValue(ReportJson.Local(facts, point.At));
                json.WriteStringValue(ProbeJson.Word(point.Quality));
                if (point.Value is { } value && float.IsFinite(value)) json.WriteNumberValue(value);
                else json.WriteNullValue();
                json.WriteNumberValue(MathF.Round(point.Took));
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartArray("bad"u8);
            foreach (var failure in probe.Failures) Bad(json, facts, failure);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A log holds what peers said: it leaves as far as it is made of the gateway's own words.
    private static void Bad(Utf8JsonWriter json, ReportFacts facts, ProbeResult failure)
    {
        json.WriteStartObject();
        json.WriteString("at"u8, ReportJson.Local(facts, failure.At));
        json.WriteString("outcome"u8, ProbeJson.Word(failure.Sight.Outcome));
        json.WriteNumber("tookMs"u8, Math.Round(failure.Took.TotalMilliseconds, 1));
        json.WriteString("text"u8, FrameRedactor.Line(failure.Sight.Says.En, ProbeVocabulary.Words));
        json.WriteStartArray("log"u8);
        foreach (var line in failure.Log) json.WriteStringValue(FrameRedactor.Line(line, ProbeVocabulary.Words));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Inspection(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteBoolean("found"u8, facts.Inspection is not null);
        if (facts.Inspection is not { } last) return;
        json.WriteString("inspection"u8, last.Inspection);
        json.WriteString("at"u8, ReportJson.Local(facts, last.At));
        json.WriteString("state"u8, last.State);
        json.WriteString("reason"u8, last.Reason);
        json.WriteBoolean("signed"u8, last.IsSigned);
        json.WriteStartArray("checks"u8);
        foreach (var (check, state, reason) in last.Checks)
        {
            json.WriteStartObject();
            json.WriteString("check"u8, check);
            json.WriteString("state"u8, state);
            json.WriteString("reason"u8, reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Causes(Utf8JsonWriter json, ReportFacts facts)
    {
        json.WriteStartArray("causes"u8);
        foreach (var cause in LikelyCauses.Of(facts))
        {
            json.WriteStartObject();
            json.WriteString("code"u8, cause.Code);
            json.WriteStartObject("cause"u8);
            json.WriteString("zh"u8, cause.Cause.Zh);
            json.WriteString("en"u8, cause.Cause.En);
            json.WriteEndObject();
            json.WriteStartObject("next"u8);
            json.WriteString("zh"u8, cause.Next.Zh);
            json.WriteString("en"u8, cause.Next.En);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

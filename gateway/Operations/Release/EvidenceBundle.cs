using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Release;

/// <summary>One file of a bundle.</summary>
/// <param name="Section">Which of the named sections it belongs to; null for what describes the bundle.</param>
public sealed record BundleFile(string Name, string? Section, byte[] Content)
{
    private const int ShortestWords = 16;

    /// <summary>What of it somebody could read: all of a text, and of packets what is written in them. Numbers that look like four letters are no word.</summary>
    public string Text => Name.EndsWith(PacketWindow.Ending, StringComparison.Ordinal) ? Words(Content) : Encoding.UTF8.GetString(Content);

    private static string Words(ReadOnlySpan<byte> content)
    {
        var text = new StringBuilder();
        for (var start = 0; start < content.Length;)
        {
            var length = content[start..].IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            if (length < 0) length = content.Length - start;
            if (length >= ShortestWords) text.Append(Encoding.ASCII.GetString(content.Slice(start, length))).Append('\n');
            start += length + 1;
        }

        return text.ToString();
    }
}

/// <summary>
/// The evidence of a fault as an archive: the report, and what proves it. Everything in it is built from named members; the same facts give the
/// same bytes. gateway/docs/release.md tells the files.
/// </summary>
public static class EvidenceBundle
{
    public const string Schema = "avgateway.bundle/1";
    public const string ManifestFile = "manifest.json";
    public const string ReportFile = "report.json";
    public const string ReleaseFile = "release.json";
    public const string SchemaFile = "schema.json";

    private const string SchemaResource = "AvGateway.Operations.Release.bundle.schema.json";

    // A time in the archive would make two bundles of one content differ.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A plain file, 0644.
    private const int OwnerWritesAllRead = 0x81A4 << 16;

    private static readonly Lazy<byte[]> SchemaText = new(static () =>
    {
        using var stream = typeof(EvidenceBundle).Assembly.GetManifestResourceStream(SchemaResource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    });

    /// <summary>The nine sections, in their order.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["report", "frames", "states", "configuration", "firmware", "surroundings", "probes", "inspection", "causes"];

    /// <summary>The report alone: as JSON and as pages in both languages.</summary>
    public static ImmutableArray<BundleFile> Report(ReportDraft draft)
    {
        // On one line: it goes out in messages byte for byte, and some of those who read them do so line by line.
        var json = ReportJson.Write(j => ReportJson.Leaving(j, draft), isIndented: false);
        var digest = ReportJson.Digest(json);
        return
        [
            new(ReportFile, "report", json),
            .. ReportPage.Languages.Select(language => new BundleFile($"report.{language}.html", "report", ReportPage.Write(draft, language, digest))),
        ];
    }

    /// <summary>The files of a bundle, the manifest first.</summary>
    /// <param name="windows">Packets that were kept of the time around the fault.</param>
    public static ImmutableArray<BundleFile> Files(ReportDraft draft, IReadOnlyList<PacketWindow>? windows = null)
    {
        var facts = draft.Facts;
        ImmutableArray<BundleFile> files =
        [
            .. Report(draft),
            new("frames.wire", "frames", Encoding.UTF8.GetBytes(Frames(facts))),
            .. (windows ?? []).OrderBy(w => w.Watch, StringComparer.Ordinal).Select(w => new BundleFile(w.FileName, "frames", w.Pcapng)),
            new("states.json", "states", ReportJson.Write(j => States(j, facts))),
            new("configuration.json", "configuration", ReportJson.Write(j => Configuration(j, facts))),
            new("firmware.json", "firmware", ReportJson.Write(j => Firmware(j, facts))),
            new("surroundings.json", "surroundings", ReportJson.Write(j => Surroundings(j, facts))),
            new("probes.json", "probes", ReportJson.Write(j => Probes(j, facts))),
            new("inspection.json", "inspection", ReportJson.Write(j => Inspection(j, facts))),
            new("causes.json", "causes", ReportJson.Write(j => Causes(j, facts))),
            new(SchemaFile, null, SchemaText.Value),
        ];
        return [new(ManifestFile, null, Manifest(draft, files)), .. files];
    }

    /// <summary>What the court's approval adds; the files that it approved stay as they were.</summary>
    public static BundleFile Approval(string by, DateTimeOffset at, Submission submission, string fault, int revision) => new(ReleaseFile, null, ReportJson.Write(json =>
    {
        json.WriteString("fault"u8, fault);
        json.WriteNumber("revision"u8, revision);
        json.WriteString("party"u8, submission.Party);
        json.WriteString("approvedBy"u8, by);
        json.WriteTime("approvedAt"u8, at);
        json.WriteString("manifestSha256"u8, submission.Digest);
    }));

    public static byte[] Zip(IEnumerable<BundleFile> files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var file in files)
            {
                var entry = zip.CreateEntry(file.Name, CompressionLevel.Optimal);
                entry.LastWriteTime = NoTime;
                entry.ExternalAttributes = OwnerWritesAllRead;
                using var content = entry.Open();
                content.Write(file.Content);
            }
        }

        return memory.ToArray();
    }

    /// <summary>The files of an archive of ours, and whether each is the one that its manifest names. Null: it is none, or was changed.</summary>
    public static ImmutableArray<BundleFile>? Read(byte[] archive, string digest)
    {
        try
        {
            if (Unpack(archive) is not [{ Name: ManifestFile } manifest, ..] files || ReportJson.Digest(manifest.Content) != digest) return null;
            using var listed = JsonDocument.Parse(manifest.Content);
            var known = listed.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("sha256").GetString()!, StringComparer.Ordinal);
            var rest = files.Skip(1).ToList();
            return rest.Count == known.Count && rest.TrueForAll(f => known.TryGetValue(f.Name, out var sha) && sha == ReportJson.Digest(f.Content)) ? files : null;
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The files of an archive; null when it is damaged.</summary>
    public static ImmutableArray<BundleFile>? Unpack(byte[] archive)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
            return [.. zip.Entries.Select(e => new BundleFile(e.FullName, null, Content(e)))];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] Manifest(ReportDraft draft, ImmutableArray<BundleFile> files) => ReportJson.Write(json =>
    {
        json.WriteString("schema"u8, Schema);
        json.WriteString("site"u8, draft.Facts.Site.Id);
        json.WriteString("fault"u8, draft.Facts.Fault.Id);
        json.WriteNumber("revision"u8, draft.Case.Revision);
        json.WriteString("gateway"u8, draft.Facts.Site.Version);
        json.WriteString("at"u8, ReportJson.Local(draft.Facts, draft.Facts.At));
        json.WriteBoolean("complete"u8, draft.Missing.IsEmpty);
        json.WriteStartArray("sections"u8);
        foreach (var section in Sections) json.WriteStringValue(section);
        json.WriteEndArray();
        json.WriteStartArray("files"u8);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, file.Name);
            if (file.Section is { } section) json.WriteString("section"u8, section);
            json.WriteNumber("bytes"u8, file.Content.Length);
            json.WriteString("sha256"u8, ReportJson.Digest(file.Content));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

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

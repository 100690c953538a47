using System.Collections.Immutable;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Release;

/// <summary>
/// The evidence of a fault: the report, what proves it, and the manifest that names them all; <see cref="BundleArchive"/> makes one file of it.
/// gateway/docs/release.md tells the files.
/// </summary>
public static class EvidenceBundle
{
    public const string Schema = "avgateway.bundle/1";
    public const string ManifestFile = "manifest.json";
    public const string ReportFile = "report.json";
    public const string ReleaseFile = "release.json";
    public const string SchemaFile = "schema.json";

    private const string SchemaResource = "AvGateway.Operations.Release.bundle.schema.json";

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
        ImmutableArray<BundleFile> files = [.. Report(draft), .. EvidenceSections.Of(draft.Facts, windows ?? []), new(SchemaFile, null, SchemaText.Value)];
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
}

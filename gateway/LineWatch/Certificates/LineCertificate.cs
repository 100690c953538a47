using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.Certificates;

/// <summary>Where the service record stood when a certificate was made.</summary>
public sealed record JournalEnd(long Sequence, string Hash);

/// <summary>What a certificate is about.</summary>
/// <param name="Rows">The minutes of the window that were measured, in order, their chain unbroken.</param>
/// <param name="Journal">Null where the record is kept elsewhere.</param>
public sealed record CertificateSubject(string Gateway, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<LedgerRow> Rows, JournalEnd? Journal);

/// <summary>What a look at a certificate found.</summary>
/// <param name="Why">Null when it is good.</param>
/// <param name="Fingerprint">Of the key that it says it was signed with.</param>
public sealed record CertificateFinding(string? Why, string Fingerprint, JsonElement Certificate)
{
    public bool IsGood => Why is null;
}

/// <summary>
/// A signed extract of what was measured of a line (R56): for a party, a carrier or a judge who has neither the gateway nor its network. Whole numbers and one
/// spelling, so that the signature can be checked anywhere; minutes that nobody measured are named.
/// </summary>
public static class LineCertificate
{
    public const string Kind = "avgateway-line-certificate";

    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);

    private static readonly string[] Columns =
    [
        "minute", "sent", "answered", "lostOut", "ofOut", "lostBack", "ofBack", "roundTripMicroseconds", "variationOutMicroseconds", "variationBackMicroseconds", "clockOffsetMicroseconds", "state", "side",
    ];

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <returns>The file's content.</returns>
    public static byte[] Make(CertificateSubject subject, SigningKey key, DateTimeOffset issued)
    {
        using var body = JsonDocument.Parse(Body(subject, issued));
        var signature = key.Sign(CanonicalJson.Write(body.RootElement));
        return Written(Readable, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("certificate"u8);
            body.RootElement.WriteTo(json);
            json.WriteStartObject("signature"u8);
            json.WriteString("algorithm"u8, SigningKey.Algorithm);
            json.WriteString("fingerprint"u8, key.Fingerprint);
            json.WriteBase64String("key"u8, key.Public);
            json.WriteBase64String("value"u8, signature);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <param name="expected">The fingerprint of the court's key, from somewhere else than the file; null: any key, whose fingerprint a person compares.</param>
    public static CertificateFinding Verify(ReadOnlyMemory<byte> file, string? expected)
    {
        var fingerprint = "";
        JsonElement certificate = default;
        try
        {
            using var document = JsonDocument.Parse(file, new JsonDocumentOptions { AllowDuplicateProperties = false });
            certificate = document.RootElement.GetProperty("certificate").Clone();
            if (document.RootElement.EnumerateObject().Count() != 2) return Bad("something stands beside the certificate and its signature");
            var signature = document.RootElement.GetProperty("signature");
            if (signature.GetProperty("algorithm").GetString() is not SigningKey.Algorithm) return Bad("it is signed in a way that this version does not know");
            using var key = SigningKey.FromPublic(signature.GetProperty("key").GetBytesFromBase64());
            fingerprint = key.Fingerprint;
            if (signature.GetProperty("fingerprint").GetString() != fingerprint) return Bad("the fingerprint is not that of the key");
            if (!key.IsSignedBy(CanonicalJson.Write(certificate), signature.GetProperty("value").GetBytesFromBase64())) return Bad("the signature does not fit: it was changed after it was signed");
            if (certificate.GetProperty("kind").GetString() is not Kind) return Bad("it is no certificate of a line");
            return expected is not null && expected != fingerprint ? Bad($"it is signed by {fingerprint}, and not by {expected}") : new(null, fingerprint, certificate);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or CryptographicException)
        {
            return Bad($"it is no whole certificate: {unreadable.Message}");
        }

        CertificateFinding Bad(string why) => new(why, fingerprint, certificate);
    }

    private static byte[] Body(CertificateSubject subject, DateTimeOffset issued) => Written(default, json =>
    {
        var rows = subject.Rows;
        json.WriteStartObject();
        json.WriteString("kind"u8, Kind);
        json.WriteNumber("version"u8, 1);
        json.WriteString("issued"u8, Time(issued));
        json.WriteString("gateway"u8, subject.Gateway);
        json.WriteString("site"u8, rows[0].Site);
        json.WriteString("line"u8, rows[0].Line);
        json.WriteString("far"u8, rows[^1].Far);
        json.WriteString("carrier"u8, rows[^1].Carrier);
        json.WriteString("circuit"u8, rows[^1].Circuit);
        json.WriteString("from"u8, Time(subject.From));
        json.WriteString("until"u8, Time(subject.Until));
        WriteSummary(json, rows);
        json.WriteStartArray("notMeasured"u8);
        foreach (var (from, until) in Gaps(subject))
        {
            json.WriteStartObject();
            json.WriteString("from"u8, Time(from));
            json.WriteString("until"u8, Time(until));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("columns"u8);
        foreach (var column in Columns) json.WriteStringValue(column);
        json.WriteEndArray();
        json.WriteStartArray("minutes"u8);
        foreach (var row in rows) WriteMinute(json, row.Minute);
        json.WriteEndArray();
        json.WriteStartObject("chain"u8);
        json.WriteString("before"u8, rows[0].Before);
        json.WriteString("last"u8, rows[^1].Hash);
        json.WriteEndObject();
        if (subject.Journal is { } journal)
        {
            json.WriteStartObject("journal"u8);
            json.WriteNumber("sequence"u8, journal.Sequence);
            json.WriteString("hash"u8, journal.Hash);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static void WriteSummary(Utf8JsonWriter json, IReadOnlyList<LedgerRow> rows)
    {
        json.WriteStartObject("summary"u8);
        json.WriteNumber("minutes"u8, rows.Count);
        foreach (var state in LineJson.States) json.WriteNumber(state, rows.Count(r => r.Minute.State == state));
        json.WriteNumber("sent"u8, rows.Sum(r => (long)r.Minute.Sent));
        json.WriteNumber("answered"u8, rows.Sum(r => (long)r.Minute.Answered));
        json.WriteNumber("lostOut"u8, rows.Sum(r => (long)r.Minute.OutLost));
        json.WriteNumber("lostBack"u8, rows.Sum(r => (long)r.Minute.BackLost));
        if (rows.LastOrDefault(r => r.Minute.ClockOffset is not null) is { } compared) json.WriteNumber("clockOffsetMicroseconds"u8, compared.Minute.ClockOffset!.Value);
        else json.WriteNull("clockOffsetMicroseconds"u8);
        json.WriteEndObject();
    }

    private static void WriteMinute(Utf8JsonWriter json, LineMinute minute)
    {
        json.WriteStartArray();
        json.WriteStringValue(Time(minute.At));
        foreach (var number in (ReadOnlySpan<long>)[minute.Sent, minute.Answered, minute.OutLost, minute.OutOf, minute.BackLost, minute.BackOf, minute.RoundTrip, minute.VariationOut, minute.VariationBack])
            json.WriteNumberValue(number);
        if (minute.ClockOffset is { } offset) json.WriteNumberValue(offset);
        else json.WriteNullValue();
        json.WriteStringValue(minute.State);
        json.WriteStringValue(minute.Side);
        json.WriteEndArray();
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Gaps(CertificateSubject subject)
    {
        var seen = subject.From;
        foreach (var row in subject.Rows)
        {
            if (row.Minute.At > seen) yield return (seen, row.Minute.At);
            if (row.Minute.At.AddMinutes(1) > seen) seen = row.Minute.At.AddMinutes(1);
        }

        if (seen < subject.Until) yield return (seen, subject.Until);
    }

    private static byte[] Written(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, options);
        write(json);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Rooms;

/// <summary>What became of a docket, as its answers show it over HTTP and MQTT alike.</summary>
public static class DocketJson
{
    /// <summary>An answer stays small; who mends these sees the others next time.</summary>
    private const int MostFindings = 20;

    public static void WriteTaken(Utf8JsonWriter json, DocketOutcome outcome)
    {
        json.WriteNumber("entries"u8, outcome.Entries);
        json.WriteString("digest"u8, outcome.Digest);
    }

    public static void WriteFindings(Utf8JsonWriter json, ImmutableArray<Finding> findings)
    {
        if (findings.IsEmpty) return;
        json.WriteStartArray("findings"u8);
        foreach (var finding in findings.Take(MostFindings))
        {
            json.WriteStartObject();
            json.WriteString("place"u8, finding.Place);
            json.WriteString("code"u8, finding.Code);
            json.WriteString("zh"u8, finding.Says.Zh);
            json.WriteString("en"u8, finding.Says.En);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

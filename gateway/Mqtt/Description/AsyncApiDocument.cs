using System.Buffers;
using System.Text;
using System.Text.Json;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Description;

/// <summary>Writes the AsyncAPI 3.0 document of all topics, from the tables that the gateway itself works by.</summary>
public static class AsyncApiDocument
{
    private const string SitePrefix = "{site}/";

    /// <param name="root">First level of all topics.</param>
    /// <param name="version">Version of the gateway.</param>
    public static string Write(string root, string version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("asyncapi", "3.0.0");
            WriteAbout(json, version);
            json.WriteString("defaultContentType", "application/json");
            WriteChannels(json, root);
            WriteOperations(json);
            WriteComponents(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The address of a row with its parameters in braces.</summary>
    public static string AddressOf(TopicRow row, string root) =>
        $"{root}/{TopicMap.Version}/{SitePrefix}{(row.Writer is TopicWriter.Caller ? "$req/{caller}/" : "")}{row.Pattern}";

    private static IEnumerable<(string Name, TopicRow Row)> Rows() =>
        TopicTable.Published.Select(r => (r.Name, r)).Concat(TopicTable.Requests.Select(r => (RequestName(r), r)));

    // Two rows of one family differ in the word before the last level.
    private static string RequestName(TopicRow row) => $"{row.Name.TrimStart('$')}-{row.Levels[^2]}";

    private static void WriteAbout(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject("info");
        json.WriteString("title", "AvGateway");
        json.WriteString("version", version);
        json.WriteString("description", "Topics of the courthouse gateway. Everything is QoS 1. Requests are never retained; the caller stands in their topic.");
        json.WriteEndObject();
    }

    private static void WriteChannels(Utf8JsonWriter json, string root)
    {
        json.WriteStartObject("channels");
        foreach (var (name, row) in Rows())
        {
            var address = AddressOf(row, root);
            json.WriteStartObject(name);
            json.WriteString("address", address);
            json.WriteString("description", row.En);
            json.WriteStartObject("parameters");
            foreach (var parameter in address.Split('/').Where(l => l.StartsWith('{')).Select(l => l[1..^1]))
            {
                json.WriteStartObject(parameter);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("messages");
            WriteReference(json, row.Payload, $"#/components/messages/{row.Payload}");
            json.WriteEndObject();
            json.WriteBoolean("x-retained", row.Retained);
            json.WriteBoolean("x-served", row.Served);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOperations(Utf8JsonWriter json)
    {
        json.WriteStartObject("operations");
        foreach (var (name, row) in Rows().Where(r => r.Row.Served))
        {
            json.WriteStartObject($"{(row.Writer is TopicWriter.Gateway ? "send" : "receive")}-{name}");
            json.WriteString("action", row.Writer is TopicWriter.Gateway ? "send" : "receive");
            WriteReference(json, "channel", $"#/channels/{name}");
            json.WriteStartObject("bindings");
            json.WriteStartObject("mqtt");
            json.WriteNumber("qos", 1);
            json.WriteBoolean("retain", row.Retained);
            json.WriteEndObject();
            json.WriteEndObject();
            if (row.Writer is TopicWriter.Caller)
            {
                json.WriteStartObject("reply");
                WriteReference(json, "channel", "#/channels/answer");
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartObject("components");
        json.WriteStartObject("messages");
        foreach (var schema in PayloadSchemas.All)
        {
            json.WriteStartObject(schema.Name);
            WriteReference(json, "payload", $"#/components/schemas/{schema.Name}");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("schemas");
        foreach (var schema in PayloadSchemas.All) WriteSchema(json, schema);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("x-answers");
        foreach (var code in AnswerCodes.All)
        {
            json.WriteStartObject();
            json.WriteNumber("stat", code.Stat);
            json.WriteString("code", code.Code);
            json.WriteString("title", code.Title);
            json.WriteBoolean("retryable", code.Retryable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSchema(Utf8JsonWriter json, PayloadSchema schema)
    {
        json.WriteStartObject(schema.Name);
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var member in schema.Members)
        {
            json.WriteStartObject(member.Name);
            if (member.Type is "date-time")
            {
                json.WriteString("type", "string");
                json.WriteString("format", "date-time");
            }
            else if (member.Type is { } type)
            {
                json.WriteString("type", type);
            }

            json.WriteString("description", member.En);
            if (member.Words is { } words)
            {
                json.WriteStartArray("enum");
                foreach (var word in words) json.WriteStringValue(word);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("required");
        foreach (var member in schema.Members.Where(m => !m.Optional)) json.WriteStringValue(member.Name);
        json.WriteEndArray();
        if (!schema.IsOpen) json.WriteBoolean("additionalProperties", false);
        json.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter json, string member, string target)
    {
        json.WriteStartObject(member);
        json.WriteString("$ref", target);
        json.WriteEndObject();
    }
}

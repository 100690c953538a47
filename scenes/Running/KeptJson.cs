using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings;

namespace AvGateway.Scenes.Running;

/// <summary>The stored form of runs and hearings: UTF-8 JSON, enumerations as words, so that a store needs to know nothing of
/// them.</summary>
public static class KeptJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(), new ValueConverter() },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static byte[] Write(SceneRun run) => JsonSerializer.SerializeToUtf8Bytes(run, Options);
    public static byte[] Write(HearingRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Options);

    /// <exception cref="JsonException">The stored text is damaged.</exception>
    public static SceneRun ReadRun(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<SceneRun>(json, Options) ?? throw new JsonException("a stored run is null");

    /// <exception cref="JsonException">The stored text is damaged.</exception>
    public static HearingRecord ReadHearing(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<HearingRecord>(json, Options) ?? throw new JsonException("a stored hearing is null");

    // A whole number must come back as one: 3 and 3.0 are different values to a matrix. A number is marked by its member's name.
    private sealed class ValueConverter : JsonConverter<Value>
    {
        private const string NumberMember = "n";

        public override Value Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String: return reader.GetString();
                case JsonTokenType.True: return true;
                case JsonTokenType.False: return false;
                case JsonTokenType.Number: return reader.GetInt64();
                case JsonTokenType.Null: return default;
                case JsonTokenType.StartObject when reader.Read() && reader.ValueTextEquals(NumberMember) && reader.Read():
                    Value number = reader.GetDouble();
                    return reader.Read() && reader.TokenType is JsonTokenType.EndObject ? number : throw new JsonException("not a value");
                default: throw new JsonException("not a value");
            }
        }

        public override bool HandleNull => true;

        public override void Write(Utf8JsonWriter writer, Value value, JsonSerializerOptions options)
        {
            if (value.Kind is not ValueKind.Number)
            {
                value.WriteTo(writer);
                return;
            }

            writer.WriteStartObject();
            writer.WriteNumber(NumberMember, value.Number);
            writer.WriteEndObject();
        }
    }
}

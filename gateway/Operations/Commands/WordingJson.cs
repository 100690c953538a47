using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Commands;

/// <summary>
/// A text in both languages as it is kept: one string where both are the same, else an object. What earlier versions kept in one language is read
/// as what was said then.
/// </summary>
public sealed class KeptWording : JsonConverter<Wording>
{
    private const string Zh = "zh";
    private const string En = "en";

    public override Wording Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String) return Wording.Own(reader.GetString()!);
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("a text is neither a string nor an object");
        string? zh = null, en = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isZh = reader.ValueTextEquals(Zh);
            var isEn = reader.ValueTextEquals(En);
            reader.Read();
            if (isZh) zh = reader.GetString();
            else if (isEn) en = reader.GetString();
            else throw new JsonException("a text has a member that is no language of the court");
        }

        return zh is null || en is null ? throw new JsonException("a text lacks one of its languages") : new(zh, en);
    }

    public override void Write(Utf8JsonWriter writer, Wording value, JsonSerializerOptions options)
    {
        if (value.Zh == value.En)
        {
            writer.WriteStringValue(value.En);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString(Zh, value.Zh);
        writer.WriteString(En, value.En);
        writer.WriteEndObject();
    }
}

/// <summary>A text in both languages as it is shown.</summary>
public static class WordingJson
{
    /// <summary>
    /// Writes <c>NAME</c> in English, as it always was, and beside it <c>NAMEZh</c> where the Chinese says it in other words: what a device said
    /// itself stands once.
    /// </summary>
    public static void WriteSaid(this Utf8JsonWriter json, string name, Wording says, int longest = int.MaxValue)
    {
        var (zh, en) = longest == int.MaxValue ? (says.Zh, says.En) : (SafeText.Shown(says.Zh, longest), SafeText.Shown(says.En, longest));
        json.WriteString(name, en);
        if (zh != en) json.WriteString(name + "Zh", zh);
    }
}

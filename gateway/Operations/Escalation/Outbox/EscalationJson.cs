using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Silences;

namespace AvGateway.Operations.Escalation.Outbox;

/// <summary>Cases, messages and silences as they are stored.</summary>
internal static class EscalationJson
{
    private static readonly JsonSerializerOptions Kept = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static string Write(EscalationCase kept) => JsonSerializer.Serialize(kept, Kept);

    public static string Write(OutboxNotice kept) => JsonSerializer.Serialize(kept, Kept);

    public static string Write(Silence kept) => JsonSerializer.Serialize(kept, Kept);

    /// <exception cref="JsonException">The stored text is damaged.</exception>
    public static T Read<T>(string json) where T : class => JsonSerializer.Deserialize<T>(json, Kept) ?? throw new JsonException($"a stored {typeof(T).Name} is null");
}

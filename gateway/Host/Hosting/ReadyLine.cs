using System.Text.Json;
using System.Text.Json.Serialization;

namespace AvGateway.Host.Hosting;

/// <summary>The one line on standard output that says where everything is (CONTRACT §4).</summary>
internal sealed record ReadyLine(
    [property: JsonPropertyName("ready")] bool Ready,
    [property: JsonPropertyName("site")] string Site,
    [property: JsonPropertyName("http")] string Http,
    [property: JsonPropertyName("mqtt")] string? Mqtt,
    [property: JsonPropertyName("simulators")] string? Simulators,
    [property: JsonPropertyName("data")] string Data)
{
    [JsonPropertyName("mqtts")]
    public string? Mqtts { get; init; }

    [JsonPropertyName("https")]
    public string? Https { get; init; }

    /// <summary>The file with the authority that clients must trust, where the gateway has its own.</summary>
    [JsonPropertyName("ca")]
    public string? Ca { get; init; }

    private static readonly JsonSerializerOptions Plain = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public override string ToString() => JsonSerializer.Serialize(this, Plain);
}

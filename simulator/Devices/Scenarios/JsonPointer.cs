using System.Globalization;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>JSON Pointer (RFC 6901), for reading.</summary>
internal static class JsonPointer
{
    public static bool IsValid(string pointer) => pointer.Length == 0 || pointer[0] == '/';

    /// <summary>What stands there; null where nothing does, as where null does.</summary>
    public static JsonNode? Find(JsonNode? node, string pointer)
    {
        foreach (var step in pointer.Split('/').Skip(1).Select(Unescape))
        {
            node = node switch
            {
                JsonObject each => each[step],
                JsonArray list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Count => list[at],
                _ => null,
            };
        }

        return node;
    }

    private static string Unescape(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}

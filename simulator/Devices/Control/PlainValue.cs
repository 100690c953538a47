using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Control;

/// <summary>A value as people type it after <c>name=</c>: JSON where it is JSON (true, 5, "5", [1,2]), else a plain text.</summary>
public static class PlainValue
{
    public static JsonNode? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}

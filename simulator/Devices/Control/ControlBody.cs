using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AvGateway.Simulator.Devices.Control;

/// <summary>Reads a small JSON body, and says what is wrong with one that cannot be read.</summary>
internal static class ControlBody
{
    public const int Longest = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static async Task<(JsonNode? Value, ControlProblem? Problem)> ReadAsync(HttpRequest request)
    {
        // Besides being honest, it keeps web pages of other origins out: a browser asks before it sends this type across.
        if (!request.HasJsonContentType())
            return Bad("The body is not declared as JSON.", "Send the header Content-Type: application/json.");
        var buffer = new byte[Longest + 1];
        var length =
            await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > Longest) return Bad($"The body is longer than {Longest} bytes.", "Send less.");
        try
        {
            return (JsonNode.Parse(buffer.AsSpan(0, length), documentOptions: Strict), null);
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? $" at line {line + 1}, byte {error.BytePositionInLine + 1}" : "";
            return Bad($"The body is not JSON{place}.", "Send one JSON value; a text needs its quotation marks.");
        }
    }

    private static (JsonNode?, ControlProblem) Bad(string detail, string remedy) =>
        (null, new(ControlFault.Malformed, detail, "body", remedy));
}

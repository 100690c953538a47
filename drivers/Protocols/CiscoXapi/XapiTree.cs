using System.Text.Json;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>
/// Reads the JSON trees of the xAPI: leaves wrapped as <c>{"Value":"55"}</c> on a character line and plain on a WebSocket, lists whose
/// members carry an <c>id</c>.
/// </summary>
internal static class XapiTree
{
    private static readonly string[] ReasonLeaves = ["Reason", "Description", "Cause", "Parameter", "XPath"];

    /// <summary>The branch at this path, if it was told.</summary>
    public static JsonElement? Branch(JsonElement tree, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            // A list stands for its first member where a path goes on behind it.
            if (tree.ValueKind is JsonValueKind.Array) tree = tree.EnumerateArray().FirstOrDefault();
            if (tree.ValueKind is not JsonValueKind.Object || !tree.TryGetProperty(name, out tree)) return null;
        }

        return tree;
    }

    /// <summary>The leaf's text at this path, or null. Leaves move between software generations: what is missing was not told.</summary>
    public static string? Leaf(JsonElement tree, params ReadOnlySpan<string> path) => Branch(tree, path) is { } leaf ? Text(leaf) : null;

    /// <summary>The members of a list, also where a list of one is written as an object.</summary>
    public static IEnumerable<(int Id, bool IsGhost, JsonElement Branch)> Members(JsonElement list)
    {
        JsonElement[] members = list.ValueKind switch
        {
            JsonValueKind.Array => [.. list.EnumerateArray()],
            JsonValueKind.Object => [list],
            _ => [],
        };
        foreach (var member in members)
        {
            if (member.ValueKind is not JsonValueKind.Object || !member.TryGetProperty("id", out var id)) continue;
            if (!int.TryParse(Text(id), out var number)) continue;
            var isGhost = member.TryGetProperty("ghost", out var ghost) && string.Equals(Text(ghost), "True", StringComparison.OrdinalIgnoreCase);
            yield return (number, isGhost, member);
        }
    }

    /// <summary>Why a request on a character line failed, in the device's words; null when it did not fail.</summary>
    public static string? Failure(JsonElement answer)
    {
        if (Branch(answer, "CommandResponse") is not { ValueKind: JsonValueKind.Object } response) return null;
        foreach (var result in response.EnumerateObject())
        {
            if (Leaf(result.Value, "status") is not { } status || status == "OK") continue;
            var words = ReasonLeaves.Select(leaf => Leaf(result.Value, leaf) ?? Leaf(response, leaf)).Where(text => !string.IsNullOrEmpty(text));
            return string.Join(": ", words.Prepend(status));
        }

        return null;
    }

    /// <summary>Why a JSON-RPC request failed, in the device's words with its number.</summary>
    public static string RpcFailure(JsonElement error)
    {
        var words = ReasonLeaves.Select(leaf => Leaf(error, "data", leaf)).Prepend(Leaf(error, "message")).Where(text => !string.IsNullOrEmpty(text)).Distinct();
        return $"{string.Join(": ", words)} ({Leaf(error, "code")})";
    }

    private static string? Text(JsonElement leaf) => leaf.ValueKind switch
    {
        JsonValueKind.Object when leaf.TryGetProperty("Value", out var value) => Text(value),
        JsonValueKind.String => Whole(leaf),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => leaf.GetRawText(),
        _ => null,
    };

    /// <summary>A text with half a character in it (a lone surrogate, written as an escape) cannot be shown, and was not told.</summary>
    private static string? Whole(JsonElement leaf)
    {
        try
        {
            return leaf.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

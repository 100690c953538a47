using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Control;

namespace AvGateway.Simulator.Cli;

/// <summary>Words of the form <c>name=value</c>; the value is JSON where it is JSON, else a plain text.</summary>
internal static class Assignment
{
    public static bool TryRead(string word, out string name, out JsonNode? value)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        name = equals > 0 ? word[..equals] : "";
        value = equals > 0 ? PlainValue.Read(word[(equals + 1)..]) : null;
        return equals > 0;
    }

    /// <summary>Checks the words of an option while the command line is parsed.</summary>
    public static void Check(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => !TryRead(token.Value, out _, out _)))
            result.AddError($"'{token.Value}' is not name=value.");
    }

    public static Dictionary<string, JsonNode?> ReadAll(IEnumerable<string>? words)
    {
        var all = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var word in words ?? [])
        {
            if (TryRead(word, out var name, out var value)) all[name] = value;
        }

        return all;
    }
}

using System.Runtime.CompilerServices;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests.Support;

/// <summary>What drivers/README.md shows: its JSON, and the calls of the program in its command lines.</summary>
internal static class DriversManual
{
    private const string Program = "avgateway ";

    public static string Path { get; } = Find();

    /// <summary>The one block of JSON that holds this.</summary>
    public static string Json(string holds) =>
        File.ReadAllText(Path).Split("```").Single(b => b.StartsWith("json\n", StringComparison.Ordinal) && b.Contains(holds, StringComparison.Ordinal))["json\n".Length..];

    /// <summary>The arguments of each call in the one block of command lines that holds this.</summary>
    public static IReadOnlyList<string[]> Calls(string holds)
    {
        using var lines = DocumentedLines.Of(Path, b => b.Contains(holds, StringComparison.Ordinal));
        return [.. lines.Blocks.Single().Split('\n').Where(l => l.StartsWith(Program, StringComparison.Ordinal)).Select(l => l[Program.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    private static string Find([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../../drivers/README.md"));
}

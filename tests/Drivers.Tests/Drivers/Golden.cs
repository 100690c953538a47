namespace AvGateway.Drivers.Tests.Drivers;

/// <summary>Text that a program produces and a person has looked at: compared with a checked-in file.</summary>
/// <remarks>With <c>AVGW_WRITE_GOLDEN=1</c> in the environment the files are written anew, to be read in the diff.</remarks>
internal static class Golden
{
    private static bool Writes => Environment.GetEnvironmentVariable("AVGW_WRITE_GOLDEN") == "1";

    public static void Check(string text, params string[] path)
    {
        var file = Catalog.File(path);
        if (Writes) File.WriteAllText(file, text);
        Assert.Equal(File.Exists(file) ? File.ReadAllText(file) : "", text);
    }

    public static void CheckSection(string found, string drawn, params string[] path)
    {
        if (Writes && found.Length > 0 && found != drawn)
        {
            var file = Catalog.File(path);
            File.WriteAllText(file, File.ReadAllText(file).Replace("```mermaid\n" + found, "```mermaid\n" + drawn, StringComparison.Ordinal));
            found = drawn;
        }

        Assert.Equal(drawn, found);
    }

    /// <summary>Without the line ends and spaces that only the drawing program cares for.</summary>
    public static string Trim(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).Trim('\n');
}

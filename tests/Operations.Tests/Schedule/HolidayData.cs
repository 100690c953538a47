using System.Runtime.CompilerServices;

namespace AvGateway.Operations.Tests.Schedule;

/// <summary>Public year files to import, where the machine has them: they are input for tests and no part of the project.</summary>
internal static class HolidayData
{
    private const string Variable = "AVGW_SHARED";

    /// <summary>The folder with the year files; skips the test where there is none.</summary>
    public static string Folder([CallerFilePath] string here = "")
    {
        var shared = Environment.GetEnvironmentVariable(Variable) ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../shared"));
        var folder = Path.Combine(shared, "data", "holiday-cn");
        if (!Directory.Exists(folder)) Assert.Skip($"no public year files: set {Variable} to a folder that has data/holiday-cn, or put one beside the checkout");
        return folder;
    }
}

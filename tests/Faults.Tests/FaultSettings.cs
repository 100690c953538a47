using System.Globalization;

namespace AvGateway.Faults.Tests;

/// <summary>How long the tests go on: short in a run of all tests, longer when <c>tests/soak</c> asks for it.</summary>
internal static class FaultSettings
{
    public static int Seed => Number("AVGW_FAULT_SEED", 20261122);

    public static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    public static TimeSpan Seconds(string variable, int otherwise) => TimeSpan.FromSeconds(Number(variable, otherwise));

    /// <summary>A line that <c>tests/soak</c> finds in the output and shows at its end.</summary>
    public static void Show(string line)
    {
        TestContext.Current.SendDiagnosticMessage("{0}", line);
        if (Environment.GetEnvironmentVariable("AVGW_FAULT_FIGURES") is { Length: > 0 } file) File.AppendAllText(file, line + "\n");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}

using System.Globalization;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>How long the long tests go on: short in a run of all tests, longer by variables of the environment.</summary>
internal static class SipSettings
{
    public static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>A figure for the report.</summary>
    public static void Show(string line)
    {
        if (Environment.GetEnvironmentVariable("AVGW_SIP_FIGURES") is { Length: > 0 } file) File.AppendAllText(file, line + "\n");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}

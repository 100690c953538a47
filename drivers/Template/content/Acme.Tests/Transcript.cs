using AvGateway.Simulator.Devices.Wires;

namespace Acme.Tests;

/// <summary>A conversation from the manual: <c>&gt;</c> goes to the device, <c>&lt;</c> comes from it. The third witness, beside the driver and the simulated device.</summary>
public sealed record Transcript(IReadOnlyList<(bool IsSent, byte[] Bytes)> Steps)
{
    public static IEnumerable<TheoryDataRow<string>> All =>
        Directory.GetFiles(Folder, "*.wire").Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => new TheoryDataRow<string>(name!));

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "transcripts");

    public static Transcript Read(string name) =>
        new([.. File.ReadLines(Path.Combine(Folder, name)).Where(l => l.Length > 2 && l[0] is '<' or '>').Select(l => (l[0] == '>', WireText.Read(l[2..])))]);
}

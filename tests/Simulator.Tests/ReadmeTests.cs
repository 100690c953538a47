using AvGateway.Simulator.Devices;

namespace AvGateway.Simulator.Tests;

/// <summary>The README of the simulated devices lists what there is, and nothing else.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "simulated-devices.md"));

    public static TheoryData<string> Protocols => [.. SimulatorCatalog.BuiltIn.All.Select(each => each.Protocol)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Switches_and_front_panel_are_those_of_the_device(string protocol)
    {
        using var bench = new Bench(protocol);

        var named = bench.Device.Switches.All.Select(each => $"{each.Name}: {each.Summary}")
            .Concat(bench.Device.Panel.Acts.Select(each => $"{each.Verb}: {each.Summary}"));

        Assert.Equal(named.Order(StringComparer.Ordinal), Section("Every device").Concat(Section(protocol)).Order(StringComparer.Ordinal));
    }

    // The first and the last cell of each row under a heading.
    private static IEnumerable<string> Section(string heading) =>
        from line in Lines.SkipWhile(line => line != "### " + heading).Skip(1).TakeWhile(line => !line.StartsWith('#'))
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Split(" | ")
        select $"{cells[0].Trim('|', ' ', '`')}: {cells[^1].TrimEnd('|', ' ')}";
}

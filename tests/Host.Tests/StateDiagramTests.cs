using AvGateway.Drivers;
using AvGateway.Host.Engineering;
using AvGateway.Host.Hosting;

namespace AvGateway.Host.Tests;

public sealed class StateDiagramTests
{
    public static TheoryData<string> Drivers => [.. Parts.Catalog.Manifests.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Every_driver_is_drawn_with_all_its_modes_and_a_way_into_each(string driver)
    {
        var manifest = Parts.Catalog.Find(driver)!;

        var diagram = StateDiagram.Read(manifest.Diagram());

        var names = diagram.States.Select(s => s.Name).ToHashSet();
        Assert.NotNull(diagram.Start);
        Assert.Contains(diagram.Start, names);
        Assert.Empty(manifest.Modes.Except(names));
        Assert.All(diagram.Arrows, a => Assert.True(names.Contains(a.From) && names.Contains(a.To) && a.From != a.To, $"{a.From} {a.To}"));
        Assert.All(diagram.States.Where(s => s.Within is not null), s => Assert.Contains(s.Within!, names));
        Assert.All(manifest.Modes.Where(m => m != diagram.Start), m => Assert.Contains(diagram.Arrows, a => a.To == m));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Every_state_and_whatever_leads_to_one_has_words_in_both_languages(string driver)
    {
        var manifest = Parts.Catalog.Find(driver)!;
        var diagram = StateDiagram.Read(manifest.Diagram());

        Assert.All(diagram.States, s => Assert.True(manifest.WordOfMode(s.Name) is { } word && word.Zh.Any(c => c > 0x2FFF), $"state {s.Name}"));
        Assert.All(diagram.Arrows.SelectMany(a => a.Told), t => Assert.True(MachineWords.Trigger(StateDiagram.Trigger(t)) is { } word && word.Zh.Any(c => c > 0x2FFF), $"trigger {t}"));
    }

    [Fact]
    public void Groups_arrows_and_words_are_read()
    {
        var diagram = StateDiagram.Read("stateDiagram-v2\n\tstate Known {\n\t\tOff\n\t\tOn\n\t}\n\tOff --> On : Told\n\tOff --> On : Asked\n\tOn --> On : Told\n\tKnown --> Away : Lost\n[*] --> Away\n");

        Assert.Equal("Away", diagram.Start);
        Assert.Equal("Known< Off<Known On<Known Away<", string.Join(' ', diagram.States.Select(s => $"{s.Name}<{s.Within}")));
        Assert.Equal("Off>On:Told,Asked Known>Away:Lost", string.Join(' ', diagram.Arrows.Select(a => $"{a.From}>{a.To}:{string.Join(',', a.Told)}")));
    }
}

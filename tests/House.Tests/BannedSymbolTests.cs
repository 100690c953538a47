using System.Xml.Linq;

namespace AvGateway.House.Tests;

/// <summary>The compiler refuses the wall clock and blocking waits, in everything that ships, and nobody can switch that off.</summary>
public sealed class BannedSymbolTests
{
    private const string List = "BannedSymbols.txt";
    private const string Props = "Directory.Build.props";
    private const string Versions = "Directory.Packages.props";
    private const string Analyzer = "Microsoft.CodeAnalysis.BannedApiAnalyzers";
    private const string Diagnostic = "RS0030";

    private static readonly string[] MustBeBanned =
    [
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTime.Today", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow",
        "P:System.Environment.TickCount", "P:System.Environment.TickCount64", "M:System.Diagnostics.Stopwatch.StartNew",
        "M:System.Diagnostics.Stopwatch.GetTimestamp", "M:System.Threading.Thread.Sleep(System.Int32)", "M:System.Threading.Thread.Sleep(System.TimeSpan)",
        "M:System.Threading.Tasks.Task.Delay(System.TimeSpan)", "M:System.Threading.Tasks.Task.Delay(System.Int32)", "T:System.Timers.Timer",
        "T:System.Threading.Timer",
    ];

    [Fact]
    public void The_wall_clock_and_sleeping_are_banned() => new Rule(Unbanned).AssertKept();

    [Fact]
    public void A_list_without_the_wall_clock_is_noticed()
    {
        new Rule(Unbanned).AssertNotices("P:System.DateTime.Now", (List, "P:System.DateTime.UtcNow;Inject TimeProvider."));
        new Rule(Unbanned).AssertNotices(List, ("README.md", ""));
    }

    [Fact]
    public void The_analyzer_runs_on_all_that_ships() => new Rule(SwitchedOff).AssertKept();

    [Fact]
    public void An_analyzer_that_does_not_run_is_noticed()
    {
        var rule = new Rule(SwitchedOff);
        const string good = $"""
            <Project><ItemGroup Condition="'$(UnderTests)' != 'true'"><PackageReference Include="{Analyzer}" /><AdditionalFiles Include="{List}" /></ItemGroup></Project>
            """;

        rule.AssertPasses((Props, good), ("scenes/AvGateway.Scenes.csproj", "<Project />"));
        rule.AssertNotices(Props, (Props, "<Project />"));
        rule.AssertNotices(Props, (Props, good.Replace("UnderTests", "Sometimes", StringComparison.Ordinal)));
        rule.AssertNotices(Props, (Props, good.Replace("AdditionalFiles", "None", StringComparison.Ordinal)));
        rule.AssertNotices("scenes/A.cs", (Props, good), ("scenes/A.cs", $"#pragma warning disable {Diagnostic}"));
        rule.AssertNotices(".editorconfig", (Props, good), (".editorconfig", $"dotnet_diagnostic.{Diagnostic}.severity = none"));
        rule.AssertNotices(
            "scenes/AvGateway.Scenes.csproj",
            (Props, good), ("scenes/AvGateway.Scenes.csproj", "<Project><PropertyGroup><UnderTests>true</UnderTests></PropertyGroup></Project>"));
    }

    private static IEnumerable<string> Unbanned(Tree tree)
    {
        if (!tree.Has(List)) return [$"{List}: missing; it is what bans the wall clock"];
        var banned = tree.Text(List).Split('\n').Select(line => line.Split(';')[0].Trim()).ToHashSet();
        return MustBeBanned.Where(symbol => !banned.Contains(symbol)).Select(symbol => $"{List}: {symbol} is no longer banned; put it back");
    }

    private static IEnumerable<string> SwitchedOff(Tree tree)
    {
        var group = tree.Has(Props) ? Project.Read(tree, Props).Document.Descendants("ItemGroup").FirstOrDefault(IsTheGroup) : null;
        if (group is null) yield return $"{Props}: must give {Analyzer} and {List} to every project whose UnderTests is not true";

        foreach (var path in tree.Paths.Where(p => !p.StartsWith("tests/", StringComparison.Ordinal) && IsSetting(p)))
        {
            var text = tree.Text(path);
            if (text.Contains(Diagnostic, StringComparison.Ordinal))
                yield return $"{path}: names {Diagnostic}; take the clock by constructor instead of silencing it";
            if (path is Props or Versions) continue;
            foreach (var offence in new[] { "<UnderTests>", Analyzer, "<RunAnalyzers" }.Where(o => text.Contains(o, StringComparison.Ordinal)))
                yield return $"{path}: \"{offence}\" may switch the analyzer off; leave it to {Props}";
        }
    }

    private static bool IsTheGroup(XElement group) =>
        (string?)group.Attribute("Condition") == "'$(UnderTests)' != 'true'"
        && group.Elements("PackageReference").Any(e => (string?)e.Attribute("Include") == Analyzer && e.Attribute("Condition") is null)
        && group.Elements("AdditionalFiles").Any(e => ((string?)e.Attribute("Include"))?.EndsWith(List, StringComparison.Ordinal) == true);

    private static bool IsSetting(string path) =>
        Path.GetExtension(path) is ".cs" or ".csproj" or ".props" or ".targets" or ".editorconfig" or ".globalconfig";
}

using System.Text.RegularExpressions;

namespace AvGateway.House.Tests;

/// <summary>Where files stand and how long they get.</summary>
public sealed partial class LayoutTests
{
    private const int MostLines = 600;
    private const string Solution = "AvGateway.sln";

    private static readonly string[] TopLevel =
    [
        "gateway", "drivers", "scenes", "simulator", "tests", Solution, "README.md", "Directory.Build.props", "Directory.Packages.props",
        "BannedSymbols.txt", "global.json", ".editorconfig", ".gitattributes", ".gitignore", ".ci",
    ];

    [Fact]
    public void The_top_level_holds_what_it_may_hold() => new Rule(Strangers).AssertKept();

    [Fact]
    public void A_stranger_at_the_top_level_is_noticed()
    {
        new Rule(Strangers).AssertNotices("docs", ("docs/plan.md", ""));
        new Rule(Strangers).AssertNotices("NOTES.md", ("NOTES.md", ""));
    }

    [Fact]
    public void No_source_is_longer_than_600_lines() => new Rule(LongSources).AssertKept();

    [Fact]
    public void A_long_source_is_noticed()
    {
        new Rule(LongSources).AssertNotices("scenes/Long.cs", ("scenes/Long.cs", string.Concat(Enumerable.Repeat("// line\n", MostLines + 1))));
        new Rule(LongSources).AssertPasses(("scenes/Just.cs", string.Concat(Enumerable.Repeat("// line\n", MostLines))));
    }

    [Fact]
    public void The_solution_holds_every_project_and_no_ghost() => new Rule(SolutionGaps).AssertKept();

    [Fact]
    public void A_project_outside_the_solution_and_an_entry_without_a_file_are_noticed()
    {
        const string entry = """Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "AvGateway.Ghost", "gateway\Ghost\AvGateway.Ghost.csproj", "{1}" """;
        var rule = new Rule(SolutionGaps);

        rule.AssertNotices("gateway/Ghost/AvGateway.Ghost.csproj", (Solution, entry));
        rule.AssertNotices("scenes/AvGateway.Scenes.csproj", (Solution, ""), ("scenes/AvGateway.Scenes.csproj", "<Project />"));
        rule.AssertNotices(Solution, ("README.md", ""));
    }

    [Fact]
    public void A_project_is_named_after_its_folder() => new Rule(MisnamedProjects).AssertKept();

    [Fact]
    public void A_misnamed_project_is_noticed()
    {
        new Rule(MisnamedProjects).AssertNotices("gateway/Store/Store.csproj", ("gateway/Store/Store.csproj", "<Project />"));
        new Rule(MisnamedProjects).AssertNotices("tests/A/AvGateway.B.csproj", ("tests/A/AvGateway.B.csproj", "<Project />"));
    }

    private static IEnumerable<string> Strangers(Tree tree) => tree.Paths.Select(p => p.Split('/')[0]).Distinct().Except(TopLevel)
        .Select(name => $"{name}: not allowed at the top level; documents go to gateway/docs, tools beside what they serve, notes nowhere");

    private static IEnumerable<string> LongSources(Tree tree) =>
        from path in tree.Sources
        let lines = tree.Text(path).AsSpan().Count('\n')
        where lines > MostLines
        select $"{path}: {lines} lines; split it by idea, {MostLines} is the limit and 150 is usual";

    private static IEnumerable<string> SolutionGaps(Tree tree)
    {
        if (!tree.Has(Solution)) return [$"{Solution}: missing"];
        var entries = SolutionEntry().Matches(tree.Text(Solution)).Select(m => m.Groups["path"].Value.Replace('\\', '/')).ToHashSet();
        var projects = tree.Projects.Select(p => p.Path).ToHashSet();
        return projects.Except(entries).Select(p => $"{p}: not in {Solution}; run: dotnet sln {Solution} add {p}")
            .Concat(entries.Except(projects).Select(p => $"{Solution}: {p} does not exist; run: dotnet sln {Solution} remove {p}"));
    }

    private static IEnumerable<string> MisnamedProjects(Tree tree) =>
        from project in tree.Projects
        let last = project.Folder.Split('/')[^1]
        where !project.Name.StartsWith("AvGateway.", StringComparison.Ordinal) || !project.Name.EndsWith($".{last}", StringComparison.OrdinalIgnoreCase)
        select $"{project.Path}: call it AvGateway.….{last}; assembly and root namespace follow from the name";

    [GeneratedRegex("""^Project\("[^"]*"\) = "[^"]*", "(?<path>[^"]*\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex SolutionEntry();
}

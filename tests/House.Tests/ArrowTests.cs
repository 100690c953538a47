namespace AvGateway.House.Tests;

/// <summary>Who may refer to whom. The arrows make the parts replaceable; a forbidden one is a design change, not a detail.</summary>
public sealed class ArrowTests
{
    private const string Abstractions = "AvGateway.Drivers.Abstractions";
    private const string Runtime = "AvGateway.Drivers.Runtime";
    private const string Transports = "AvGateway.Drivers.Transports";
    private const string Conformance = "AvGateway.Drivers.Conformance";
    private const string Protocols = "AvGateway.Drivers.Protocols";
    private const string Scenes = "AvGateway.Scenes";
    private const string Operations = "AvGateway.Operations";
    private const string Store = "AvGateway.Store";
    private const string Probes = "AvGateway.Probes";
    private const string Channels = "AvGateway.Channels";
    private const string Reports = "AvGateway.Reports";
    private const string Mqtt = "AvGateway.Mqtt";
    private const string LineWatch = "AvGateway.LineWatch";
    private const string Host = "AvGateway.Host";
    private const string SimulatedDevices = "AvGateway.Simulator.Devices";
    private const string SimulatorCli = "AvGateway.Simulator.Cli";
    private const string Testing = "AvGateway.Testing";
    private const string Faults = "AvGateway.Faults";
    private const string Template = "AvGateway.Drivers.Template";

    /// <summary>The project, its folder, and all that it may refer to. The host may start simulated devices for the verbs "demo" and "conform" alone.</summary>
    private static readonly (string Project, string Folder, string[] MayReferTo)[] Arrows =
    [
        (Abstractions, "drivers/Abstractions", []),
        (Runtime, "drivers/Runtime", [Abstractions]),
        (Transports, "drivers/Transports", [Abstractions]),
        (Protocols, "drivers/Protocols", [Abstractions]),
        (Conformance, "drivers/Conformance", [Abstractions, Runtime]),

        // No code of its own: it packs what the driver of somebody else is built and tried with.
        (Template, "drivers/Template", [Abstractions, Runtime, Transports, Conformance, SimulatedDevices]),
        (Scenes, "scenes", [Abstractions]),
        (Operations, "gateway/Operations", [Abstractions, Scenes]),
        (Store, "gateway/Store", [Abstractions, Scenes, Operations]),
        (Probes, "gateway/Probes", [Abstractions, Operations, Transports]),
        (Channels, "gateway/Channels", [Abstractions, Operations, Transports]),
        (Reports, "gateway/Reports", [Abstractions, Scenes, Operations]),
        (Mqtt, "gateway/Mqtt", [Abstractions, Scenes, Operations]),
        (LineWatch, "gateway/LineWatch", [Abstractions, Operations]),
        (Host, "gateway/Host",
            [Abstractions, Runtime, Transports, Protocols, Conformance, Scenes, Operations, Store, Probes, Channels, Reports, Mqtt, LineWatch, SimulatedDevices]),
        (SimulatedDevices, "simulator/Devices", []),
        (SimulatorCli, "simulator/Cli", [SimulatedDevices]),
        (Testing, "tests/Testing", [Abstractions, Runtime, Operations, SimulatedDevices]),
        (Faults, "tests/Faults", [Operations, Store, SimulatedDevices]),
    ];

    [Fact]
    public void Projects_refer_only_to_what_the_arrows_allow() => new Rule(ForbiddenArrows).AssertKept();

    [Fact]
    public void A_forbidden_arrow_is_noticed()
    {
        var rule = new Rule(ForbiddenArrows);
        rule.AssertNotices(
            "drivers/Protocols/AvGateway.Drivers.Protocols.csproj",
            ("drivers/Protocols/AvGateway.Drivers.Protocols.csproj", ReferringTo("../Runtime/AvGateway.Drivers.Runtime.csproj")));
        rule.AssertNotices(
            "simulator/Devices/AvGateway.Simulator.Devices.csproj",
            ("simulator/Devices/AvGateway.Simulator.Devices.csproj", ReferringTo("../../drivers/*/*.csproj")),
            ("drivers/Abstractions/AvGateway.Drivers.Abstractions.csproj", ReferringTo()));
        rule.AssertNotices(
            "tests/Testing/AvGateway.Testing.csproj",
            ("gateway/Host/AvGateway.Host.csproj", ReferringTo("../../tests/Testing/AvGateway.Testing.csproj")),
            ("tests/Testing/AvGateway.Testing.csproj", ReferringTo("../../gateway/Host/AvGateway.Host.csproj")));
        rule.AssertNotices("gateway/Common/AvGateway.Common.csproj", ("gateway/Common/AvGateway.Common.csproj", ReferringTo()));
        rule.AssertNotices("elsewhere", ("drivers/Elsewhere/AvGateway.Scenes.csproj", ReferringTo()));
        rule.AssertNotices("by file", ("scenes/AvGateway.Scenes.csproj", """<Project><ItemGroup><Reference Include="X.dll" /></ItemGroup></Project>"""));
        rule.AssertNotices(
            "by file", ("scenes/AvGateway.Scenes.csproj", """<Project><ItemGroup><Compile Include="../drivers/A.cs" /></ItemGroup></Project>"""));
        rule.AssertNotices("drivers/Directory.Build.props", ("drivers/Directory.Build.props", "<Project />"));
        rule.AssertNotices("Directory.Build.props", ("Directory.Build.props", ReferringTo("drivers/Abstractions/AvGateway.Drivers.Abstractions.csproj")));
    }

    [Fact]
    public void The_simulator_uses_nothing_of_the_product() => new Rule(SimulatorUses).AssertKept();

    [Fact]
    public void A_simulator_that_uses_the_product_is_noticed()
    {
        var rule = new Rule(SimulatorUses);
        rule.AssertNotices("simulator/Devices/A.cs", ("simulator/Devices/A.cs", "using AvGateway.Devices;"));
        rule.AssertNotices("simulator/Devices/A.cs", ("simulator/Devices/A.cs", "class A { AvGateway.Links.Secret? S; }"));
        rule.AssertPasses(("simulator/Devices/A.cs", "using AvGateway.Simulator.Devices; // not AvGateway.Links\nnamespace AvGateway.Simulator;"));
    }

    private static IEnumerable<string> ForbiddenArrows(Tree tree)
    {
        foreach (var project in tree.Projects)
        {
            foreach (var finding in InTable(tree, project)) yield return finding;
            foreach (var file in project.Includes("Reference"))
                yield return $"{project.Path}: refers to {file} by file; refer to a project or a package instead";
            foreach (var file in project.Includes("Compile").Where(f => !project.Resolve(f).StartsWith($"{project.Folder}/", StringComparison.Ordinal)))
                yield return $"{project.Path}: takes {file} in by file, past the arrows; move the source or refer to its project";
        }

        foreach (var path in tree.Paths.Where(IsShared))
        {
            if (path.Contains('/', StringComparison.Ordinal)) yield return $"{path}: build settings stand at the root only; merge it there";
            else if (tree.Text(path).Contains("<ProjectReference", StringComparison.Ordinal))
                yield return $"{path}: a reference for all projects goes past the arrows; put it into the projects that need it";
        }
    }

    private static IEnumerable<string> InTable(Tree tree, Project project)
    {
        var arrow = Arrows.FirstOrDefault(a => a.Project == project.Name);
        if (arrow.Project is null)
        {
            if (!project.IsUnderTests) yield return $"{project.Path}: not in the table of {nameof(ArrowTests)}; add it there with what it may refer to";
            yield break;
        }

        if (project.Folder != arrow.Folder) yield return $"{project.Path}: stands elsewhere than {arrow.Folder}; move it";
        foreach (var other in project.References(tree).Except(arrow.MayReferTo).Where(o => o != project.Name))
            yield return $"{project.Path}: may not refer to {other}; invert the dependency by an interface in what both may see";
    }

    private static bool IsShared(string path) =>
        Path.GetFileName(path) is "Directory.Build.props" or "Directory.Build.targets" or "Directory.Packages.props";

    private static IEnumerable<string> SimulatorUses(Tree tree) =>
        from path in tree.Sources
        where path.StartsWith("simulator/", StringComparison.Ordinal)
        from line in SourceText.Lines(tree.Text(path))
        where SourceText.ProductName().IsMatch(line.Code)
        select $"{path}:{line.Number}: names the product; a simulator that shares its code proves nothing, write it from the vendor's text";

    private static string ReferringTo(params string[] projects) =>
        $"<Project><ItemGroup>{string.Concat(projects.Select(p => $"<ProjectReference Include=\"{p}\" />"))}</ItemGroup></Project>";
}

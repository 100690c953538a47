namespace AvGateway.House.Tests;

/// <summary>Each package has an owner; the others see what the owner makes of it. So a library can be replaced at one place.</summary>
public sealed class PackageTests
{
    private const string Everybody = "*";

    /// <summary>A package, or a family of them, and who may refer to it.</summary>
    private static readonly (string Package, string[] Owners)[] Owners =
    [
        ("MQTTnet*", ["AvGateway.Mqtt"]),
        ("Serilog*", ["AvGateway.Host"]),
        ("OpenTelemetry*", ["AvGateway.Host"]),
        ("System.CommandLine", ["AvGateway.Host", "AvGateway.Simulator.Cli"]),
        ("System.IO.Ports", ["AvGateway.Drivers.Transports", "AvGateway.Simulator.Cli"]),
        ("SSH.NET", ["AvGateway.Drivers.Transports"]),
        ("Cronos", ["AvGateway.Operations"]),
        ("Dapper", ["AvGateway.Store"]),
        ("Microsoft.Data.Sqlite", ["AvGateway.Store"]),
        ("Npgsql", ["AvGateway.Store"]),
        ("MySqlConnector", ["AvGateway.Store"]),
        ("Stateless", ["AvGateway.Drivers.Protocols", "AvGateway.Scenes", "AvGateway.Operations"]),
        ("SharpPcap", ["AvGateway.LineWatch"]),
        ("PacketDotNet", ["AvGateway.LineWatch"]),
        ("MailKit", ["AvGateway.Channels"]),
        ("MiniExcel", ["AvGateway.Reports"]),
        ("Microsoft.Extensions.Logging.Abstractions", [Everybody]),
    ];

    [Fact]
    public void Packages_stay_with_their_owners() => new Rule(Strays).AssertKept();

    [Fact]
    public void A_package_in_a_strange_project_is_noticed()
    {
        var rule = new Rule(Strays);
        rule.AssertNotices("scenes/AvGateway.Scenes.csproj", ("scenes/AvGateway.Scenes.csproj", Taking("MQTTnet.Server")));
        rule.AssertNotices("unknown", ("scenes/AvGateway.Scenes.csproj", Taking("Surprise")));
        rule.AssertNotices("Directory.Build.props", ("Directory.Build.props", Taking("Serilog")));
        rule.AssertPasses(
            ("gateway/Mqtt/AvGateway.Mqtt.csproj", Taking("MQTTnet.Server")), ("tests/X.Tests/AvGateway.X.Tests.csproj", Taking("MQTTnet")));
    }

    [Fact]
    public void Only_the_owner_of_MQTTnet_names_it() => new Rule(MqttNames).AssertKept();

    [Fact]
    public void The_name_of_MQTTnet_elsewhere_is_noticed()
    {
        var rule = new Rule(MqttNames);
        rule.AssertNotices("gateway/Host/A.cs", ("gateway/Host/A.cs", "using MQTTnet.Server;"));
        rule.AssertNotices("scenes/A.cs", ("scenes/A.cs", "public MQTTnet.MqttApplicationMessage? Message { get; }"));
        rule.AssertPasses(("gateway/Mqtt/A.cs", "using MQTTnet;"), ("gateway/Host/A.cs", "// MQTTnet is behind IMqttBus"));
    }

    private static IEnumerable<string> Strays(Tree tree)
    {
        foreach (var project in tree.Projects.Where(p => !p.IsUnderTests))
        {
            foreach (var package in project.Packages)
            {
                var owners = Owners.FirstOrDefault(o => Matches(o.Package, package)).Owners;
                if (owners is null) yield return $"{project.Path}: the package {package} is unknown here; name its owner in {nameof(PackageTests)}";
                else if (!owners.Contains(Everybody) && !owners.Contains(project.Name))
                    yield return $"{project.Path}: {package} belongs to {string.Join(", ", owners)}; use what the owner offers";
            }
        }

        // The shared file may hold what every build needs, and the test framework; nothing that ships.
        if (!tree.Has("Directory.Build.props")) yield break;
        foreach (var package in Project.Read(tree, "Directory.Build.props").Packages)
        {
            if (package is not ("Microsoft.CodeAnalysis.BannedApiAnalyzers" or "xunit.v3"))
                yield return $"Directory.Build.props: gives {package} to every project; refer to it in its owner";
        }
    }

    private static IEnumerable<string> MqttNames(Tree tree) =>
        from path in tree.ProductSources
        where !path.StartsWith("gateway/Mqtt/", StringComparison.Ordinal)
        from line in SourceText.Lines(tree.Text(path))
        where line.Code.Contains("MQTTnet", StringComparison.Ordinal)
        select $"{path}:{line.Number}: names MQTTnet, which only gateway/Mqtt knows; take the bus of gateway/Mqtt, or a type of ours";

    private static bool Matches(string pattern, string package) =>
        pattern.EndsWith('*') ? package.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : pattern.Equals(package, StringComparison.OrdinalIgnoreCase);

    private static string Taking(string package) => $"<Project><ItemGroup><PackageReference Include=\"{package}\" /></ItemGroup></Project>";
}

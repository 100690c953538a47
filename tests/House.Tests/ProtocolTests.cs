using System.Text.RegularExpressions;

namespace AvGateway.House.Tests;

/// <summary>Drivers live in one assembly and apart all the same; each has its three witnesses and says how far it was tried.</summary>
public sealed partial class ProtocolTests
{
    private const string Protocols = "drivers/Protocols/";
    private const int HeaderLines = 10;

    /// <summary>Folders that are an engine for many devices: their witnesses stand with their profiles.</summary>
    private static readonly string[] Engines = ["Profiled"];

    [Fact]
    public void No_protocol_names_another() => new Rule(Neighbours).AssertKept();

    [Fact]
    public void A_protocol_that_names_another_is_noticed()
    {
        var rule = new Rule(Neighbours);
        (string, string) other = ($"{Protocols}Alpha/AlphaReply.cs", "namespace AvGateway.Drivers.Protocols.Alpha;\npublic sealed record AlphaReply(int Code);");

        rule.AssertNotices($"{Protocols}Beta/B.cs:1", other, ($"{Protocols}Beta/B.cs", "using AvGateway.Drivers.Protocols.Alpha;"));
        rule.AssertNotices($"{Protocols}Beta/B.cs:1", other, ($"{Protocols}Beta/B.cs", "class B { AlphaReply? Last; }"));
        rule.AssertPasses(other, ($"{Protocols}Beta/B.cs", "// unlike AlphaReply\nclass B { string Text = \"AlphaReply\"; }"));
        rule.AssertPasses(other, ($"{Protocols}Beta/B.cs", "internal sealed record AlphaReply; class B { AlphaReply? Own; }"));
    }

    [Fact]
    public void Every_protocol_has_its_three_witnesses() => new Rule(MissingWitnesses).AssertKept();

    [Fact]
    public void A_missing_witness_is_noticed()
    {
        var rule = new Rule(MissingWitnesses);
        (string, string) driver = ($"{Protocols}ExtronSis/ExtronSisDriver.cs", "");
        (string, string) readMe = ($"{Protocols}ExtronSis/README.md", "# Extron SIS\n\nDriver `extron-sis` · Grade: Room · not tried on hardware\n");
        (string, string) wire = ("tests/wire/extron-sis/route.wire", "");
        (string, string) simulator = ("simulator/Devices/ExtronSis/SimulatedSis.cs", "");

        rule.AssertPasses(driver, readMe, wire, simulator);
        rule.AssertPasses(driver, readMe, ("tests/wire/extron-sis-old/route.wire", ""), simulator);
        rule.AssertNotices("tests/wire/", driver, readMe, ("tests/wire/extron/route.wire", ""), simulator);
        rule.AssertNotices($"{Protocols}ExtronSis/README.md", driver, wire, simulator);
        rule.AssertNotices("grade", driver, wire, simulator, ($"{Protocols}ExtronSis/README.md", "# Extron SIS\n"));
        rule.AssertNotices("hardware", driver, wire, simulator, ($"{Protocols}ExtronSis/README.md", "# Extron SIS\nGrade: Court\n"));
        rule.AssertNotices("tests/wire/", driver, readMe, simulator);
        rule.AssertNotices("simulator/Devices/ExtronSis", driver, readMe, wire);
    }

    private static IEnumerable<string> Neighbours(Tree tree)
    {
        var folders = Folders(tree);
        var types = folders.ToDictionary(f => f, f => SourcesOf(tree, f).SelectMany(p => TypesOf(tree.Text(p))).ToHashSet());
        foreach (var folder in folders)
        {
            var others = folders.Where(o => o != folder).ToList();
            var foreign = others.SelectMany(o => types[o].Except(types[folder]).Select(t => (Type: t, Owner: o))).ToLookup(x => x.Type, x => x.Owner);
            foreach (var path in SourcesOf(tree, folder))
            {
                foreach (var line in SourceText.Lines(tree.Text(path)))
                {
                    var named = Word().Matches(line.Code).Select(m => m.Value).FirstOrDefault(foreign.Contains)
                        ?? others.FirstOrDefault(o => line.Code.Contains($"AvGateway.Drivers.Protocols.{o}", StringComparison.Ordinal));
                    if (named is null) continue;
                    yield return $"{path}:{line.Number}: names {named} of another protocol; copy the few lines, or move out what is free of protocol";
                }
            }
        }
    }

    private static IEnumerable<string> MissingWitnesses(Tree tree)
    {
        foreach (var folder in Folders(tree))
        {
            foreach (var finding in ReadMe(tree, folder)) yield return finding;
            if (Engines.Contains(folder)) continue;
            if (!FoldersUnder(tree, "tests/wire/", ".wire").Any(w => IsOf(w, folder)))
                yield return $"{Protocols}{folder}: no transcripts; write tests/wire/<{folder}, with dashes>/*.wire from the vendor's manual";
            if (!FoldersUnder(tree, "simulator/Devices/", ".cs").Any(s => IsSame(s, folder)))
                yield return $"{Protocols}{folder}: no simulated device; write simulator/Devices/{folder} from the vendor's manual, not from the driver";
        }
    }

    private static IEnumerable<string> ReadMe(Tree tree, string folder)
    {
        var path = $"{Protocols}{folder}/README.md";
        if (!tree.Has(path))
        {
            yield return $"{path}: missing; state models, manual, wiring, options, limits and, in the header, the grade";
            yield break;
        }

        var header = string.Join('\n', tree.Text(path).Split('\n').Take(HeaderLines));
        if (Grade().Match(header) is not { Success: true } grade)
            yield return $"{path}: the first {HeaderLines} lines do not state the grade; write \"Grade: Bench\", \"Grade: Room\" or \"Grade: Court\"";
        else if (grade.Groups["grade"].Value == "Court" && !header.Contains("tried on", StringComparison.OrdinalIgnoreCase))
            yield return $"{path}: grade Court names the hardware it was tried on, or says \"not tried on hardware\"";
    }

    private static List<string> Folders(Tree tree) => [.. FoldersUnder(tree, Protocols, ".cs")];

    private static IEnumerable<string> FoldersUnder(Tree tree, string parent, string extension) => tree.Paths
        .Where(p => p.StartsWith(parent, StringComparison.Ordinal) && p.EndsWith(extension, StringComparison.Ordinal) && p.IndexOf('/', parent.Length) > 0)
        .Select(p => p[parent.Length..p.IndexOf('/', parent.Length)])
        .Distinct();

    private static IEnumerable<string> SourcesOf(Tree tree, string folder) =>
        tree.Sources.Where(p => p.StartsWith($"{Protocols}{folder}/", StringComparison.Ordinal));

    /// <summary>Types at the left margin: what is nested is private to its type, and common words are used there freely.</summary>
    private static IEnumerable<string> TypesOf(string source) => TopType().Matches(SourceText.Blank(source)).Select(m => m.Groups["name"].Value);

    /// <summary>The protocol's own, or that of one of several drivers that speak it: <c>snmp-pdu</c> is of <c>Snmp</c>.</summary>
    private static bool IsOf(string dashed, string folder) =>
        IsSame(dashed, folder) || (dashed.LastIndexOf('-') is > 0 and var dash && IsOf(dashed[..dash], folder));

    private static bool IsSame(string dashed, string folder) =>
        dashed.Replace("-", "", StringComparison.Ordinal).Equals(folder, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+\S+)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopType();

    [GeneratedRegex(@"\bGrade:?\**:?\s*\**(?<grade>Bench|Room|Court)\b")]
    private static partial Regex Grade();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();
}

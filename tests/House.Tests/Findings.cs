namespace AvGateway.House.Tests;

/// <summary>A rule says for a tree what is wrong, one line for each place: the file, then the remedy.</summary>
internal delegate IEnumerable<string> Rule(Tree tree);

internal static class Findings
{
    /// <summary>The repository keeps the rule.</summary>
    public static void AssertKept(this Rule rule)
    {
        var findings = rule(Tree.Real).ToList();
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    /// <summary>The rule notices what was planted, and names the file: a rule that cannot fail guards nothing.</summary>
    public static void AssertNotices(this Rule rule, string named, params (string Path, string Text)[] planted)
    {
        var findings = rule(Tree.Planted(planted)).ToList();
        Assert.Contains(findings, f => f.Contains(named, StringComparison.Ordinal));
    }

    /// <summary>The rule lets pass what only looks like an offence.</summary>
    public static void AssertPasses(this Rule rule, params (string Path, string Text)[] planted) => Assert.Empty(rule(Tree.Planted(planted)));
}

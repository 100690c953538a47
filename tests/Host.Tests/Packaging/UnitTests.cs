namespace AvGateway.Host.Tests.Packaging;

/// <summary>The unit is as narrow as it can be, and not narrower.</summary>
[Collection(nameof(Package))]
public sealed class UnitTests(Package package)
{
    // Refused, and both can do without: threads start with the common scheduling anyway, and only root's SQLite gives files away.
    private static readonly string[] Dispensable = ["sched_setscheduler", "fchown"];

    private string Unit => Path.Combine(package.Tarball, "etc/avgateway.service");

    [Fact]
    public async Task It_exposes_no_more_than_it_must()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed (Debian: systemd)");

        // In tenths: above 1.5 it ends with an error.
        var told = await Package.AskAsync("systemd-analyze", "security", "--offline=true", "--threshold=15", Unit);

        Assert.Contains("Overall exposure level", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_capture_process_holds_one_right_and_is_as_narrow_beside_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed (Debian: systemd)");
        var unit = Path.Combine(package.Tarball, "etc/avgateway-capture.service");

        var told = await Package.AskAsync("systemd-analyze", "security", "--offline=true", "--threshold=20", unit);

        Assert.Contains("Overall exposure level", told, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(unit, TestContext.Current.CancellationToken);
        Assert.Equal(["CapabilityBoundingSet=CAP_NET_RAW", "AmbientCapabilities=CAP_NET_RAW"], lines.Where(l => l.Contains("CAP_", StringComparison.Ordinal) && !l.StartsWith('#')));
    }

    [Fact]
    public async Task The_gateway_lives_with_the_system_calls_that_it_leaves()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed (Debian: systemd)");
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed; tests/run installs it");
        var directory = Directory.CreateTempSubdirectory("avgw-calls-");
        try
        {
            var trace = Path.Combine(directory.FullName, "trace");
            using (var gateway = new InstalledGateway(
                Path.Combine(package.Tarball, "lib/avgateway"), Unit, "strace", "-f", "-qq", "-o", trace, "-e", $"inject={string.Join(',', Dispensable)}:error=EPERM"))
            {
                await gateway.ReadyAsync();
                await gateway.Systemd.HearAsync("WATCHDOG=1");
                Assert.Equal(0, await gateway.TerminateAsync());
            }

            var allowed = await AllowedAsync();
            Assert.Contains("read", allowed);
            Assert.Empty(UsedIn(trace).Except(allowed).Except(Dispensable));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static HashSet<string> UsedIn(string trace)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(trace))
        {
            var call = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimStart();
            var name = call[..Math.Max(0, call.IndexOf('(', StringComparison.Ordinal))];
            if (name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')) used.Add(name);
        }

        return used;
    }

    /// <summary>The unit's filter, line after line as systemd reads it.</summary>
    private async Task<HashSet<string>> AllowedAsync()
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Unit).Where(l => l.StartsWith("SystemCallFilter=", StringComparison.Ordinal)))
        {
            var words = line["SystemCallFilter=".Length..];
            var calls = new List<string>();
            foreach (var word in words.TrimStart('~').Split(' ')) calls.AddRange(await CallsOfAsync(word));
            if (words.StartsWith('~')) allowed.ExceptWith(calls);
            else allowed.UnionWith(calls);
        }

        return allowed;
    }

    private static async Task<List<string>> CallsOfAsync(string word)
    {
        if (!word.StartsWith('@')) return [word];
        var calls = new List<string>();
        foreach (var line in (await Package.AskAsync("systemd-analyze", "syscall-filter", word)).Split('\n').Skip(1).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
            calls.AddRange(await CallsOfAsync(line));
        return calls;
    }
}

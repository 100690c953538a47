using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;

namespace AvGateway.Host.Tests;

/// <summary>What the documents show is run as it stands there.</summary>
public sealed class DocumentedCommandsTests
{
    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));

    [Fact]
    public void The_site_file_of_the_manual_is_a_good_one()
    {
        var json = Blocks("gateway/docs/operation.md", "json").Single(b => b.Contains("\"rooms\"", StringComparison.Ordinal));
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        Assert.NotNull(reader.Read(System.Text.Encoding.UTF8.GetBytes(json), "operation.md"));
        Assert.Empty(reader.Findings);
    }

    [Fact]
    public void The_ready_line_of_the_manual_has_the_members_of_the_real_one()
    {
        var json = Blocks("gateway/docs/operation.md", "json").Single(b => b.Contains("\"ready\"", StringComparison.Ordinal));
        var real = new ReadyLine(true, "s", "h", "m", null, "d") { Mqtts = "s", Https = "t", Ca = "c" }.ToString();
        Assert.Equal(Members(real), Members(json));

        static IEnumerable<string> Members(string text) => JsonDocument.Parse(text).RootElement.EnumerateObject().Select(m => m.Name);
    }

    [Fact]
    public async Task The_user_commands_of_the_manual_work_in_their_order()
    {
        var data = Directory.CreateTempSubdirectory("avgw-users-").FullName;
        try
        {
            using (Operations.Access.CredentialsFile.Open(
                Path.Combine(data, "credentials.json"), Operations.Access.FirstUsers.For(["court-1"], []), new(), TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger<Operations.Access.CredentialsFile>.Instance)) { }
            var lines = Blocks("gateway/docs/operation.md", "sh").Single(b => b.Contains("user add", StringComparison.Ordinal)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(4, lines.Length);
            foreach (var line in lines)
            {
                var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(w => w == "DIR" ? data : w);
                Assert.Equal((0, ""), await RunAsync([.. words]));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "describe")]
    [InlineData(0, "describe", "--schema")]
    [InlineData(0, "describe", "--asyncapi")]
    [InlineData(0, "describe", "videohub")]
    [InlineData(0, "describe", "hyperdeck", "--diagram")]
    [InlineData(1, "describe", "no-such-driver")]
    [InlineData(64, "describe", "--no-such-option")]
    [InlineData(64, "no-such-verb")]
    [InlineData(64, "run")]
    [InlineData(64, "demo", "--http", "nowhere")]
    [InlineData(1, "check", "/no/such/file.json")]
    [InlineData(1, "journal", "verify", "--data", "/no/such/place")]
    [InlineData(1, "broker", "export", "/no/such/file.json")]
    [InlineData(64, "demo", "--mqtts", "nowhere")]
    [InlineData(64, "demo", "--tls-certificate", "a.pem")]
    [InlineData(64, "demo", "--client-certificates", "perhaps")]
    public async Task A_verb_ends_with_the_exit_code_of_the_contract(int expected, params string[] words)
    {
        var (code, error) = await RunAsync(words);
        Assert.True(code == expected, $"exit {code}: {error}");
    }

    private static async Task<(int Code, string Error)> RunAsync(string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await output;
        return (process.ExitCode, await error);
    }

    private static IEnumerable<string> Blocks(string path, string language)
    {
        var parts = File.ReadAllText(Path.Combine(Root(), path)).Split("```");
        return parts.Where((_, i) => i % 2 == 1).Where(b => b.StartsWith(language + "\n", StringComparison.Ordinal)).Select(b => b[(language.Length + 1)..]);
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Channels;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;

namespace AvGateway.Host.Tests;

/// <summary>What channels.md shows is run as it stands there.</summary>
public sealed class ChannelsManualTests : IDisposable
{
    private static readonly string Manual = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../gateway/docs/channels.md")));
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-channels-").FullName;

    [Fact]
    public void The_site_file_is_a_good_one_once_its_secrets_are_there()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "secrets"));
        Directory.CreateDirectory(Path.Combine(_folder, "tls"));
        foreach (var name in (string[])["mail", "desk-hmac", "wecom-key", "dingtalk-token", "dingtalk-sign", "pbx"]) File.WriteAllText(Path.Combine(_folder, "secrets", name), "x");
        File.WriteAllText(Path.Combine(_folder, "secrets", "sim-pin"), "1234\n");
        using (var key = System.Security.Cryptography.ECDsa.Create())
        {
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=Court", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
            using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
            File.WriteAllText(Path.Combine(_folder, "tls", "court-ca.pem"), made.ExportCertificatePem());
        }

        var file = Path.Combine(_folder, "site.json");
        File.WriteAllText(file, Blocks("json").Single(b => b.Contains("\"rooms\"", StringComparison.Ordinal)));
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(file);

        Assert.Empty(reader.Findings);
        Assert.Equal(["mail", "desk", "wecom", "dingtalk", "sms", "duty-phone", "gate", "buzzer"], site!.Channels.Select(c => c.Id));
        Assert.Equal(ChannelReader.Kinds.Order(), site.Channels.Select(c => c.Kind).Distinct().Order());
        var mail = Assert.IsType<MailPlan>(site.Channels[0]);
        Assert.Equal(("mail.court.example", 587, MailProtection.StartTls), (mail.Host, mail.Port, mail.Protection));
        Assert.Equal("https://oapi.dingtalk.com/robot/send", Assert.IsType<WebhookPlan>(site.Channels[3]).Url.ToString());
        Assert.Equal(Path.Combine(_folder, "export"), Assert.IsType<FolderPlan>(site.Channels[6]).Path);
    }

    [Fact]
    public void Every_member_of_every_kind_is_told()
    {
        Assert.All(ChannelReader.Kinds, k => Assert.Contains($"\n## {k}\n", Manual, StringComparison.Ordinal));
        Assert.All(ChannelReader.Members.Keys, m => Assert.True(Manual.Contains($"`{m}`", StringComparison.Ordinal) || Manual.Contains($"\"{m}\"", StringComparison.Ordinal), m));
    }

    [Fact]
    public async Task Every_command_is_one_that_the_program_knows()
    {
        var lines = Blocks("sh").SelectMany(b => b.Split('\n')).Where(l => l.StartsWith("avgateway ", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, lines.Count);
        foreach (var line in lines)
        {
            var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1);
            var (code, output) = await RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), .. words, "--url", "mqtt://engineer:x@127.0.0.1:1"]);

            // 64 is a command that does not exist; 1 is a gateway that does not.
            Assert.True(code == 1, $"{line}: exit {code} {output}");
        }
    }

    [Fact]
    public async Task The_check_of_the_signature_gives_what_the_gateway_signs()
    {
        const string Body = """{"schema":"avgateway.notice/1"}""";
        await File.WriteAllTextAsync(Path.Combine(_folder, "body.json"), Body, TestContext.Current.CancellationToken);
        var line = Blocks("sh").Single(b => b.Contains("openssl", StringComparison.Ordinal)).Trim();
        var (code, output) = await RunAsync("bash", ["-c", $"cd {_folder}; TIMESTAMP=1796000000; KEY=k; {line}"]);

        var expected = System.Security.Cryptography.HMACSHA256.HashData("k"u8, Encoding.UTF8.GetBytes($"1796000000.{Body}"));
        Assert.Equal(0, code);
        Assert.Contains(Convert.ToHexStringLower(expected), output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private static IEnumerable<string> Blocks(string language) =>
        Manual.Split("```").Where((_, i) => i % 2 == 1).Where(b => b.StartsWith(language + "\n", StringComparison.Ordinal)).Select(b => b[(language.Length + 1)..]);

    private static string Here([CallerFilePath] string here = "") => here;
}

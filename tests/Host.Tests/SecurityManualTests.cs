using System.Runtime.CompilerServices;
using AvGateway.Testing.Documents;

namespace AvGateway.Host.Tests;

/// <summary>The security manual's command lines, run as they stand there.</summary>
public sealed class SecurityManualTests
{
    private const string Site = """
        {
          "site": { "id": "city", "name": { "zh": "示例市中级人民法院", "en": "Example City Intermediate Court" }, "zone": "Asia/Shanghai" },
          "vendors": [{ "id": "acme" }],
          "rooms": [{ "id": "court-1", "devices": [{ "id": "matrix", "driver": "videohub", "link": "tcp://127.0.0.1:1" }] }],
        }
        """;

    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/security.md"));

    [Fact]
    public async Task Every_command_line_works_in_its_order()
    {
        using var lines = DocumentedLines.Of(Manual());
        Assert.Equal(5, lines.Blocks.Count);
        await File.WriteAllTextAsync(Path.Combine(lines.Folder, "site.json"), Site, TestContext.Current.CancellationToken);

        // What a gateway measured of its lines goes into the backup of a running one and into that of a stopped one.
        var measured = Path.Combine("lines", "wan", "2026-11-29.log");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(lines.Folder, "court", measured))!);
        await File.WriteAllTextAsync(Path.Combine(lines.Folder, "court", measured), "a row\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(lines.Folder, "court", "certificate-key.pem"), "a key\n", TestContext.Current.CancellationToken);
        lines.Environment["AVGW_HTTP"] = $"127.0.0.1:{lines.Port("8080")}";
        lines.Environment["AVGW_MQTT"] = "127.0.0.1:0";
        lines.Environment["AVGW_MQTTS"] = $"127.0.0.1:{lines.Port("8883")}";
        lines.Port("8443");
        lines.Port("8884");

        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("-- block 5", run.Output, StringComparison.Ordinal);
        foreach (var backups in new[] { "court/backups", "safe" })
        {
            var backup = Assert.Single(Directory.GetDirectories(Path.Combine(lines.Folder, backups), "2*"));
            Assert.Equal("a row\n", await File.ReadAllTextAsync(Path.Combine(backup, measured), TestContext.Current.CancellationToken));
            Assert.Equal("a key\n", await File.ReadAllTextAsync(Path.Combine(backup, "certificate-key.pem"), TestContext.Current.CancellationToken));
        }
    }
}

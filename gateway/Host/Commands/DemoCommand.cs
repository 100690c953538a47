using System.CommandLine;
using System.Text.Json;
using AvGateway.Host.Demo;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway demo</c>: a simulated courthouse on loopback and the gateway that runs it.</summary>
internal static class DemoCommand
{
    public static Command Build()
    {
        var options = new RunOptions();
        var add = new Option<string?>("--add")
        {
            Description = Texts.Say(
                "站点文件的一部分（JSON），加入示例法院：房间及设备、设备描述、第三方驱动；有模拟器的设备一并模拟",
                "a part of a site file that is added to the court: rooms and devices, profiles, drivers of others; what has a simulator is simulated"),
            HelpName = "PART.json",
        };
        var command = new Command("demo", Texts.Say("在本机运行一个模拟法院及其网关", "run a simulated courthouse and its gateway on this machine")) { add };
        options.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, parsed.GetValue(add), options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? added, RunOptions options, CancellationToken stop)
    {
        if (!options.TryRead(parsed, site: null, DataDirectory.Temporary, out var settings, out var wrong))
        {
            await Console.Error.WriteLineAsync(wrong);
            return ExitCodes.Usage;
        }

        using (settings.Data)
        {
            var findings = new List<Finding>();
            await using var demo = await DemoSite.StartAsync(added, TimeProvider.System, findings);
            foreach (var finding in findings) await Console.Error.WriteLineAsync(finding.ToString());
            if (demo is null) return ExitCodes.Failed;
            var reader = new SiteReader(Parts.Catalog, Parts.Links());
            var site = demo.Read(reader) ?? throw new InvalidOperationException("the demo's own site file is wrong: " + string.Join(' ', reader.Findings));
            foreach (var finding in reader.Findings) await Console.Error.WriteLineAsync(finding.ToString());
            return await GatewayRun.RunAsync(site, settings with { Check = new(DemoSite.Name, demo.Read) }, demo.Court, (ready, _) =>
            {
                Console.Out.WriteLine(ready);
                Console.Error.Write(DemoWelcome.Text(ready, demo, PasswordOf("engineer", settings.Data.Credentials), settings.Data.IsTemporary));
            }, stop);
        }
    }

    private static string PasswordOf(string user, string credentials)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(credentials));
        var entry = document.RootElement.GetProperty("users").EnumerateArray().FirstOrDefault(u => u.GetProperty("name").GetString() == user);
        return entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty("password", out var password) ? password.GetString()! : "PASSWORD";
    }
}

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
        var command = new Command("demo", Texts.Say("在本机运行一个模拟法院及其网关", "run a simulated courthouse and its gateway on this machine"));
        options.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RunOptions options, CancellationToken stop)
    {
        if (!options.TryRead(parsed, site: null, DataDirectory.Temporary, out var settings, out var wrong))
        {
            await Console.Error.WriteLineAsync(wrong);
            return ExitCodes.Usage;
        }

        using (settings.Data)
        {
            await using var demo = await DemoSite.StartAsync(TimeProvider.System);
            var reader = new SiteReader(Parts.Catalog, Parts.Links());
            const string Name = "demo-site.json";
            var site = reader.Read(demo.SiteFile, Name)
                ?? throw new InvalidOperationException("the demo's own site file is wrong: " + string.Join(' ', reader.Findings));
            return await GatewayRun.RunAsync(site, settings with { Check = new(Name, again => again.Read(demo.SiteFile, Name)) }, demo.Court, (ready, _) =>
            {
                Console.Out.WriteLine(ready);
                Console.Error.Write(DemoWelcome.Text(ready, PasswordOf("engineer", settings.Data.Credentials), settings.Data.IsTemporary));
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

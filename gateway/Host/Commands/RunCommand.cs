using System.CommandLine;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway run SITE.json</c>: the gateway on a real site.</summary>
internal static class RunCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("SITE.json") { Description = Texts.Say("站点文件", "the site file") };
        var options = new RunOptions();
        var command = new Command("run", Texts.Say("在真实站点上运行网关", "run the gateway on a real site")) { file };
        options.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, parsed.GetValue(file)!, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string path, RunOptions options, CancellationToken stop)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(path);
        foreach (var finding in reader.Findings) await Console.Error.WriteLineAsync(finding.ToString());
        if (site is null) return ExitCodes.Failed;
        if (!options.TryRead(parsed, site, () => DataDirectory.At(DataDirectory.Beside(path)), out var settings, out var wrong))
        {
            await Console.Error.WriteLineAsync(wrong);
            return ExitCodes.Usage;
        }

        using (settings.Data)
        {
            return await GatewayRun.RunAsync(site, settings with { Check = new(Path.GetFileName(path), again => again.Read(path)) }, court: null, (ready, _) => Console.Out.WriteLine(ready), stop);
        }
    }
}

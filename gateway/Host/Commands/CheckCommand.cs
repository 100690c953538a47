using System.CommandLine;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway check SITE.json</c>: every finding of a site file, found by the code that <c>run</c> starts with.</summary>
internal static class CheckCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("SITE.json") { Description = Texts.Say("站点文件", "the site file") };
        var command = new Command("check", Texts.Say("检查站点文件并列出全部问题", "check a site file and list everything that is wrong")) { file };
        command.SetAction(parsed => Check(parsed.GetValue(file)!));
        return command;
    }

    private static int Check(string path)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(path);
        foreach (var finding in reader.Findings) Console.Out.WriteLine(finding);
        if (site is null)
        {
            var errors = reader.Findings.Count(f => f.Severity is Severity.Error);
            Console.Error.WriteLine(Texts.Say($"{path}：发现 {errors} 处错误", $"{path}: {errors} error(s)"));
            return ExitCodes.Failed;
        }

        if (reader.Findings.Count(f => f.Severity is Severity.Refusal) is > 0 and var refused)
        {
            Console.Error.WriteLine(Texts.Say($"{path}：有 {refused} 处被拒绝；网关可启动，但相关部分停用", $"{path}: {refused} refused; the gateway starts, and what is refused is out of use"));
            return ExitCodes.Failed;
        }

        Console.Error.WriteLine(Texts.Say(
            $"{path}：站点 {site.Id}，{site.Rooms.Count} 个房间，{site.Devices.Count()} 台设备，没有错误",
            $"{path}: site {site.Id}, {site.Rooms.Count} rooms, {site.Devices.Count()} devices, no errors"));
        return ExitCodes.Done;
    }
}

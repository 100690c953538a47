using System.CommandLine;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Host.Tls;
using AvGateway.Operations.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway broker export</c>: the users and rights of a site as files for an external mosquitto.</summary>
internal static class BrokerCommand
{
    private const string DefaultListen = "127.0.0.1:8883";

    public static Command Build()
    {
        var file = new Argument<string>("SITE.json") { Description = Texts.Say("站点文件", "the site file") };
        var data = new Option<string>("--data") { Description = Texts.Say("数据目录（默认在站点文件旁）", "the data directory (beside the site file)") };
        var folder = new Option<string>("--out") { Description = Texts.Say("输出目录（默认为数据目录下的 broker）", "where to write (broker in the data directory)") };
        var listen = new Option<string>("--listen") { Description = Texts.Say($"代理的加密监听地址（默认 {DefaultListen}）", $"where that broker listens over TLS ({DefaultListen})"), DefaultValueFactory = _ => DefaultListen };
        var names = new Option<string[]>("--tls-name") { Description = Texts.Say("客户端连接代理所用的主机名，可重复", "host name by which clients reach that broker; may be given again"), DefaultValueFactory = _ => [] };
        var clients = new Option<bool>("--client-certificates") { Description = Texts.Say("要求客户端证书", "ask clients for certificates") };
        var export = new Command("export", Texts.Say("导出 mosquitto 的口令、权限与配置文件", "write passwords, rights and configuration for mosquitto")) { file, data, folder, listen, names, clients };
        export.SetAction(parsed => Export(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(folder), parsed.GetValue(listen)!, parsed.GetValue(names)!, parsed.GetValue(clients)));
        return new("broker", Texts.Say("外部代理", "an external broker")) { export };
    }

    private static int Export(string path, string? dataFolder, string? folder, string listen, string[] names, bool asksForCertificates)
    {
        if (!HostAndPort.TryParse(listen, out var address))
        {
            Console.Error.WriteLine(Texts.Say($"\"{listen}\" 不是地址；写法：{HostAndPort.Form}", $"\"{listen}\" is no address; write {HostAndPort.Form}"));
            return ExitCodes.Usage;
        }

        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(path);
        foreach (var finding in reader.Findings) Console.Error.WriteLine(finding.ToString());
        if (site is null) return ExitCodes.Failed;
        try
        {
            using var data = DataDirectory.At(dataFolder ?? DataDirectory.Beside(path));
            using var users = CredentialsFile.Open(
                data.Credentials, FirstUsers.For(site.Rooms.Select(r => r.Id), site.Vendors), new(), TimeProvider.System, NullLogger<CredentialsFile>.Instance);
            using var authority = PrivateAuthority.Open(data.Path, TimeProvider.System);
            var export = new BrokerExport(site, users, authority, Path.GetFullPath(folder ?? Path.Combine(data.Path, "broker")));
            export.Write(address, names, asksForCertificates, TimeProvider.System.GetUtcNow());
            return Tell(export);
        }
        catch (Exception refused) when (refused is CredentialsException or TlsException or DataDirectoryException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(refused.Message);
            return ExitCodes.Failed;
        }
    }

    private static int Tell(BrokerExport export)
    {
        foreach (var file in export.Files) Console.Out.WriteLine(file);
        foreach (var user in export.Ending)
        {
            Console.Error.WriteLine(Texts.Say(
                $"{user.Name}：账户于 {user.Until:u} 到期，而 mosquitto 不认识期限；届时请重新导出",
                $"{user.Name}: the account ends at {user.Until:u}, of which mosquitto knows nothing; export again then"));
        }

        foreach (var user in export.Impossible)
        {
            Console.Error.WriteLine(Texts.Say(
                $"{user.Name}：口令只有散列，无法导出；请在 credentials.json 中写入新的 \"password\" 后重新导出，或执行 mosquitto_passwd {export.Passwords} {user.Name}",
                $"{user.Name}: only a hash of the password is known, so it cannot be exported; write a new \"password\" into credentials.json and export again, or run mosquitto_passwd {export.Passwords} {user.Name}"));
        }

        Console.Error.WriteLine(Texts.Say(
            $"{export.Exported} 个账户已导出。网关以 --broker mqtts://{BrokerExport.GatewayName}@主机:端口 连接，口令在 AVGW_BROKER_SECRET=file:{export.Secret}",
            $"{export.Exported} accounts were exported. The gateway connects with --broker mqtts://{BrokerExport.GatewayName}@HOST:PORT and AVGW_BROKER_SECRET=file:{export.Secret}"));
        return export.Impossible.Count == 0 ? ExitCodes.Done : ExitCodes.Findings;
    }
}

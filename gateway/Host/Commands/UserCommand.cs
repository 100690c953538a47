using System.CommandLine;
using System.Globalization;
using AvGateway.Host.Tls;
using AvGateway.Operations.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway user</c>: the users of a data directory; a running gateway notices within a second.</summary>
internal static class UserCommand
{
    private static readonly Option<string> Data = new("--data") { Description = Texts.Say("数据目录", "the data directory"), Required = true, Recursive = true };

    public static Command Build()
    {
        var command = new Command("user", Texts.Say("管理用户", "manage users")) { Data };
        command.Subcommands.Add(BuildAdd());
        command.Subcommands.Add(BuildList());
        command.Subcommands.Add(BuildCertificate());
        command.Subcommands.Add(Build("remove", "删除用户", "remove a user", async (users, name, stop) => await users.RemoveAsync(name, stop)));
        command.Subcommands.Add(Build("password", "重设密码并打印", "draw a new password and print it", async (users, name, stop) =>
            Console.Out.WriteLine(await users.SetPasswordAsync(name, password: null, stop))));
        return command;
    }

    private static Command BuildAdd()
    {
        var name = new Argument<string>("NAME") { Description = Texts.Say("用户名，也是主题中的调用者", "user name, and the caller in topics") };
        var role = new Option<Role>("--role") { Description = string.Join('|', Enum.GetNames<Role>()).ToLowerInvariant(), Required = true };
        var rooms = new Option<string[]>("--room") { Description = Texts.Say("所属房间，可重复", "room that the user belongs to; may be given again"), DefaultValueFactory = _ => [] };
        var vendor = new Option<string>("--vendor") { Description = Texts.Say("厂商编号", "id of the vendor") };
        var until = new Option<string>("--until") { Description = Texts.Say("账户到期时间，如 2026-12-31T18:00+08:00", "when the account ends, for example 2026-12-31T18:00+08:00") };
        var command = new Command("add", Texts.Say("添加用户并打印其密码", "add a user and print the password")) { name, role, rooms, vendor, until };
        command.SetAction((parsed, stop) => WithUsersAsync(parsed, async users =>
        {
            DateTimeOffset? end = null;
            if (parsed.GetValue(until) is { } text)
            {
                if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) throw new CredentialsException($"\"{text}\" is not a time; write for example 2026-12-31T18:00+08:00");
                end = at;
            }

            var user = new User(parsed.GetValue(name)!, parsed.GetValue(role), parsed.GetValue(rooms)!, parsed.GetValue(vendor)) { Until = end };
            Console.Out.WriteLine(await users.AddAsync(user, password: null, stop));
        }));
        return command;
    }

    private static Command BuildCertificate()
    {
        var name = new Argument<string>("NAME") { Description = Texts.Say("用户名，即证书的主体", "user name, the subject of the certificate") };
        var folder = new Option<string>("--out") { Description = Texts.Say("存放证书与私钥的目录", "folder for certificate and key"), DefaultValueFactory = _ => "." };
        var days = new Option<int>("--days") { Description = Texts.Say("有效天数", "days that it is good for"), DefaultValueFactory = _ => 365 };
        var command = new Command("certificate", Texts.Say("由网关自有机构签发客户端证书", "sign a client certificate with the gateway's own authority")) { name, folder, days };
        command.SetAction((parsed, _) => WithUsersAsync(parsed, users =>
        {
            var user = parsed.GetValue(name)!;
            if (users.Find(user) is null) throw new CredentialsException(Texts.Say($"没有用户 {user}", $"there is no user '{user}'."));
            if (parsed.GetValue(days) is < 1 or > 3660) throw new CredentialsException(Texts.Say("--days 应为 1 至 3660", "--days is 1 to 3660"));
            ClientPair.Write(parsed.GetValue(Data)!, user, TimeSpan.FromDays(parsed.GetValue(days)), parsed.GetValue(folder)!);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command BuildList()
    {
        var command = new Command("list", Texts.Say("列出用户", "list the users"));
        command.SetAction((parsed, _) => WithUsersAsync(parsed, users =>
        {
            foreach (var user in users.Users)
            {
                var bound = user.Vendor ?? string.Join(',', user.Rooms);
                Console.Out.WriteLine($"{user.Name,-24} {user.Role.ToString().ToLowerInvariant(),-10} {bound} {user.Until?.ToString("u", CultureInfo.InvariantCulture)}".TrimEnd());
            }

            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Build(string verb, string zh, string en, Func<CredentialsFile, string, CancellationToken, Task> act)
    {
        var name = new Argument<string>("NAME") { Description = Texts.Say("用户名", "user name") };
        var command = new Command(verb, Texts.Say(zh, en)) { name };
        command.SetAction((parsed, stop) => WithUsersAsync(parsed, users => act(users, parsed.GetValue(name)!, stop)));
        return command;
    }

    private static async Task<int> WithUsersAsync(ParseResult parsed, Func<CredentialsFile, Task> act)
    {
        try
        {
            var folder = parsed.GetValue(Data)!;
            var path = Path.Combine(folder, "credentials.json");
            if (!File.Exists(path))
            {
                throw new CredentialsException(Texts.Say($"{path} 不存在；网关首次启动时会创建它", $"there is no {path}; the gateway makes it at its first start"));
            }

            using var users = CredentialsFile.Open(path, [], new(), TimeProvider.System, NullLogger<CredentialsFile>.Instance);
            await act(users);
            return ExitCodes.Done;
        }
        catch (Exception refused) when (refused is CredentialsException or TlsException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.Failed;
        }
    }
}

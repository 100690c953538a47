using System.CommandLine;
using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.Operations.Durable;
using AvGateway.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway backup</c>: a verified copy of the store, of a stopped gateway by its directory or of a running one by its address.</summary>
internal static class BackupCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = Texts.Say("已停止的网关的数据目录", "data directory of a stopped gateway") };
        var folder = new Option<string>("--out") { Description = Texts.Say("备份存放目录（默认为数据目录下的 backups）", "folder for backups (backups in the data directory)") };
        var url = RunningGateway.UrlOption("管理员", "ADMIN");
        var ca = RunningGateway.CaOption();
        var command = new Command("backup", Texts.Say("备份运维记录与状态", "back up the service record and the state")) { data, folder, url, ca };
        command.SetAction((parsed, stop) => (parsed.GetValue(data), parsed.GetValue(url)) switch
        {
            ({ } directory, null) => OfStoppedAsync(directory, parsed.GetValue(folder) ?? Path.Combine(directory, WebSide.BackupFolder), stop),
            (null, { } address) when parsed.GetValue(folder) is null => OfRunningAsync(address, parsed.GetValue(ca), stop),
            _ => Task.FromResult(Refuse(ExitCodes.Usage, Texts.Say("请给出 --data（可加 --out）或 --url 之一", "give either --data, with --out if wished, or --url"))),
        });
        return command;
    }

    private static async Task<int> OfStoppedAsync(string directory, string folder, CancellationToken stop)
    {
        // Opening makes a store where there is none, and a copy of nothing would look like a backup.
        if (!File.Exists(Path.Combine(directory, "journal.db"))) return Refuse(ExitCodes.Failed, Texts.Say($"{directory} 中没有运维记录", $"there is no service record in {directory}"));
        try
        {
            await using var store = await GatewayStore.OpenAsync(new() { DataDirectory = directory }, TimeProvider.System, NullLoggerFactory.Instance, stop);
            Console.Out.WriteLine(await store.BackupAsync(Path.GetFullPath(folder), DataDirectory.BackedUp, stop));
            return ExitCodes.Done;
        }
        catch (StoreInUseException)
        {
            return Refuse(ExitCodes.Failed, Texts.Say(
                $"{directory} 有网关正在运行；请用 --url 备份正在运行的网关，或先停止它",
                $"a gateway runs on {directory}; back it up with --url, or stop it first"));
        }
        catch (Exception failed) when (failed is StoreCorruptException or StoreTooNewException or StoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            return Refuse(ExitCodes.Failed, failed.Message);
        }
    }

    private static async Task<int> OfRunningAsync(string address, string? authority, CancellationToken stop)
    {
        try
        {
            using var gateway = RunningGateway.At(address, authority, Patience);
            if (gateway is null) return Refuse(ExitCodes.Usage, Texts.Say("写法：http(s)://管理员@主机:端口", "write http(s)://ADMIN@HOST:PORT"));
            using var answer = await gateway.AskAsync(HttpMethod.Post, WebSide.Backup, stop);
            if (!answer.IsSuccessStatusCode) return Refuse(ExitCodes.Failed, await RunningGateway.RefusalAsync(answer, stop));
            using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop));
            Console.Out.WriteLine(told.RootElement.GetProperty("folder").GetString());
            return ExitCodes.Done;
        }
        catch (Exception failed) when (failed is OutOfReachException or JsonException)
        {
            return Refuse(ExitCodes.Failed, failed.Message);
        }
    }

    private static int Refuse(int code, string message)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}

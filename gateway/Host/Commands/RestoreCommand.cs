using System.CommandLine;
using AvGateway.Operations.Durable;
using AvGateway.Store;
using AvGateway.Store.Backup;
using AvGateway.Store.Journal;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway restore</c>: puts a backup in the place of a stopped gateway's store. What was there is moved aside, never deleted.</summary>
internal static class RestoreCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = Texts.Say("已停止的网关的数据目录", "data directory of a stopped gateway"), Required = true };
        var from = new Option<string>("--from") { Description = Texts.Say("备份目录", "folder of the backup"), Required = true };
        var force = new Option<bool>("--force") { Description = Texts.Say("替换现有的完好数据（移至 set-aside）", "replace a sound store that is there (it is moved to set-aside)") };
        var command = new Command("restore", Texts.Say("恢复备份", "restore a backup")) { data, from, force };
        command.SetAction(parsed => Restore(parsed.GetValue(data)!, parsed.GetValue(from)!, parsed.GetValue(force)));
        return command;
    }

    private static int Restore(string directory, string from, bool force)
    {
        try
        {
            // A damaged store is what a restore is for; one that is sound may hold more than the backup does.
            if (!force && HoldsSoundStore(directory))
            {
                return Refuse(Texts.Say(
                    $"{directory} 中已有完好的数据；如确要以备份替换，请加 --force（现有数据会移至 set-aside，不会删除）",
                    $"{directory} holds a sound store; give --force to put the backup in its place (what is there is moved to set-aside, not deleted)"));
            }

            var report = StoreRestore.Run(from, directory, force, TimeProvider.System);
            Console.Out.WriteLine(Texts.Say($"已恢复至第 {report.LastSequence} 行", $"restored up to row {report.LastSequence}"));
            if (report.SetAside is { } aside) Console.Error.WriteLine(Texts.Say($"原有数据在 {aside}", $"what was there lies in {aside}"));
            return ExitCodes.Done;
        }
        catch (StoreInUseException)
        {
            return Refuse(Texts.Say($"{directory} 有网关正在运行；请先停止它", $"a gateway runs on {directory}; stop it first"));
        }
        catch (Exception refused) when (refused is StoreCorruptException or StoreTooNewException or StoreUnavailableException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return Refuse(refused.Message);
        }
    }

    private static bool HoldsSoundStore(string directory) =>
        File.Exists(Path.Combine(directory, "journal.db")) && File.Exists(Path.Combine(directory, "state.db")) && JournalVerifier.Verify(directory).IsSound;

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return ExitCodes.Failed;
    }
}

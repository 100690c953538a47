using System.CommandLine;
using AvGateway.Store.Journal;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway journal verify</c>: whether the service record is as it was written.</summary>
internal static class JournalCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = Texts.Say("已停止的网关的数据目录", "data directory of a stopped gateway"), Required = true };
        var verify = new Command("verify", Texts.Say("核对运维记录的完整性", "check that the service record is unbroken")) { data };
        verify.SetAction(parsed => Verify(parsed.GetValue(data)!));
        return new("journal", Texts.Say("运维记录", "the service record")) { verify };
    }

    private static int Verify(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "journal.db")))
        {
            Console.Error.WriteLine(Texts.Say($"{folder} 中没有运维记录", $"there is no service record in {folder}"));
            return ExitCodes.Failed;
        }

        var found = JournalVerifier.Verify(folder);
        foreach (var finding in found.Findings) Console.Out.WriteLine($"{finding.Place}{(finding.Sequence is { } row ? $" row {row}" : "")}: {finding.Text}");
        Console.Out.WriteLine(Texts.Say(
            $"{found.Rows} 行，末行 {found.LastSequence}，哈希 {found.LastHash}，对照 {found.Anchors} 个锚点，{found.Findings.Count} 处异常",
            $"{found.Rows} rows, last {found.LastSequence}, hash {found.LastHash}, {found.Anchors} anchors compared, {found.Findings.Count} findings"));
        return found.IsSound ? ExitCodes.Done : ExitCodes.Findings;
    }
}

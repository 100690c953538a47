using System.CommandLine;
using System.IO.Compression;
using AvGateway.Host.Hosting;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway bundle F</c>: the evidence of a fault as an archive. What the court did not let go is a draft, and the exit code is 3.</summary>
internal static class BundleCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Argument<string> Fault = new("F") { Description = Texts.Say("故障编号，如 F-2026-000001", "id of the fault, for example F-2026-000001") };
    private static readonly Option<string> Data = new("--data") { Description = Texts.Say("已停止的网关的数据目录", "data directory of a stopped gateway") };
    private static readonly Option<string> Url = RunningGateway.UrlOption("用户", "USER");
    private static readonly Option<string> Ca = RunningGateway.CaOption();
    private static readonly Option<string> Out = new("--out") { Description = Texts.Say("存放目录（默认为当前目录）", "folder to write to (the current one)"), DefaultValueFactory = _ => "." };
    private static readonly Option<bool> Report = new("--report") { Description = Texts.Say("只要报修单：JSON 及中英文打印页", "the report alone: JSON and a page to print in either language") };

    public static Command Build()
    {
        var command = new Command("bundle", Texts.Say("导出一个故障的证据包；未经法院批准时为草稿，退出码为 3", "export the evidence of a fault; without the court's approval it is a draft and the exit code is 3")) { Fault, Data, Url, Ca, Out, Report };
        command.SetAction((parsed, stop) => (parsed.GetValue(Data), parsed.GetValue(Url)) switch
        {
            ({ } directory, null) => Task.FromResult(OfStopped(parsed, directory)),
            (null, { } address) => OfRunningAsync(parsed, address, stop),
            _ => Task.FromResult(Refuse(ExitCodes.Usage, Texts.Say("请给出 --data 或 --url 之一", "give either --data or --url"))),
        });
        return command;
    }

    private static int OfStopped(ParseResult parsed, string directory)
    {
        var fault = parsed.GetValue(Fault)!;
        if (!IsId(fault)) return Refuse(ExitCodes.Usage, Texts.Say($"“{fault}”不是故障编号", $"\"{fault}\" is no id of a fault"));
        if (new ReleaseFiles(directory).Newest(fault) is not { } newest)
        {
            return Refuse(ExitCodes.Failed, Texts.Say(
                $"{directory} 中没有 {fault} 已提交的证据包；启动网关后用 --url 导出",
                $"no bundle of {fault} was submitted in {directory}; start the gateway and export it with --url"));
        }

        return Keep(parsed, File.ReadAllBytes(newest.Path), newest.IsReleased);
    }

    private static async Task<int> OfRunningAsync(ParseResult parsed, string address, CancellationToken stop)
    {
        try
        {
            using var gateway = RunningGateway.At(address, parsed.GetValue(Ca), Patience);
            if (gateway is null) return Refuse(ExitCodes.Usage, Texts.Say("写法：http(s)://用户@主机:端口", "write http(s)://USER@HOST:PORT"));
            var query = parsed.GetValue(Report) ? $"?{BundleEndpoint.ReportAlone}=1" : "";
            using var answer = await gateway.AskAsync(HttpMethod.Get, $"{BundleEndpoint.Path}/{Uri.EscapeDataString(parsed.GetValue(Fault)!)}{query}", stop);
            if (!answer.IsSuccessStatusCode) return Refuse(ExitCodes.Failed, await RunningGateway.RefusalAsync(answer, stop));
            var isReleased = answer.Headers.TryGetValues(BundleEndpoint.ReleaseHeader, out var said) && said.Contains(BundleEndpoint.Released);
            return Keep(parsed, await answer.Content.ReadAsByteArrayAsync(stop), isReleased);
        }
        catch (OutOfReachException failed)
        {
            return Refuse(ExitCodes.Failed, failed.Message);
        }
    }

    private static int Keep(ParseResult parsed, byte[] archive, bool isReleased)
    {
        // A name that tells what it is: whoever finds the file on a stick a year later must not take a draft for what was let go.
        var name = isReleased ? parsed.GetValue(Fault)! : $"{parsed.GetValue(Fault)}.draft";
        try
        {
            var folder = Directory.CreateDirectory(parsed.GetValue(Out)!).FullName;
            if (parsed.GetValue(Report)) Unpack(archive, folder, name);
            else Write(Path.Combine(folder, $"{name}.zip"), archive);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse(ExitCodes.Failed, failed.Message);
        }

        return isReleased ? ExitCodes.Done : Refuse(ExitCodes.ApprovalMissing, Texts.Say(
            "未经法院批准：这是供法院审阅的草稿，不得外发（ctl faults submit，然后由批准人 approve）",
            "the court has not let it go: this is a draft for its eyes and must not leave (ctl faults submit, then an approver's approve)"));
    }

    private static void Unpack(byte[] archive, string folder, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
        foreach (var entry in zip.Entries.Where(e => e.Name.StartsWith("report.", StringComparison.Ordinal) || e.Name.StartsWith("release.", StringComparison.Ordinal)))
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open()) stream.CopyTo(content);
            Write(Path.Combine(folder, $"{name}.{entry.Name}"), content.ToArray());
        }
    }

    private static void Write(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        Console.Out.WriteLine(path);
    }

    private static bool IsId(string fault) => fault.Length <= 20 && fault.StartsWith("F-", StringComparison.Ordinal) && fault.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static int Refuse(int code, string message)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}

using System.CommandLine;
using System.IO.Compression;
using AvGateway.Host.Hosting;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Records;
using AvGateway.Operations.Records.Reading;
using AvGateway.Reports;
using AvGateway.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway report month YYYY-MM</c>: the monthly report of a stopped gateway by its directory, or of a running one by its address.</summary>
internal static class ReportCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly Argument<string> Month = new("YYYY-MM") { Description = Texts.Say("月份", "the month") };
    private static readonly Option<string> Out = new("--out") { Description = Texts.Say("写入文件的目录", "folder that the files go to"), Required = true };
    private static readonly Option<string> Data = new("--data") { Description = Texts.Say("已停止的网关的数据目录", "data directory of a stopped gateway") };
    private static readonly Option<string> Url = RunningGateway.UrlOption("用户", "USER");
    private static readonly Option<string> Ca = RunningGateway.CaOption();
    private static readonly Option<string> Language = new("--language") { Description = "zh | en | both", DefaultValueFactory = _ => Languages.Both };
    private static readonly Option<bool> NoPdf = new("--no-pdf") { Description = Texts.Say("不打印 PDF（默认在有 Chromium 时打印）", "no PDF; else there is one where Chromium is") };

    public static Command Build()
    {
        Language.AcceptOnlyFromAmong([.. Languages.Words]);
        var month = new Command("month", Texts.Say("编制月报：CSV、xlsx、HTML、JSON 与 PDF", "make the monthly report: CSV, xlsx, HTML, JSON and PDF")) { Month, Out, Data, Url, Ca, Language, NoPdf };
        month.SetAction((parsed, stop) => RunAsync(parsed, stop));
        return new("report", Texts.Say("报表", "reports")) { month };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (!YearMonth.TryParse(parsed.GetValue(Month)!, out var month)) return Refuse(ExitCodes.Usage, Texts.Say("月份写法：YYYY-MM", "write the month as YYYY-MM"));
        try
        {
            return (parsed.GetValue(Data), parsed.GetValue(Url)) switch
            {
                ({ } directory, null) => await OfStoppedAsync(directory, month, parsed, stop),
                (null, { } address) => await OfRunningAsync(address, month, parsed, stop),
                _ => Refuse(ExitCodes.Usage, Texts.Say("请给出 --data 或 --url 之一", "give either --data or --url")),
            };
        }
        catch (NoRecordException nothing)
        {
            return Refuse(ExitCodes.Failed, nothing.Message);
        }
        catch (Exception failed) when (failed is OutOfReachException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse(ExitCodes.Failed, failed.Message);
        }
    }

    private static async Task<int> OfStoppedAsync(string directory, YearMonth month, ParseResult parsed, CancellationToken stop)
    {
        // Opening makes a store where there is none, and a report on nothing would look like a quiet month.
        if (!File.Exists(Path.Combine(directory, "journal.db"))) return Refuse(ExitCodes.Failed, Texts.Say($"{directory} 中没有运维记录", $"there is no service record in {directory}"));
        try
        {
            await using var store = await GatewayStore.OpenAsync(new() { DataDirectory = directory }, TimeProvider.System, NullLoggerFactory.Instance, stop);
            using var reports = new MonthReports(store.JournalReader, store.Journal, Parts.Catalog, directory, TimeProvider.System);
            var alive = await RecordKeeper.AliveUntilAsync(store.State, stop);
            var made = await reports.MakeAsync(month, parsed.GetValue(Language)!, Environment.UserName, alive, stop);
            return await DoneAsync(parsed, month, made.Files, made.Report.Current is { } current ? $"{current.Number}{(made.IsNew ? " new" : "")}" : "provisional", stop);
        }
        catch (StoreInUseException)
        {
            return Refuse(ExitCodes.Failed, Texts.Say($"{directory} 有网关正在运行；请用 --url，或先停止它", $"a gateway runs on {directory}; use --url, or stop it first"));
        }
        catch (Exception failed) when (failed is StoreCorruptException or StoreTooNewException or StoreUnavailableException)
        {
            return Refuse(ExitCodes.Failed, failed.Message);
        }
    }

    private static async Task<int> OfRunningAsync(string address, YearMonth month, ParseResult parsed, CancellationToken stop)
    {
        using var gateway = RunningGateway.At(address, parsed.GetValue(Ca), Patience);
        if (gateway is null) return Refuse(ExitCodes.Usage, Texts.Say("写法：http(s)://用户@主机:端口", "write http(s)://USER@HOST:PORT"));
        using var answer = await gateway.AskAsync(HttpMethod.Post, $"{ReportEndpoint.Months}/{month}?language={parsed.GetValue(Language)}", stop);
        if (!answer.IsSuccessStatusCode) return Refuse(ExitCodes.Failed, await RunningGateway.RefusalAsync(answer, stop));
        await using var zip = await ZipArchive.CreateAsync(await answer.Content.ReadAsStreamAsync(stop), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, stop);
        var files = new List<ReportFile>();
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            await using var stream = await entry.OpenAsync(stop);
            await stream.CopyToAsync(content, stop);

            // A name is a name and no path, whoever answered.
            files.Add(new(Path.GetFileName(entry.FullName), content.ToArray()));
        }

        return await DoneAsync(parsed, month, files, answer.Headers.TryGetValues(ReportEndpoint.RevisionHeader, out var told) ? told.First() : "", stop);
    }

    private static async Task<int> DoneAsync(ParseResult parsed, YearMonth month, IReadOnlyCollection<ReportFile> files, string revision, CancellationToken stop)
    {
        var folder = Path.GetFullPath(parsed.GetValue(Out)!);
        MonthFiles.Write(folder, files);
        var count = files.Count;
        if (!parsed.GetValue(NoPdf) && PdfPrinter.Browser is { } browser)
        {
            foreach (var page in files.Where(f => f.Name.EndsWith(".html", StringComparison.Ordinal)))
            {
                var path = Path.Combine(folder, page.Name);
                if (await PdfPrinter.PrintAsync(browser, path, Path.ChangeExtension(path, ".pdf"), TimeProvider.System, stop) is { } trouble)
                    await Console.Error.WriteLineAsync(Texts.Say($"未能打印 {page.Name}：{trouble}", $"{page.Name} was not printed: {trouble}"));
                else count++;
            }
        }

        var says = revision switch
        {
            "provisional" => Texts.Say("临时（本月未结束，未归档）", "provisional: the month is not over, and nothing was filed"),
            _ when revision.EndsWith(" new", StringComparison.Ordinal) => Texts.Say($"第 {revision[..^4]} 版（新）", $"revision {revision[..^4]}, new"),
            _ => Texts.Say($"第 {revision} 版（无变化）", $"revision {revision}, nothing new"),
        };
        Console.Out.WriteLine($"{month}  {says}  {Texts.Say($"{count} 个文件", $"{count} files")}  {folder}");
        return ExitCodes.Done;
    }

    private static int Refuse(int code, string why)
    {
        Console.Error.WriteLine(why);
        return code;
    }
}

using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using AvGateway.Operations.Records;
using AvGateway.Operations.Records.Reading;
using AvGateway.Operations.Records.Tables;
using MiniExcelLibs;

namespace AvGateway.Reports.Tests;

/// <summary>
/// A seeded month equals its golden files in both languages. <c>AVGW_GOLDEN=write</c> writes them anew: look at what changed before it is committed.
/// </summary>
public sealed class MonthGoldenTests
{
    private static readonly JsonSerializerOptions Shown = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    private static readonly MonthAsk October = new(new(2026, 10), RecordedCourt.At(11, 1, 6));

    [Fact]
    public async Task A_seeded_month_equals_its_golden_files()
    {
        var (filed, isNew) = await ReckonAsync(new(RecordedCourt.October()));

        Assert.True(isNew);
        Assert.Equal("2026-10-r1", filed.Name);
        foreach (var file in MonthFiles.Of(filed, Languages.Both))
        {
            if (file.Name.EndsWith(".xlsx", StringComparison.Ordinal)) AssertGolden(file.Name + ".json", Encoding.UTF8.GetBytes(Sheets(file.Content)));
            else AssertGolden(file.Name, file.Content);
        }
    }

    [Fact]
    public async Task The_same_record_gives_the_same_bytes()
    {
        var journal = new MemoryJournal(RecordedCourt.October());
        var (first, _) = await ReckonAsync(journal);
        journal.Append(ReportRow.Of(first));
        journal.Append(RecordedCourt.Row(RecordedCourt.At(11, 3, 9), "device.offline", "court-1/matrix", new { reason = "no-reply", mode = "Unknown" }));

        var (second, isNew) = await new Revisions(journal, RecordedCourt.Kinds).ReckonAsync(October with { Now = RecordedCourt.At(11, 20) }, "another", TestContext.Current.CancellationToken);

        Assert.False(isNew);
        Assert.Equal(MonthFiles.Of(first, Languages.Both).Select(f => (f.Name, Convert.ToBase64String(f.Content))), MonthFiles.Of(second, Languages.Both).Select(f => (f.Name, Convert.ToBase64String(f.Content))));
    }

    [Fact]
    public async Task A_late_event_makes_revision_2_with_a_note_of_what_changed()
    {
        var journal = new MemoryJournal(RecordedCourt.October());
        var (first, _) = await ReckonAsync(journal);
        journal.Append(ReportRow.Of(first));
        var open = first.Report.Facts.Faults.Last(f => f.RecoveredAt is null);

        // Known on the second of November: it has been well since the last evening of October.
        var recovered = open with { RecoveredAt = RecordedCourt.At(10, 31, 20).ToUniversalTime(), IsPresent = false };
        journal.Append(RecordedCourt.FaultRow(recovered, RecordedCourt.At(11, 2, 8), "recovered"));
        var (second, isNew) = await new Revisions(journal, RecordedCourt.Kinds).ReckonAsync(October with { Now = RecordedCourt.At(11, 2, 9) }, "engineer", TestContext.Current.CancellationToken);

        Assert.True(isNew);
        Assert.Equal((2, "2026-10-r2"), (second.Current!.Number, second.Name));
        var late = Assert.Single(second.Current.Late);
        Assert.Equal(("fault.recovered", open.Id), (late.Kind, late.Subject));
        Assert.Contains(second.Current.Changes, c => c.Row == open.Id && c.Column.En == "Recovered" && c.Before == Cell.Empty && c.Now.Kind is CellKind.Moment);
        Assert.Contains(second.Current.Changes, c => c.Row == "faults-open");
        Assert.Empty(second.Revisions[0].Changes);
        Assert.NotEqual(second.Revisions[0].Digest, second.Current.Digest);

        // The note can be made again from the record alone, and the page shows it in both languages.
        journal.Append(ReportRow.Of(second));
        var (again, isNewer) = await new Revisions(journal, RecordedCourt.Kinds).ReckonAsync(October with { Now = RecordedCourt.At(12, 1) }, "other", TestContext.Current.CancellationToken);
        Assert.False(isNewer);
        Assert.Equal(Page(second, "zh"), Page(again, "zh"));
        Assert.Contains("本版替代第 1 版：1 条迟到记录", Page(second, "zh"), StringComparison.Ordinal);
        Assert.Contains("This revision takes the place of revision 1: 1 late rows", Page(second, "en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_as_spreadsheets_want_them()
    {
        var (filed, _) = await ReckonAsync(new(RecordedCourt.October()));

        Assert.All(MonthFiles.Of(filed, "zh").Where(f => f.Name.EndsWith(".csv", StringComparison.Ordinal)), file =>
        {
            var text = Encoding.UTF8.GetString(file.Content);
            Assert.StartsWith("\uFEFF", text, StringComparison.Ordinal);
            Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\n=", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_month_that_is_not_over_is_provisional_and_makes_no_revision()
    {
        var rows = RecordedCourt.October().TakeWhile(r => r.At < RecordedCourt.At(10, 20, 11));

        var (filed, isNew) = await new Revisions(new MemoryJournal(rows), RecordedCourt.Kinds).ReckonAsync(October with { Now = RecordedCourt.At(10, 20, 13) }, "engineer", TestContext.Current.CancellationToken);

        Assert.False(isNew);
        Assert.Equal("2026-10-provisional", filed.Name);
        Assert.Contains("不作为归档报告", Page(filed, "zh"), StringComparison.Ordinal);
        Assert.True(filed.Period.End <= RecordedCourt.At(10, 20, 11));
    }

    [Fact]
    public async Task The_page_holds_no_script_and_loads_nothing()
    {
        var (filed, _) = await ReckonAsync(new(RecordedCourt.October()));

        foreach (var language in (string[])["zh", "en"])
        {
            var page = Page(filed, language);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("http:", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("https:", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        }

        Assert.DoesNotMatch("[\u4e00-\u9fff]", WithoutNames(Page(filed, "en")));
    }

    private static Task<(FiledReport Report, bool IsNew)> ReckonAsync(MemoryJournal journal) =>
        new Revisions(journal, RecordedCourt.Kinds).ReckonAsync(October, "engineer", TestContext.Current.CancellationToken);

    private static string Page(FiledReport filed, string language) =>
        Encoding.UTF8.GetString(MonthFiles.Of(filed, language).Single(f => f.Name.EndsWith($".{language}.html", StringComparison.Ordinal)).Content);

    // What people of this court wrote into the ledger stays as they wrote it.
    private static string WithoutNames(string page)
    {
        foreach (var remark in (string[])["驻场工程师缺勤", "连续两日未响应", "矩阵固件升级", "暴雨红色预警", "季度现场服务"]) page = page.Replace(remark, "", StringComparison.Ordinal);
        return page;
    }

    private static string Sheets(byte[] workbook)
    {
        using var file = new MemoryStream(workbook);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true)) Assert.All(zip.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year));
        return JsonSerializer.Serialize(file.GetSheetNames().ToDictionary(name => name, name => file.Query(sheetName: name).Select(row => ((IDictionary<string, object?>)row).Values.ToArray()).ToArray()), Shown);
    }

    private static void AssertGolden(string name, byte[] content)
    {
        // Golden files are text of the repository: line ends and marks are asserted apart.
        if (name.EndsWith(".csv", StringComparison.Ordinal)) content = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal));
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "golden", name);
        if (Environment.GetEnvironmentVariable("AVGW_GOLDEN") == "write") File.WriteAllBytes(path, content);
        Assert.True(File.Exists(path), $"there is no golden file {name}");
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(path)), Encoding.UTF8.GetString(content));
    }

    private static string Here([CallerFilePath] string here = "") => here;
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Testing.Documents;

namespace AvGateway.Host.Tests;

/// <summary>The calendar's manual: its commands run as they stand there, and what it shows is what they print.</summary>
public sealed class CalendarManualTests
{
    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/calendar.md"));

    private static string[] Blocks(string kind) => [.. File.ReadAllText(Manual()).Split("```").Where((b, i) => i % 2 == 1 && b.StartsWith(kind + "\n", StringComparison.Ordinal)).Select(b => b[(kind.Length + 1)..])];

    private static string Program => Path.Combine(AppContext.BaseDirectory, "avgateway.dll");

    [Fact]
    public async Task Every_command_line_works_in_its_order_and_prints_what_the_manual_shows()
    {
        using var lines = DocumentedLines.Of(Manual());
        var list = Blocks("json").Single(b => b.Contains("makeupWorkdays", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(lines.Folder, "2028.json"), list, TestContext.Current.CancellationToken);

        var run = await lines.RunAsync(Program, TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains(Blocks("text")[0].Trim(), run.Output, StringComparison.Ordinal);
        Assert.Contains("国庆节调休上班", run.Output, StringComparison.Ordinal);
        Assert.Contains("Sun 2028-01-09  workday (make-up-workday)", run.Output, StringComparison.Ordinal);
        Assert.Contains("approved by Li Gong", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_site_of_the_manual_is_a_good_one()
    {
        var text = Blocks("json").Single(b => b.Contains("\"schedules\"", StringComparison.Ordinal));
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(Encoding.UTF8.GetBytes(text), "calendar.md");

        Assert.Empty(reader.Findings);
        Assert.Equal(["holiday-off", "holiday-on", "hearing-on", "nightly-off"], site!.Schedules.Select(j => j.Id));
        Assert.Equal([MisfirePolicy.Ask, MisfirePolicy.CatchUp, MisfirePolicy.CatchUp, MisfirePolicy.Ask], site.Schedules.Select(j => j.Misfire));
        var calendar = new SiteCalendar(site.Calendar.Given, site.Calendar.Own);
        Assert.Equal(DayKind.SiteOff, calendar.Of(new(2026, 7, 6)).Kind);
        Assert.Equal(DayKind.SiteWorkday, calendar.Of(new(2026, 7, 12)).Kind);
    }

    [Fact]
    public async Task Exit_codes_tell_what_became_of_it()
    {
        var folder = Directory.CreateTempSubdirectory("avgw-calendar-").FullName;
        try
        {
            string In(string name, string text)
            {
                File.WriteAllText(Path.Combine(folder, name), text);
                return Path.Combine(folder, name);
            }

            var good = In("2028.json", Blocks("json").Single(b => b.Contains("makeupWorkdays", StringComparison.Ordinal)));
            var empty = In("empty.json", """{"year":2028,"papers":[],"days":[]}""");
            var data = Path.Combine(folder, "data");
            Assert.Equal(64, (await RunAsync("explain", "2026-02-30")).ExitCode);
            Assert.Equal(64, (await RunAsync("preview", "--days", "0")).ExitCode);
            Assert.Equal(1, (await RunAsync("import", Path.Combine(folder, "nothing.json"))).ExitCode);
            Assert.Equal(2, (await RunAsync("import", In("broken.json", "{"))).ExitCode);
            var refused = await RunAsync("import", empty, "--data", data);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("not published", refused.Output, StringComparison.Ordinal);
            Assert.Equal(64, (await RunAsync("approve", "2028", "--by", "x")).ExitCode);
            Assert.Equal(1, (await RunAsync("approve", "2028", "--by", "x", "--data", data)).ExitCode);
            Assert.Equal(0, (await RunAsync("import", good, "--data", data)).ExitCode);
            Assert.Equal(3, (await RunAsync("approve", "--data", data)).ExitCode);
            Assert.Equal(0, (await RunAsync("approve", "--data", data, "--by", "李工")).ExitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_site_s_jobs_are_previewed_as_table_as_json_and_as_a_calendar_file()
    {
        var folder = Directory.CreateTempSubdirectory("avgw-calendar-").FullName;
        try
        {
            var site = Path.Combine(folder, "site.json");
            File.WriteAllText(site, Blocks("json").Single(b => b.Contains("\"schedules\"", StringComparison.Ordinal)));
            var table = await RunAsync("preview", "--site", site, "--from", "2026-02-13", "--days", "12", "--ics", Path.Combine(folder, "plan.ics"));
            using var json = JsonDocument.Parse((await RunAsync("preview", "--site", site, "--from", "2026-02-13", "--days", "12", "--json")).Output);

            Assert.Contains("Sat 2026-02-14 19:00   holiday-off         power-off   court-1: evening before 9 days off", table.Output, StringComparison.Ordinal);
            var jobs = json.RootElement.GetProperty("jobs").EnumerateArray().ToList();
            Assert.Equal("2026-02-24T06:30", jobs.Single(j => j.GetProperty("job").GetString() == "holiday-on").GetProperty("local").GetString());

            // Workdays alone: the Friday, the make-up Saturday and the Tuesday after.
            Assert.Equal(3, jobs.Count(j => j.GetProperty("job").GetString() == "nightly-off"));
            Assert.Contains("UID:holiday-off/2026-02-14@city.avgateway", await File.ReadAllTextAsync(Path.Combine(folder, "plan.ics"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "calendar", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AvGateway.Store;
using AvGateway.Store.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Reports.Tests;

/// <summary>The command line over a real store: of a stopped gateway, and of a running one.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-reports-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task A_stopped_gateway_gives_the_same_files_twice_and_a_second_revision_when_something_came_late()
    {
        await RecordAsync(RecordedCourt.October());

        var (code, output, error) = await RunAsync("report", "month", "2026-10", "--out", Out("a"), "--data", Data, "--no-pdf");
        Assert.True(code == 0, error);
        Assert.Contains("revision 1, new", output, StringComparison.Ordinal);
        (code, output, _) = await RunAsync("report", "month", "2026-10", "--out", Out("b"), "--data", Data, "--no-pdf");
        Assert.Equal(0, code);
        Assert.Contains("revision 1, nothing new", output, StringComparison.Ordinal);
        Assert.Equal(Files("a"), Files("b"));
        Assert.Equal(Files("a"), Files(Path.Combine(Data, "reports", "monthly", "2026-10-r1")));

        await RecordAsync([RecordedCourt.Row(RecordedCourt.At(10, 12, 12), "device.offline", "machine-room/ups", new { reason = "no-reply", mode = "Unknown" }), RecordedCourt.Row(RecordedCourt.At(10, 12, 12, 30), "device.online", "machine-room/ups", new { reason = "synchronised", mode = "Idle" })]);
        (code, output, _) = await RunAsync("report", "month", "2026-10", "--out", Out("c"), "--data", Data, "--no-pdf", "--language", "zh");
        Assert.Equal(0, code);
        Assert.Contains("revision 2, new", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Files("c"), f => f.Name.Contains(".en.", StringComparison.Ordinal));
        Assert.Contains("machine-room/ups", await File.ReadAllTextAsync(Path.Combine(Out("c"), "2026-10-r2.late.zh.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(JournalVerifier.Verify(Data).IsSound);
    }

    [Theory]
    [InlineData(64, "2026-13")]
    [InlineData(64, "October")]
    [InlineData(1, "2024-01")]
    public async Task What_cannot_be_made_is_refused(int expected, string month)
    {
        await RecordAsync([]);

        var (code, _, error) = await RunAsync("report", "month", month, "--out", Out("x"), "--data", Data);

        Assert.Equal(expected, code);
        Assert.NotEmpty(error);
        Assert.False(Directory.Exists(Out("x")));
    }

    [Fact]
    public async Task A_running_gateway_makes_it_for_who_may()
    {
        await RecordAsync(RecordedCourt.October());
        await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), """
            { "site": { "id": "city", "name": { "zh": "示例市中级人民法院", "en": "Example City Intermediate Court" }, "zone": "Asia/Shanghai" },
              "rooms": [ { "id": "court-1", "devices": [ { "id": "matrix", "driver": "videohub", "link": "tcp://127.0.0.1:9", "enabled": false } ] } ] }
            """, TestContext.Current.CancellationToken);
        using var gateway = Start("run", Path.Combine(_folder, "site.json"), "--data", Data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        try
        {
            var line = await gateway.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            var http = new Uri(JsonDocument.Parse(line!).RootElement.GetProperty("http").GetString()!);
            var users = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Data, "credentials.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("users").EnumerateArray()
                .ToDictionary(u => u.GetProperty("name").GetString()!, u => u.GetProperty("password").GetString()!);

            var (code, output, error) = await RunAsync("report", "month", "2026-10", "--out", Out("a"), "--url", $"http://engineer:{Uri.EscapeDataString(users["engineer"])}@{http.Authority}", "--no-pdf");
            Assert.True(code == 0, error);
            Assert.Contains("revision 1, new", output, StringComparison.Ordinal);
            Assert.Equal(Files("a"), Files(Path.Combine(Data, "reports", "monthly", "2026-10-r1")));

            using var client = new HttpClient { BaseAddress = http, Timeout = Patience };
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, null));
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(client, ("auditor", users["auditor"])));

            // A filed inspection: whole to who sees the site, and nothing else of the disk.
            Directory.CreateDirectory(Path.Combine(Data, "reports", "inspections"));
            await File.WriteAllTextAsync(Path.Combine(Data, "reports", "inspections", "I-2026-000001.json"), """{"id":"I-2026-000001"}""", TestContext.Current.CancellationToken);
            Assert.Equal("""{"id":"I-2026-000001"}""", await GetAsync(client, "I-2026-000001.json", ("auditor", users["auditor"])));
            Assert.Equal("404", await GetAsync(client, "I-2026-000002.json", ("auditor", users["auditor"])));
            Assert.Equal("404", await GetAsync(client, "..%2F..%2Fcredentials.json", ("auditor", users["auditor"])));
            Assert.Equal("401", await GetAsync(client, "I-2026-000001.json", null));
            (code, _, error) = await RunAsync("report", "month", "2026-10", "--out", Out("b"), "--data", Data);
            Assert.Equal(1, code);
            Assert.Contains("--url", error, StringComparison.Ordinal);
        }
        finally
        {
            gateway.Kill();
            await gateway.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, (string, string)? user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/reports/months/2026-10");
        request.Headers.Authorization = Basic(user);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<string> GetAsync(HttpClient client, string name, (string, string)? user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/reports/inspections/{name}");
        request.Headers.Authorization = Basic(user);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : $"{(int)answer.StatusCode}";
    }

    private static AuthenticationHeaderValue? Basic((string Name, string Password)? user) =>
        user is { } known ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.Name}:{known.Password}"))) : null;

    private string Out(string name) => Path.Combine(_folder, name);

    private List<(string Name, string Content)> Files(string folder) =>
        [.. Directory.GetFiles(Path.IsPathRooted(folder) ? folder : Out(folder)).Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), Convert.ToBase64String(File.ReadAllBytes(f))))];

    private async Task RecordAsync(IEnumerable<Operations.Journal.JournalEntry> rows)
    {
        Directory.CreateDirectory(Data);
        await using var store = await GatewayStore.OpenAsync(new() { DataDirectory = Data }, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        foreach (var row in rows) store.Journal.Append(row);
        await store.Journal.AppendDurablyAsync(new(RecordedCourt.At(11, 1), "user.added", "x", "engineer", "{}"), TestContext.Current.CancellationToken);
    }

    private static Process Start(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var word in words) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

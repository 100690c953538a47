using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>From a dead device to what its vendor reads: over a real gateway, with the commands of the manual, and with things in every place that may not leave.</summary>
public sealed class ReleaseTests : IAsyncLifetime
{
    private const string Name = "Zhang Canary";
    private const string CaseNumber = "(2026)浙01刑初4711号";
    private const string Password = "canary-s3cr3t-pw";
    private const string Mailbox = "canary@court.example";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Canaries = [Name, CaseNumber, "浙01刑初", Password, Mailbox, "canary"];

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-release-").FullName;
    private GatewayProcess _gateway = null!;

    private string Url(string user) => $"mqtt://{user}:{_gateway.PasswordOf(user)}@{_gateway.MqttHost}:{_gateway.MqttPort}";

    // Nothing listens there: the matrix is unreachable from the start, and its vendor's desk gets files in a folder.
    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "out"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret"), Password);
        await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), $$"""
            {
              "site": { "id": "city", "name": { "zh": "示例市中级人民法院", "en": "Example City Intermediate Court" }, "zone": "Asia/Shanghai" },
              "rooms": [{ "id": "court-1", "devices": [
                { "id": "codec", "driver": "cisco-xapi", "link": "ssh://canary@127.0.0.1:9", "secret": "file:secret", "name": { "zh": "{{CaseNumber}}", "en": "{{Name}}" }, "vendor": "acme", "rack": "A3-12U", "model": "CX-1" } ] }],
              "vendors": [{ "id": "acme", "contact": "acme-desk", "covers": [{ "device": "court-1/codec", "warranty": "2099-12-31" }] }],
              "channels": [{ "id": "files", "kind": "folder", "path": "out" }],
              "contacts": [
                { "id": "acme-desk", "reach": [{ "channel": "files" }] },
                { "id": "zhang", "name": { "zh": "{{Name}}", "en": "{{Name}}" }, "reach": [{ "channel": "files" }] } ],
              "escalation": [{ "id": "all", "wait": "1s", "interval": "60s", "rungs": [{ "to": ["party"] }] }]
            }
            """);
        _gateway = await GatewayProcess.StartAsync(null, "run", Path.Combine(_folder, "site.json"));
    }

    [Fact]
    public async Task A_report_leaves_on_two_persons_word_and_nothing_else_ever_does()
    {
        await using var vendor = new MosquittoClient(_gateway, "vendor-acme", "mqttv5");
        await vendor.SubscribeAsync($"{vendor.Base}/$escalation/acme/+");
        var call = await vendor.NextAsync(s => s.Payload.Length > 0, Patience);
        var fault = call.Json.GetProperty("id").GetString()!;
        Assert.False(call.Json.TryGetProperty("report", out _), call.Payload);

        await using var engineer = new MosquittoClient(_gateway, "engineer", "mqttv5");
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");
        Assert.Equal(200, Stat(await engineer.AskAsync($"$fault/{fault}/do/note", $$"""{"text":"{{Name}}: {{CaseNumber}}, {{Password}}"}""")));

        // The draft is for the court's eyes: redacted already, and not to leave.
        var draft = await RunAsync([("AVGW_PASSWORD", _gateway.PasswordOf("engineer"))], "bundle", fault, "--url", $"http://engineer@{_gateway.Http.Authority}", "--out", _folder);
        Assert.True(draft.ExitCode == 3, draft.Out + draft.Error);
        AssertArchive(Path.Combine(_folder, $"{fault}.draft.zip"), isReleased: false);
        var refused = await RunAsync([("AVGW_URL", Url("engineer"))], "ctl", "faults", "submit", fault);
        Assert.True(refused.ExitCode == 1, refused.Out);
        Assert.Contains("AVG-REPORT-INCOMPLETE", refused.Out, StringComparison.Ordinal);
        Assert.Contains("missing: case-type, description, serial, firmware, frequency, reproduce", refused.Out, StringComparison.Ordinal);
        Assert.Equal(422, Stat(await engineer.AskAsync($"$fault/{fault}/do/report", $$"""{"description":"during {{CaseNumber}}"}""")));
        Assert.Equal(422, Stat(await engineer.AskAsync($"$fault/{fault}/do/report", $$"""{"contact":"{{Name}}"}""")));

        // The lines of the manual: written and submitted by an engineer, approved by an admin, fetched.
        using var lines = DocumentedLines.Of(Manual(), b => b.Contains("ctl faults report", StringComparison.Ordinal) || b.Contains("ctl faults approve", StringComparison.Ordinal) || b.Contains("bundle", StringComparison.Ordinal));
        lines.Environment["AVGW_URL"] = Url("engineer");
        lines.Environment["ADMIN"] = Url("admin");
        lines.Environment["WEB"] = $"http://engineer:{_gateway.PasswordOf("engineer")}@{_gateway.Http.Authority}";
        lines.Environment["F"] = fault;
        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Output);

        var archive = Path.Combine(lines.Folder, "evidence", $"{fault}.zip");
        AssertArchive(archive, isReleased: true);
        var released = await vendor.NextAsync(s => s.Payload.Length > 0 && s.Json.TryGetProperty("release", out _), Patience);
        Assert.Equal("admin", released.Json.GetProperty("release").GetProperty("approvedBy").GetString());
        Assert.Equal(Digest(File.ReadAllBytes(archive)), released.Json.GetProperty("release").GetProperty("bundleSha256").GetString());
        Assert.Equal("visit", released.Json.GetProperty("report").GetProperty("fields").GetProperty("request").GetProperty("value").GetString());
        AssertHoldsNone("$escalation", released.Payload);
        Assert.True(File.Exists(Path.Combine(lines.Folder, "evidence", $"{fault}.report.zh.html")));

        // What the vendor's desk got: the call, and the report once.
        var sent = await SentAsync();
        Assert.All(sent, s => AssertHoldsNone("message", s));
        Assert.Contains(sent, s => s.Contains("avgateway.report/1", StringComparison.Ordinal));

        // Stopped, the directory still has what left, and its record the digest.
        Assert.Equal(0, (await _gateway.TerminateAsync()).ExitCode);
        var kept = await RunAsync([], "bundle", fault, "--data", _gateway.Data, "--out", Path.Combine(_folder, "later"));
        Assert.True(kept.ExitCode == 0, kept.Error);
        Assert.Equal(File.ReadAllBytes(archive), File.ReadAllBytes(Path.Combine(_folder, "later", $"{fault}.zip")));
        Assert.Equal(0, (await RunAsync([], "journal", "verify", "--data", _gateway.Data)).ExitCode);
    }

    [Fact]
    public async Task Nobody_reads_evidence_without_a_name_and_a_right()
    {
        using var client = new HttpClient { BaseAddress = _gateway.Http };
        using var nobody = await client.GetAsync(new Uri("bundle/F-2026-000001", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)nobody.StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"vendor-acme:{_gateway.PasswordOf("vendor-acme")}")));
        using var vendor = await client.GetAsync(new Uri("bundle/F-2026-000001", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(403, (int)vendor.StatusCode);
        Assert.Equal(64, (await RunAsync([], "bundle", "F-2026-000001")).ExitCode);
        Assert.Equal(1, (await RunAsync([], "bundle", "F-2026-000001", "--data", _folder)).ExitCode);
        Assert.Equal(64, (await RunAsync([], "bundle", "../x", "--data", _folder)).ExitCode);
    }

    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/release.md"));

    private static Task<(int ExitCode, string Out, string Error)> RunAsync((string, string)[] environment, params string[] words) => GatewayProcess.RunAsync(environment, words);

    private static int Stat(IReadOnlyList<JsonElement> answers) => answers[^1].GetProperty("stat").GetInt32();

    // Files appear one by one; the report is the one that is waited for.
    private async Task<List<string>> SentAsync()
    {
        var folder = Path.Combine(_folder, "out");
        using var patience = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var all = Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
            if (all.Exists(s => s.Contains("avgateway.report/1", StringComparison.Ordinal))) return all;
            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    private static void AssertArchive(string path, bool isReleased)
    {
        using var zip = ZipFile.OpenRead(path);
        var files = zip.Entries.ToDictionary(e => e.FullName, Content);
        var manifest = JsonDocument.Parse(files["manifest.json"]).RootElement;
        Assert.Equal(9, manifest.GetProperty("sections").GetArrayLength());
        Assert.Equal(isReleased, manifest.GetProperty("complete").GetBoolean());
        foreach (var listed in manifest.GetProperty("files").EnumerateArray()) Assert.Equal(listed.GetProperty("sha256").GetString(), Digest(files[listed.GetProperty("name").GetString()!]));
        var schema = new SchemaCheck(JsonDocument.Parse(files["schema.json"]).RootElement);
        foreach (var (name, content) in files.Where(f => f.Key.EndsWith(".json", StringComparison.Ordinal) && f.Key != "schema.json"))
        {
            var findings = schema.Of(JsonDocument.Parse(content).RootElement, name);
            Assert.True(findings.Count == 0, $"{name}: {string.Join("; ", findings)}");
        }

        foreach (var (name, content) in files) AssertHoldsNone(name, Encoding.UTF8.GetString(content));
        Assert.Equal(isReleased, files.ContainsKey("release.json"));
        if (isReleased) Assert.Equal(Digest(files["manifest.json"]), JsonDocument.Parse(files["release.json"]).RootElement.GetProperty("manifestSha256").GetString());
    }

    private static void AssertHoldsNone(string what, string text) => Assert.All(Canaries, c => Assert.False(text.Contains(c, StringComparison.OrdinalIgnoreCase), $"{what} holds {c}: {text}"));

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var copy = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

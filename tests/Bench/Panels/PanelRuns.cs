using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AvGateway.Testing.Panels;

namespace AvGateway.Bench.Panels;

/// <summary><c>panels</c>: the demo's courthouse with a hundred panels on one courtroom while a hearing goes through its scenes.</summary>
internal static class PanelRuns
{
    private const int Panels = 100;
    private const int Turns = 3;
    private const string Room = "court-1";
    private static readonly string[] Hearing = ["prepare", "open", "evidence", "recess", "resume", "close"];
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string program)
    {
        if (!File.Exists(program)) throw new BenchException($"{program} is missing: build it with dotnet build -c Release gateway/Host");
        var folder = Directory.CreateTempSubdirectory("avgateway-panels-");
        try
        {
            // A panel has an account of its own, as on the wall. Plain passwords, so that a hundred sign-ins measure no key derivation.
            var users = Enumerable.Range(1, Panels).Select(i => new { name = NameOf(i), password = "only-for-a-bench-on-loopback", role = "panel", rooms = (string[])[Room] });
            var credentials = Path.Combine(folder.FullName, "credentials.json");
            await File.WriteAllTextAsync(credentials, JsonSerializer.Serialize(new { users }));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(credentials, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var process = Process.Start(new ProcessStartInfo(program, ["demo", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--data", folder.FullName]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            _ = process.StandardError.ReadToEndAsync();
            try
            {
                using var ready = await ReadyAsync(process);
                await MeasureAsync(new(ready.RootElement.GetProperty("http").GetString()!), ready.RootElement.GetProperty("site").GetString()!, process.Id);
                return 0;
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(Uri http, string site, int process)
    {
        var alone = Resident(process);
        await using var crowd = new PanelCrowd(http, site, Room, TimeProvider.System);
        for (var i = 1; i <= Panels; i++) await crowd.AddAsync(NameOf(i), "only-for-a-bench-on-loopback", CancellationToken.None);
        var together = Resident(process);
        for (var turn = 1; turn <= Turns; turn++)
        {
            var (f, ends) = await crowd.RunAsync(NameOf(1), Hearing, CancellationToken.None);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"turn {turn}: {f.Panels} panels, {f.Received} changes received, p50 {f.P50:0.0} p95 {f.P95:0.0} p99 {f.P99:0.0} most {f.Most:0.0} ms (so far); scenes ended {string.Join(' ', ends)}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"gateway: {alone:0.0} MiB alone, {together:0.0} MiB with {Panels} panels, {(together - alone) * 1024 / Panels:0} KiB each"));
    }

    private static async Task<JsonDocument> ReadyAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(StartWithin) is { } line)
            if (line.StartsWith("{\"ready\":", StringComparison.Ordinal)) return JsonDocument.Parse(line);
        throw new BenchException("the gateway did not come to its ready line");
    }

    private static double Resident(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;

    private static string NameOf(int panel) => string.Create(CultureInfo.InvariantCulture, $"panel-{panel}");
}

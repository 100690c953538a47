using System.Diagnostics;
using System.Text.Json;

namespace AvGateway.Host.Tests.Packaging;

/// <summary>A gateway started from an unpacked package with the command line of its unit, its paths moved below a directory of the test.</summary>
internal sealed class InstalledGateway : IDisposable
{
    private const string Site = """
        {
          "site": { "id": "city", "name": { "zh": "示例法院", "en": "Example Court" }, "zone": "Asia/Shanghai" },
          "rooms": [
            {
              "id": "court-1",
              "name": { "zh": "第一审判庭", "en": "Courtroom 1" },
              "devices": [{ "id": "recorder", "driver": "hyperdeck", "link": "tcp://127.0.0.1:1" }]
            }
          ]
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("avgw-run-");
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly bool _isUnder;

    /// <param name="program">The program of the package.</param>
    /// <param name="unit">The unit of the package.</param>
    /// <param name="under">Another program with its arguments that starts it.</param>
    public InstalledGateway(string program, string unit, params string[] under)
    {
        _isUnder = under.Length > 0;
        Systemd = new(Path.Combine(_directory.FullName, "notify"));
        var site = Path.Combine(_directory.FullName, "site.json");
        File.WriteAllText(site, Site);
        string[] all = [.. under, program];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory.FullName };
        foreach (var word in CommandOf(unit).Skip(1))
        {
            start.ArgumentList.Add(word switch
            {
                "/etc/avgateway/site.json" => site,
                "/var/lib/avgateway" => Path.Combine(_directory.FullName, "data"),
                _ => word,
            });
        }

        // As systemd starts it: nothing in the environment but what the unit says.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["NOTIFY_SOCKET"] = Systemd.Path;
        start.Environment["WATCHDOG_USEC"] = "3000000";
        start.Environment["AVGW_HTTP"] = "127.0.0.1:0";
        start.Environment["AVGW_MQTT"] = "127.0.0.1:0";
        foreach (var line in File.ReadLines(unit).Where(l => l.StartsWith("Environment=", StringComparison.Ordinal)))
        {
            var pair = line["Environment=".Length..].Split('=', 2);
            start.Environment[pair[0]] = pair[1];
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    public Overseer Systemd { get; }

    public static string[] CommandOf(string unit) =>
        File.ReadLines(unit).Single(l => l.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');

    public async Task<JsonElement> ReadyAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (line is null) throw new InvalidOperationException($"it ended before it was ready: {await _errors}");
        return JsonDocument.Parse(line).RootElement;
    }

    /// <summary>Asks it to stop as systemd does, and waits for what the contract promises.</summary>
    public async Task<int> TerminateAsync()
    {
        await Package.AskAsync("kill", "-TERM", _isUnder ? (await File.ReadAllTextAsync($"/proc/{_process.Id}/task/{_process.Id}/children")).Split(' ')[0] : $"{_process.Id}");
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        Systemd.Dispose();
        _directory.Delete(recursive: true);
    }
}

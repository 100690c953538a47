using System.Diagnostics;
using System.Text.Json;
using AvGateway.Mqtt.Client;

namespace AvGateway.Host.Tests.City;

/// <summary>The gateway in its own process on a folder of its own, and its command line beside it. Killed, it may be started again on the same folder.</summary>
internal sealed class CityProcess : IAsyncDisposable
{
    private static readonly TimeSpan RunWithin = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-court-").FullName;
    private Process? _gateway;
    private string _broker = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Url => UrlOf("engineer");

    public string UrlOf(string user) => $"mqtt://{user}:{PasswordOf(user)}@{_broker}";

    public async Task WriteSiteAsync(string site) => await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), site, Cancellation);

    public async Task StartAsync()
    {
        _gateway = Start("run", Path.Combine(_folder, "site.json"), "--data", Path.Combine(_folder, "data"), "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        while (await _gateway.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(ReadyWithin, Cancellation) is { } line)
        {
            if (!line.StartsWith("{\"ready\":", StringComparison.Ordinal)) continue;
            _ = _gateway.StandardOutput.ReadToEndAsync(Cancellation);
            _broker = JsonDocument.Parse(line).RootElement.GetProperty("mqtt").GetString()!;
            return;
        }

        throw new InvalidOperationException("the gateway ended before it was ready");
    }

    /// <summary>As the power supply of its machine would: SIGKILL, and nothing is told to anybody.</summary>
    public async Task KillAsync()
    {
        if (_gateway is not { } gateway) return;
        gateway.Kill(entireProcessTree: true);
        await gateway.WaitForExitAsync(CancellationToken.None);
        gateway.Dispose();
        _gateway = null;
    }

    public Task<GatewayClient> ConnectAsync() => GatewayClient.ConnectAsync(new(Url), "avgw", TimeProvider.System, Cancellation);

    /// <summary>The command line to its end.</summary>
    public async Task<(int Code, string Told)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        var told = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(RunWithin, Cancellation);
        return (process.ExitCode, await told);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string PasswordOf(string user)
    {
        using var credentials = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "data", "credentials.json")));
        return credentials.RootElement.GetProperty("users").EnumerateArray().Single(u => u.GetProperty("name").GetString() == user).GetProperty("password").GetString()!;
    }

    private Process Start(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), .. words]) { RedirectStandardOutput = true };
        if (File.Exists(Path.Combine(_folder, "data", "credentials.json"))) start.Environment["AVGW_SECOND_PASSWORD"] = PasswordOf("admin");
        return Process.Start(start)!;
    }
}

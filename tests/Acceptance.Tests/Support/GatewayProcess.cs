using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace AvGateway.Acceptance.Tests.Support;

/// <summary>The real <c>avgateway</c>, started as a person would start it, on free ports and in a data directory of its own.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _told = new();
    private readonly bool _ownsData;

    private GatewayProcess(Process process, string data, bool ownsData)
    {
        _process = process;
        Data = data;
        _ownsData = ownsData;
    }

    public string Data { get; }
    public JsonElement Ready { get; private set; }
    public Uri Http => new(Ready.GetProperty("http").GetString()!);
    public Uri Simulators => new(Ready.GetProperty("simulators").GetString()!);
    public string MqttHost => Broker.Split(':')[0];
    public int MqttPort => int.Parse(Broker.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    public string Site => Ready.GetProperty("site").GetString()!;
    public int ProcessId => _process.Id;

    /// <summary>Everything it wrote for people, for a failing test to show.</summary>
    public string Told => string.Join('\n', _told);

    public static Task<GatewayProcess> DemoAsync(string? data = null) => StartAsync(data, "demo");

    public static Task<GatewayProcess> StartAsync(string? data, params string[] arguments) => StartAsync(data, [], arguments);

    public static Task<GatewayProcess> StartAsync(string? data, (string Name, string Value)[] environment, params string[] arguments) =>
        StartAsync(data, environment, null, arguments);

    /// <summary>Started in a folder, so that paths of its arguments are meant from there.</summary>
    public static Task<GatewayProcess> StartInAsync(string place, params string[] arguments) => StartAsync(null, [], place, arguments);

    private static async Task<GatewayProcess> StartAsync(string? data, (string Name, string Value)[] environment, string? place, string[] arguments)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("avgw-test-").FullName;
        string[] web = arguments.Contains("--http") ? [] : ["--http", "127.0.0.1:0"];
        var start = Command([.. arguments, .. web, "--mqtt", "127.0.0.1:0", "--data", folder]);
        if (place is not null) start.WorkingDirectory = place;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var gateway = new GatewayProcess(Process.Start(start)!, folder, data is null);
        gateway._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) gateway._told.Enqueue(line.Data);
        };
        gateway._process.BeginErrorReadLine();
        try
        {
            gateway.Ready = await gateway.ReadReadyLineAsync().WaitAsync(StartWithin);
            return gateway;
        }
        catch (Exception failure)
        {
            var told = gateway.Told;
            await gateway.KillAsync();
            throw new InvalidOperationException($"the gateway did not come to its ready line: {failure.Message}\n{told}", failure);
        }
    }

    /// <summary>How to start any verb of <c>avgateway</c>, without a shell in between.</summary>
    public static ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>The same with more in its environment.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        var start = Command(arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(StartWithin);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>As <c>AVGW_URL</c> says who asks whom.</summary>
    public string UrlOf(string user) => $"mqtt://{user}:{PasswordOf(user)}@{MqttHost}:{MqttPort}";

    public string PasswordOf(string user)
    {
        using var credentials = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "credentials.json")));
        return credentials.RootElement.GetProperty("users").EnumerateArray().Single(u => u.GetProperty("name").GetString() == user).GetProperty("password").GetString()!;
    }

    /// <summary>Asks it to stop and returns how long it took and its exit code.</summary>
    public async Task<(TimeSpan Took, int ExitCode)> TerminateAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill!.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(StopWithin + StopWithin);
        return (Stopwatch.GetElapsedTime(began), _process.ExitCode);
    }

    /// <summary>Sends it a signal, such as STOP.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill!.WaitForExitAsync();
    }

    /// <summary>Ends with the process, however that ends.</summary>
    public Task ExitAsync() => _process.WaitForExitAsync();

    /// <summary>SIGKILL, without waiting for anything.</summary>
    public void Kill() => _process.Kill();

    public async Task KillAsync()
    {
        if (_process.HasExited) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            try { await TerminateAsync(); }
            catch (TimeoutException) { await KillAsync(); }
        }

        _process.Dispose();
        if (_ownsData) Directory.Delete(Data, recursive: true);
    }

    // HOST:PORT of its own broker, or mqtts://USER@HOST:PORT of another one.
    private string Broker => Ready.GetProperty("mqtt").GetString()!.Split('@')[^1];

    private async Task<JsonElement> ReadReadyLineAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("{\"ready\":", StringComparison.Ordinal)) continue;
            _ = _process.StandardOutput.ReadToEndAsync();
            return JsonDocument.Parse(line).RootElement.Clone();
        }

        throw new InvalidOperationException("it ended");
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace AvGateway.Faults.Gateways;

/// <summary>One life of the real <c>avgateway run</c>, from its start to its end or its kill.</summary>
public sealed class GatewayChild : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly GatewaySetup _setup;
    private readonly ConcurrentQueue<string> _told = new();
    private readonly TaskCompletionSource<JsonElement> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _began = Stopwatch.GetTimestamp();

    private GatewayChild(Process process, GatewaySetup setup)
    {
        (_process, _setup) = (process, setup);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) _told.Enqueue(line.Data);
        };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public int ProcessId => _process.Id;

    /// <summary>From the start of the process to its ready line.</summary>
    public TimeSpan StartTime { get; private set; }

    public IPEndPoint Mqtt => IPEndPoint.Parse(_ready.Task.Result.GetProperty("mqtt").GetString()!);
    public Uri Http => new(_ready.Task.Result.GetProperty("http").GetString()!);

    /// <summary>Everything it wrote for people, for a failing test to show.</summary>
    public string Told => string.Join('\n', _told);

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a process; <see cref="ReadyAsync"/> tells when it can be used.</summary>
    public static GatewayChild Start(GatewaySetup setup)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(setup.Program, "avgateway.dll"), "run", setup.SiteFile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--data", setup.Data, "--log", setup.LogLevel])
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in setup.Environment) start.Environment[name] = value;
        return new(Process.Start(start)!, setup);
    }

    public async Task ReadyAsync(CancellationToken cancellation)
    {
        try
        {
            await _ready.Task.WaitAsync(Patience, cancellation);
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"the gateway did not come to its ready line: {failure.Message}\n{Told}", failure);
        }
    }

    public string PasswordOf(string user)
    {
        using var credentials = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_setup.Data, "credentials.json")));
        var account = credentials.RootElement.GetProperty("users").EnumerateArray().Single(u => u.GetProperty("name").GetString() == user);
        return account.GetProperty("password").GetString()!;
    }

    /// <summary>SIGKILL, and its end.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM, and its end.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Resident memory, threads and open descriptors as the kernel counts them.</summary>
    public Usage Usage() => Gateways.Usage.Of(_process.Id);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _ready.TrySetException(new InvalidOperationException("it ended"));
            _ = _ready.Task.Exception;
        }
        else if (line.StartsWith("{\"ready\":", StringComparison.Ordinal))
        {
            StartTime = Stopwatch.GetElapsedTime(_began);
            using var parsed = JsonDocument.Parse(line);
            _ready.TrySetResult(parsed.RootElement.Clone());
        }
    }
}

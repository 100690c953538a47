using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AvGateway.Mqtt.Client;

namespace AvGateway.Channels.Tests;

/// <summary>The program, run as a person would on the site file of a folder.</summary>
internal sealed class GatewayProgram : IAsyncDisposable
{
    // Several of them may start at once on a small machine.
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly TempFolder _folder;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProgram(TempFolder folder)
    {
        _folder = folder;
        _process = Start("run", folder.Sub("site.json"), "--data", folder.Sub("data"), "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--mqtts", "off");
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("ended"));
        _process.EnableRaisingEvents = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>HOST:PORT of its broker.</summary>
    public string Broker { get; private set; } = "";

    public int Id => _process.Id;

    public string Said
    {
        get { lock (_said) return _said.ToString(); }
    }

    public static async Task<GatewayProgram> RunAsync(TempFolder folder)
    {
        var program = new GatewayProgram(folder);
        try
        {
            program.Broker = await program._ready.Task.WaitAsync(StartWithin, TimeProvider.System, Patience.Test);
            return program;
        }
        catch (Exception failed)
        {
            program.Kill();
            throw new InvalidOperationException(program.Said, failed);
        }
    }

    public async Task<string> PasswordAsync(string user)
    {
        using var credentials = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Sub("data/credentials.json"), Patience.Test));
        return credentials.RootElement.GetProperty("users").EnumerateArray().Single(u => u.GetProperty("name").GetString() == user).GetProperty("password").GetString()!;
    }

    public async Task<GatewayClient> ConnectAsync(string user) =>
        await GatewayClient.ConnectAsync(new($"mqtt://{user}:{await PasswordAsync(user)}@{Broker}"), "avgw", TimeProvider.System, Patience.Test);

    /// <summary>A verb of <c>ctl</c> in a user's name.</summary>
    public async Task<(int Code, string Output)> CtlAsync(string user, params string[] words)
    {
        using var ctl = Start(["ctl", "--url", $"mqtt://{user}:{await PasswordAsync(user)}@{Broker}", .. words]);
        var output = await ctl.StandardOutput.ReadToEndAsync(Patience.Test).Soon();
        var error = await ctl.StandardError.ReadToEndAsync(Patience.Test).Soon();
        await ctl.WaitForExitAsync(Patience.Test).Soon();
        return (ctl.ExitCode, output + error);
    }

    /// <summary>SIGKILL, without waiting for anything.</summary>
    public void Kill()
    {
        try { _process.Kill(entireProcessTree: true); }
        catch (InvalidOperationException) when (_process.HasExited) { }
    }

    public Task EndedAsync() => _process.WaitForExitAsync(CancellationToken.None);

    public async Task StopAsync()
    {
        Kill();
        await EndedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
        if (!line.StartsWith("{\"ready\":true", StringComparison.Ordinal)) return;
        using var json = JsonDocument.Parse(line);
        _ready.TrySetResult(json.RootElement.GetProperty("mqtt").GetString()!);
    }

    private static Process Start(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start)!;
    }
}

/// <summary>Requests as an engineer's tool makes them.</summary>
internal static class ClientRequests
{
    /// <summary>Publishes one request and gives its last answer.</summary>
    public static async Task<JsonElement> FinalAsync(this GatewayClient client, string target, string arguments)
    {
        await client.SubscribeAsync($"{client.Root}/1/city/$rsp/{client.Caller}/#", Patience.Test);
        var id = await client.AskAsync("city", target, Encoding.UTF8.GetBytes($"{{\"args\":{arguments}}}"), 30, Patience.Test);
        while (await client.NextAsync(Patience.Long, Patience.Test) is { } received)
        {
            if (!received.Topic.Contains("/$rsp/", StringComparison.Ordinal)) continue;
            using var answer = JsonDocument.Parse(received.Payload);
            if (answer.RootElement.GetProperty("final").GetBoolean() && Guid.Parse(answer.RootElement.GetProperty("id").GetString()!) == id) return answer.RootElement.Clone();
        }

        throw new TimeoutException($"{target}: no final answer");
    }
}

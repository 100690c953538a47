using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Channels.Tests;

/// <summary>A program that is not ours: started by a test, ended with it.</summary>
internal sealed class ForeignProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();
    private readonly List<(string Words, TaskCompletionSource Said)> _awaited = [];

    /// <param name="package">What has to be installed on Debian to have it.</param>
    public ForeignProcess(string program, string package, params string[] arguments)
    {
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed; on Debian: sudo apt-get install {package}");
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONUNBUFFERED"] = "1";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get { lock (_gate) return _output.ToString(); }
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Completes when it says these words, or has said them.</summary>
    public async Task SaysAsync(string words)
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _awaited.Add((words, said));
            if (_output.ToString().Contains(words, StringComparison.Ordinal)) said.TrySetResult();
        }

        try { await said.Task.Soon(); }
        catch (TimeoutException) { Assert.Fail($"it never said \"{words}\":\n{Output}"); }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            _output.AppendLine(line);
            foreach (var (words, said) in _awaited)
            {
                if (line.Contains(words, StringComparison.Ordinal)) said.TrySetResult();
            }
        }
    }
}

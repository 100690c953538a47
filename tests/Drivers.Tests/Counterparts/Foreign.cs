using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Drivers.Tests.Counterparts;

/// <summary>A program that is not ours: started by a test, ended with it, its output kept for the failure message.</summary>
internal sealed class Foreign : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    private Foreign(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Fails with the package's name when the program is not there.</summary>
    public static Foreign Start(string program, string package, string folder, params IEnumerable<string> arguments)
    {
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed; on Debian: sudo apt-get install {package}");
        var start = new ProcessStartInfo(path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["HOME"] = folder;
        start.Environment["MIBS"] = "";
        start.Environment["SNMPCONFPATH"] = $"{folder}:{Path.Combine(folder, "state")}";
        start.Environment["SNMP_PERSISTENT_DIR"] = Path.Combine(folder, "state");
        return new(Process.Start(start)!);
    }

    /// <summary>Runs it to its end and gives what it said.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, string package, string folder, params IEnumerable<string> arguments)
    {
        await using var run = Start(program, package, folder, arguments);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        within.CancelAfter(Patience);
        await run._process.WaitForExitAsync(within.Token);
        await run._reading;
        return (run._process.ExitCode, run.Output);
    }

    /// <summary>A free port of 127.0.0.1 for a program that cannot choose one itself.</summary>
    public static int FreePort(SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type is SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Waits until it has said this.</summary>
    public async Task SaysAsync(string words)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        within.CancelAfter(Patience);
        while (!Output.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"it has ended:\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, within.Token);
        }
    }

    /// <summary>Asks it to end, and waits until it has put its things in order.</summary>
    public async Task EndAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await kill.WaitForExitAsync(Cancellation);
        await _process.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var length)
        {
            lock (_output) _output.Append(buffer, 0, length);
        }
    }
}

/// <summary>A folder of one test, gone with it.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("avgw-drivers-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

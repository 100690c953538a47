using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>A real peer: started by a test, ended with it, its output kept for the failure message.</summary>
internal sealed class ForeignProgram : IAsyncDisposable
{
    private const int KeptOutput = 64 * 1024;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    private ForeignProgram(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    public bool HasExited => _process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Fails with the package's name when the program is not there.</summary>
    public static ForeignProgram Start(string program, string package, string directory, params string[] arguments)
    {
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d,
            program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed; on Debian: sudo apt-get install {package}");

        // A session of its own: what a peer does to its terminal and process group (sipp does) must not stop the test that started it.
        var start = new ProcessStartInfo("setsid", [path!, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        start.Environment["TERM"] = "dumb";
        start.Environment["HOME"] = directory;
        return new(Process.Start(start)!);
    }

    /// <summary>A free port of 127.0.0.1 for a program that cannot choose one itself.</summary>
    public static int FreePort()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)udp.LocalEndPoint!).Port;
        try { tcp.Bind(new IPEndPoint(IPAddress.Loopback, port)); }
        catch (SocketException) { return FreePort(); }
        return port;
    }

    public static string Directory()
    {
        var path = Path.Combine(Path.GetTempPath(), "avgw-sip-" + Guid.NewGuid().ToString("N")[..12]);
        System.IO.Directory.CreateDirectory(path);
        return path;
    }

    public async Task<int> ExitAsync(double seconds)
    {
        using var within = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try { await _process.WaitForExitAsync(within.Token); }
        catch (OperationCanceledException) { Assert.Fail($"still running after {seconds} s:\n{Output}"); }
        await _reading;
        return _process.ExitCode;
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
            lock (_output)
            {
                _output.Append(buffer, 0, length);
                if (_output.Length > KeptOutput) _output.Remove(0, _output.Length - KeptOutput);
            }
        }
    }
}

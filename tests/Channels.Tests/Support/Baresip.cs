using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Channels.Tests;

/// <summary>A real telephone: <c>8001</c> answers by itself, <c>8002</c> rings until somebody takes it, and there is one line.</summary>
internal sealed class Baresip : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TempFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(string Words, TaskCompletionSource Said)> _awaited = [];

    private Baresip()
    {
        var media = FreePort() & ~1;
        Port = FreePort();
        var config = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scenarios", "baresip.config"))
            .Replace("ADDRESS", Address.ToString()).Replace("PORTS", $"{media}-{media + 64}").Replace("PORT", $"{Port}");
        File.WriteAllText(_folder.Sub("config"), config);
        File.WriteAllText(_folder.Sub("accounts"), $"<sip:8001@{Address}:{Port}>;regint=0;answermode=auto\n<sip:8002@{Address}:{Port}>;regint=0;answermode=manual\n");
        File.WriteAllText(_folder.Sub("contacts"), "");
        var program = new ProcessStartInfo("setsid", ["baresip", "-f", _folder.Path, "-4"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        program.Environment["TERM"] = "dumb";
        program.Environment["HOME"] = _folder.Path;
        _process = Process.Start(program)!;
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>It takes no media on lo: an address of another interface of this machine, from which nothing leaves it.</summary>
    public static IPAddress Address { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? throw new InvalidOperationException("baresip needs a network interface beside lo");

    public int Port { get; }

    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    public static async Task<Baresip> StartAsync()
    {
        var phone = new Baresip();
        try { await phone._ready.Task.Soon(); }
        catch (TimeoutException) { Assert.Fail(phone.Output); }
        return phone;
    }

    /// <summary>Completes when it says these words, or has said them.</summary>
    public Task SaysAsync(string words)
    {
        lock (_output)
        {
            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_output.ToString().Contains(words, StringComparison.Ordinal)) said.SetResult();
            else _awaited.Add((words, said));
            return said.Task.Soon();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(Address, 0));
        return ((IPEndPoint)udp.LocalEndPoint!).Port;
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            _output.AppendLine(line);
            if (line.Contains("baresip is ready", StringComparison.OrdinalIgnoreCase)) _ready.TrySetResult();
            foreach (var (words, said) in _awaited)
                if (line.Contains(words, StringComparison.Ordinal)) said.TrySetResult();
        }
    }
}

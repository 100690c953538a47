using System.Globalization;
using System.Text;
using OsProcess = System.Diagnostics.Process;

namespace AvGateway.LineWatch.Tests;

/// <summary>The gateway's program as a process of its own, with the rights that a test gives it.</summary>
internal sealed class AgentProcess : IDisposable
{
    // nobody of the distribution.
    private const string Nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs";

    private readonly OsProcess _process;
    private readonly StringBuilder _said = new();
    private readonly Signal _heard = new();
    private bool _isOver;

    private AgentProcess(string command, string socket = "")
    {
        Socket = socket;
        _process = Tools.Start("bash", "-c", $"exec {command}");
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Said
    {
        get { lock (_said) return _said.ToString(); }
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "avgateway.dll");

    /// <summary>With CAP_NET_RAW and nothing else, as its unit starts it.</summary>
    public static AgentProcess WithTheRight(string socket) => new($"{Nobody} --inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw --bounding-set=-all,+net_raw {Dotnet(socket)}", socket);

    public static AgentProcess WithoutRights(string socket) => new($"{Nobody} --inh-caps=-all --bounding-set=-all {Dotnet(socket)}", socket);

    /// <summary>In a view of the file system in which libpcap is not there.</summary>
    public static AgentProcess WithoutLibrary(string socket) => new($$"""
        unshare --mount bash -c 'for f in /usr/lib/*/libpcap.so* /lib/*/libpcap.so*; do [ -e "$f" ] && mount --bind /dev/null "$f"; done; exec {{Nobody}} --inh-caps=-all --bounding-set=-all {{Dotnet(socket)}}'
        """.Trim(), socket);

    /// <summary>Any command with the rights of the test.</summary>
    public static AgentProcess AsWeAre(string command) => new(command);

    /// <summary>Any command of the gateway as a user without rights.</summary>
    public static AgentProcess AsNobody(string arguments) => new($"{Nobody} --inh-caps=-all --bounding-set=-all dotnet {Program} {arguments}");

    /// <summary>Ends when it has said these words.</summary>
    public Task SaysAsync(string words) => _heard.UntilAsync(() => Said.Contains(words, StringComparison.Ordinal), () => $"not said: {words}\n{Said}");

    /// <summary>Ends when the gateway may come.</summary>
    public Task ListensAsync() => SaysAsync("Listening for the gateway");

    /// <summary>Resident memory of whatever serves the socket, in KiB.</summary>
    public long Resident()
    {
        var line = File.ReadLines(Path.Combine(Serving(), "status")).First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Time that it has had of processors.</summary>
    public TimeSpan Processor()
    {
        const int ticksPerSecond = 100, user = 11;
        var stat = File.ReadAllText(Path.Combine(Serving(), "stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((double)(long.Parse(fields[user], CultureInfo.InvariantCulture) + long.Parse(fields[user + 1], CultureInfo.InvariantCulture)) / ticksPerSecond);
    }

    // What was started starts others in its turn; the last of them serves.
    private string Serving()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(Socket, StringComparison.Ordinal)
                    && File.ReadAllText(Path.Combine(folder, "comm")).Trim() is "dotnet" or ".NET Main" or "avgateway") return folder;
            }
            catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at.
            }
        }

        throw new InvalidOperationException($"nobody serves {Socket}\n{Said}");
    }

    public string Socket { get; }

    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit(Tools.Patience);
        _process.Dispose();
    }

    private static string Dotnet(string socket) => $"dotnet {Program} capture-agent --socket {socket}";

    private void Hear(string? line)
    {
        lock (_said) _said.AppendLine(line);
        _heard.Raise();
    }
}

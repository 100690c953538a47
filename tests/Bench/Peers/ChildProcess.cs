using System.Diagnostics;
using System.Globalization;

namespace AvGateway.Bench.Peers;

/// <summary>What a process has used so far: CPU seconds, and resident memory in MiB.</summary>
internal readonly record struct Usage(double CpuSeconds, double ResidentMib)
{
    public static Usage operator +(Usage a, Usage b) => new(a.CpuSeconds + b.CpuSeconds, a.ResidentMib + b.ResidentMib);
}

/// <summary>A peer's process, ended by its own id.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100;
    private const int TermSignal = 15;
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _last = new();

    private ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start)!;
        var child = new ChildProcess(process);
        process.OutputDataReceived += child.Keep;
        process.ErrorDataReceived += child.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Its last lines, for the message when it fails.</summary>
    public string Words
    {
        get { lock (_last) return string.Join('\n', _last); }
    }

    public Usage Usage()
    {
        // The second field is the program's name in brackets and may hold blanks.
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var resident = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new(ticks / TicksPerSecond, long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _ = Signals.Send(_process.Id, TermSignal);
        try { await _process.WaitForExitAsync().WaitAsync(EndsWithin); }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_last)
        {
            _last.Enqueue(line.Data);
            if (_last.Count > 20) _last.Dequeue();
        }
    }
}

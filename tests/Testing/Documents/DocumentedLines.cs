using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvGateway.Testing.Documents;

/// <summary>How the command lines of a document ended.</summary>
/// <param name="Output">Everything that they wrote, with a mark before each block.</param>
public sealed record DocumentedRun(int ExitCode, string Output);

/// <summary>
/// The command lines of a document: its <c>sh</c> blocks, run in their order by one shell in a folder of their own, with the program that was
/// just built under its name. A line that fails ends the run; what was started in the background ends with it.
/// </summary>
public sealed class DocumentedLines : IDisposable
{
    private const string Fence = "```";
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(60);

    private readonly List<string> _blocks;
    private readonly Dictionary<string, string> _ports = [];

    private DocumentedLines(List<string> blocks) => _blocks = blocks;

    /// <summary>Where the lines run; put there first what the document takes for granted.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("avgw-document-").FullName;

    public IReadOnlyList<string> Blocks => _blocks;

    /// <summary>More in the lines' environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <param name="which">Those of its blocks that are meant; null: all.</param>
    public static DocumentedLines Of(string document, Func<string, bool>? which = null)
    {
        var parts = File.ReadAllText(document).Split(Fence);
        return new([.. parts.Where((_, i) => i % 2 == 1).Where(b => b.StartsWith("sh\n", StringComparison.Ordinal)).Select(b => b[3..]).Where(which ?? (_ => true))]);
    }

    /// <summary>Puts a free port in the place of one that the document names, so that several runs do not meet; gives that port.</summary>
    public string Port(string named)
    {
        if (_ports.TryGetValue(named, out var known)) return known;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return _ports[named] = ((IPEndPoint)probe.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <param name="program">The <c>avgateway.dll</c> that the lines mean with <c>avgateway</c>.</param>
    public async Task<DocumentedRun> RunAsync(string program, TimeSpan within, CancellationToken cancellation)
    {
        var script = Path.Combine(Folder, ".document");
        await File.WriteAllTextAsync(script, Script(program), cancellation);
        var start = new ProcessStartInfo("bash", [script]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        var output = new StringBuilder();
        var reading = ReadAsync(shell.StandardOutput, output);
        try
        {
            await shell.WaitForExitAsync(cancellation).WaitAsync(within, cancellation);
            await reading.WaitAsync(EndWithin, cancellation);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            lock (output) return new(-1, $"did not end within {within}\n{output}");
        }

        lock (output) return new(shell.ExitCode, output.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task ReadAsync(StreamReader lines, StringBuilder output)
    {
        while (await lines.ReadLineAsync() is { } line)
            lock (output) output.AppendLine(line);
    }

    private string Script(string program)
    {
        var script = new StringBuilder("exec 2>&1\nset -eu -o pipefail\n");
        script.Append("trap 'rc=$?; set +e; for job in $(jobs -p); do kill \"$job\" 2>/dev/null; done; wait; exit $rc' EXIT\n");

        // exec, so that what the shell calls the job is the program itself and gets its signals.
        var folder = Path.Combine(Folder, ".bin");
        Directory.CreateDirectory(folder);
        var command = Path.Combine(folder, "avgateway");
        File.WriteAllText(command, $"#!/bin/sh\nexec dotnet '{program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        script.Append("PATH='").Append(folder).Append("':$PATH\n");
        foreach (var (block, i) in _blocks.Select((b, i) => (b, i)))
        {
            script.Append("echo '-- block ").Append(i + 1).Append("'\nset -v\n");
            script.Append(_ports.Aggregate(block, (text, port) => text.Replace(port.Key, port.Value, StringComparison.Ordinal)));
            script.Append("set +v\n");
        }

        return script.ToString();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OsProcess = System.Diagnostics.Process;

namespace AvGateway.LineWatch.Tests;

/// <summary>Real programs that tests hold our figures against.</summary>
internal static class Tools
{
    // Costs nothing where nothing is wrong; on a machine that is busy with everything else a program takes its time to start.
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static string Tshark => Find("tshark", "tshark");

    public static string Find(string program, string package)
    {
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed; on Debian: sudo apt-get install {package}");
        return path!;
    }

    public static async Task<string> AskAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try { await process.WaitForExitAsync().WaitAsync(Patience); }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}\n{await wrong}");
        return await said;
    }

    public static OsProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid", ["--wait", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["TERM"] = "dumb";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return OsProcess.Start(start)!;
    }

    /// <summary>tshark's analysis of the streams of a file, by SSRC.</summary>
    public static async Task<Dictionary<string, TsharkStream>> StreamsAsync(string file, params string[] more)
    {
        var streams = new Dictionary<string, TsharkStream>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in (await AskAsync(Tshark, ["-r", file, "-q", "-z", "rtp,streams", .. more])).Split('\n'))
        {
            // start end source port destination port ssrc payload packets lost (share) deltas… jitters…
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 16 || !words[6].StartsWith("0x", StringComparison.Ordinal)) continue;
            var at = Array.FindIndex(words, 7, w => w.StartsWith('('));
            streams[words[6]] = new(Number(words[at - 2]), Number(words[at - 1]), Number(words[at].Trim('(', ')', '%')), Number(words[at + 5]), Number(words[at + 6]));
        }

        return streams;
    }

    public static int FreePort()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)udp.LocalEndPoint!).Port;
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}

/// <param name="Loss">Per cent.</param>
internal sealed record TsharkStream(double Packets, double Lost, double Loss, double MeanJitter, double MostJitter);

/// <summary>A folder that goes with the test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("avgw-line-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] octets)
    {
        File.WriteAllBytes(Sub(name), octets);
        return Sub(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace AvGateway.Mqtt.Tests.External;

/// <summary>A real mosquitto on loopback, without persistence: killed, it has forgotten everything.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("avgw-mosquitto-");
    private readonly List<Process> _clients = [];
    private readonly string[] _rights;
    private Process? _broker;

    private Mosquitto(int port, string[] rights)
    {
        Port = port;
        _rights = rights;
    }

    public int Port { get; }

    /// <summary>Where the test may put files that the configuration names.</summary>
    public string Directory => _directory.FullName;

    /// <param name="files">What its configuration refers to as <c>{folder}/NAME</c>.</param>
    public static Task<Mosquitto> StartAsync(string admission, params (string Name, string Text)[] files) =>
        StartAsync(async broker =>
        {
            foreach (var (name, text) in files) await File.WriteAllTextAsync(Path.Combine(broker.Directory, name), text, Test);
        }, admission.Split('\n'));

    /// <param name="rights">Lines of configuration that say who may come in; none: everybody. The folder is <c>{folder}</c> there.</param>
    public static async Task<Mosquitto> StartAsync(Func<Mosquitto, Task>? prepare = null, params string[] rights)
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not installed; tests/run installs it");
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var mosquitto = new Mosquitto(((IPEndPoint)probe.LocalEndpoint).Port, rights is [] ? ["allow_anonymous true"] : rights);
        probe.Stop();
        if (prepare is not null) await prepare(mosquitto);
        await mosquitto.StartAgainAsync();
        return mosquitto;
    }

    public async Task StartAgainAsync()
    {
        var configuration = Path.Combine(Directory, "mosquitto.conf");

        // Not 0, which reads as "no bound": with it mosquitto 2.0 closes the connection of whoever it refuses a publication.
        string[] lines = [$"user {Environment.UserName}", $"listener {Port} 127.0.0.1", .. _rights, "persistence false", "max_queued_messages 100000", "log_dest stderr"];
        await File.WriteAllLinesAsync(configuration, lines.Select(l => l.Replace("{folder}", Directory, StringComparison.Ordinal)), Test);
        _broker = Start(Program, ["-c", configuration]);
        var log = _broker.StandardError;
        while (await log.ReadLineAsync(Test).AsTask().WaitAsync(Patience, Test) is { } line)
        {
            if (!line.EndsWith("running", StringComparison.Ordinal)) continue;

            // Read on, or the broker blocks on a full pipe.
            _ = log.ReadToEndAsync(CancellationToken.None);
            return;
        }

        Assert.Fail("mosquitto ended before it was running");
    }

    /// <summary>kill -9: no word to anybody.</summary>
    public async Task KillAsync()
    {
        _broker!.Kill();
        await _broker.WaitForExitAsync(Test);
    }

    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Subscribes with mosquitto_sub and returns when the broker has acknowledged it.</summary>
    public async Task<Subscriber> SubscribeAsync(string version, params string[] filters)
    {
        // Its debug output names the SUBACK; stdbuf keeps both streams line by line.
        string[] arguments = ["-oL", "mosquitto_sub", "-p", $"{Port}", "-V", version, "-q", "1", "-d", "-F", "%j", .. filters.SelectMany(f => (string[])["-t", f])];
        var process = Start("stdbuf", arguments);
        _clients.Add(process);
        var subscriber = new Subscriber(process);
        await subscriber.Subscribed.WaitAsync(Patience, Test);
        return subscriber;
    }

    public async Task PublishAsync(params string[] arguments)
    {
        var process = Start("mosquitto_pub", ["-p", $"{Port}", "-q", "1", .. arguments]);
        _clients.Add(process);
        await process.WaitForExitAsync(Test).WaitAsync(Patience, Test);
        Assert.Equal(0, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _clients.Append(_broker!))
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }

            process.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    private static Process Start(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    })!;

    private async Task SignalAsync(string signal)
    {
        using var kill = Start("/bin/sh", ["-c", $"kill -{signal} {_broker!.Id}"]);
        await kill.WaitForExitAsync(Test).WaitAsync(Patience, Test);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>The messages of one mosquitto_sub.</summary>
    internal sealed class Subscriber
    {
        private readonly Channel<(bool Retained, string Topic, string Payload)> _messages = Channel.CreateUnbounded<(bool, string, string)>();
        private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Subscriber(Process process)
        {
            _ = ReadAsync(process.StandardOutput);
            _ = ReadAsync(process.StandardError);
        }

        public Task Subscribed => _subscribed.Task;

        /// <summary>The next message that fits, within the patience of a test.</summary>
        public async Task<(bool Retained, string Topic, string Payload)> NextAsync(Func<(bool Retained, string Topic, string Payload), bool> fits)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Test);
            patience.CancelAfter(Patience);
            await foreach (var message in _messages.Reader.ReadAllAsync(patience.Token))
            {
                if (fits(message)) return message;
            }

            throw new InvalidOperationException("no more messages");
        }

        private async Task ReadAsync(StreamReader lines)
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                if (line.Contains("received SUBACK", StringComparison.Ordinal)) _subscribed.TrySetResult();
                if (!line.StartsWith('{')) continue;
                var message = JsonDocument.Parse(line).RootElement;
                var retained = message.GetProperty("retain").GetInt32() == 1;
                _messages.Writer.TryWrite((retained, message.GetProperty("topic").GetString()!, message.GetProperty("payload").GetString()!));
            }
        }
    }
}

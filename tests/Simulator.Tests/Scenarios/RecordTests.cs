using System.Text.Json.Nodes;
using AvGateway.Simulator.Cli;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.Scenarios;

/// <summary><c>avsim record</c> before a device, and <c>avsim replay</c> of what it wrote in place of it.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(LinkKind.Tcp)]
    [InlineData(LinkKind.Serial)]
    public async Task What_was_recorded_before_a_device_answers_in_its_place(LinkKind far)
    {
        var file = Path.Combine(_folder, "deck.wire");
        const string Ask = "remote\r\n", Info = "210 remote info:\r\nenabled: true\r\noverride: false\r\n\r\n";
        await using var court = await SimulatedCourt.StartAsync(
            [far is LinkKind.Tcp ? new("a", "deck", "hyperdeck") : new DeviceSetting("a", "power", "serial-power") { Link = far }], TimeProvider.System);
        var (say, hear) = far is LinkKind.Tcp ? (Ask, Info) : (":\x01\x05\x02\x01\r", ":\x01\x05\x02\x01\r");
        await using (var recording = new Running("record", court.Devices[0].Link.Uri, "--out", file, "--http", "127.0.0.1:0"))
        {
            using var client = await TcpClientPeer.ConnectAsync((string)(await recording.ReadyAsync())["link"]!);
            if (far is LinkKind.Tcp) await client.HearAsync("\r\n\r\n");
            await client.SayAsync(say);
            Assert.Equal(hear, await client.HearAsync(hear));
        }

        await court.DisposeAsync();
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains($"> {WireText.Write(System.Text.Encoding.UTF8.GetBytes(say))}", lines);
        await using var replaying = new Running("replay", file, "--http", "127.0.0.1:0");
        var ready = await replaying.ReadyAsync();
        using (var again = await TcpClientPeer.ConnectAsync((string)ready["link"]!))
        {
            if (far is LinkKind.Tcp) Assert.StartsWith("500 connection info:", await again.HearAsync("\r\n\r\n"), StringComparison.Ordinal);
            await again.SayAsync(say);
            Assert.Equal(hear, await again.HearAsync(hear));
        }

        using var stranger = await TcpClientPeer.ConnectAsync((string)ready["link"]!);
        if (far is LinkKind.Tcp) await stranger.HearAsync("\r\n\r\n");
        await stranger.SayAsync("something else\r\n");
        Assert.Contains("expected", await replaying.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_not_written_down()
    {
        var secret = Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, "canary-5\n", TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder, "sis.wire");
        await using var court = await SimulatedCourt.StartAsync(
            [new("a", "switcher", "extron-sis") { Link = LinkKind.Tcp, Password = "canary-5" }], TimeProvider.System);
        await using (var recording = new Running("record", court.Devices[0].Link.Uri, "--out", file, "--secret", $"file:{secret}", "--http", "127.0.0.1:0"))
        {
            using var client = await TcpClientPeer.ConnectAsync((string)(await recording.ReadyAsync())["link"]!);
            await client.HearAsync("Password:");
            await client.SayAsync("canary-5\r");
            await client.HearAsync("Login Administrator\r\n");
        }

        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("> (secret)\\r", text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_cannot_be_reached_is_told_and_closes_the_client()
    {
        await using var recording = new Running("record", "tcp://127.0.0.1:1", "--out", Path.Combine(_folder, "x.wire"), "--http", "127.0.0.1:0");
        using var client = await TcpClientPeer.ConnectAsync((string)(await recording.ReadyAsync())["link"]!);

        Assert.Contains("the device behind", await recording.ErrorAsync(), StringComparison.Ordinal);
    }

    /// <summary>A command that runs until it is disposed of.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly FirstLine _output = new();
        private readonly FirstLine _errors = new();
        private readonly Task<int> _running;

        public Running(params string[] args) => _running = Task.Run(() => Avsim.RunAsync(args, _output, _errors, _stopping.Token));

        public async Task<JsonNode> ReadyAsync()
        {
            if (await Task.WhenAny(_output.Line, _running).InTime() == _running) Assert.Fail(await _errors.Line.InTime());
            return JsonNode.Parse(await _output.Line)!;
        }

        public Task<string> ErrorAsync() => _errors.Line.InTime();

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _running.InTime();
            _stopping.Dispose();
        }
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override void WriteLine(string? value) => _line.TrySetResult(value ?? "");

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}

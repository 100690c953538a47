using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Cli;

namespace AvGateway.Simulator.Tests;

/// <summary>The command line, run as a whole with real sockets and pseudo-terminals.</summary>
public sealed class AvsimTests
{
    [Fact]
    public async Task A_device_says_where_it_is_and_does_what_it_is_told()
    {
        await using var avsim =
            new Started("device", "videohub", "--http", "127.0.0.1:0", "--option", "inputs=4", "outputs=2", "--switch", "slice=true");
        var ready = await avsim.ReadyAsync();
        using var client = await TcpClientPeer.ConnectAsync((string)ready["link"]!);
        Assert.Contains("Video inputs: 4\n", await client.HearAsync("END PRELUDE:\n\n"), StringComparison.Ordinal);

        var (code, said, _) =
            await Run("do", "videohub", "front-panel", "route", "output=1", "input=3", "--url", (string)ready["simulators"]!);
        Assert.Equal(Avsim.Done, code);
        Assert.Equal(3, (int?)JsonNode.Parse(said)!["state"]!["routing"]![1]);
        Assert.Equal("VIDEO OUTPUT ROUTING:\n1 3\n\n", await client.HearAsync("1 3\n\n"));

        (code, said, _) = await Run("do", "bench/videohub", "delay=50ms", "mute=true", "--url", (string)ready["http"]!);
        Assert.Equal(Avsim.Done, code);
        Assert.Contains("\"50ms\"", said, StringComparison.Ordinal);

        Assert.Equal(Avsim.Done, await avsim.StopAsync());
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => TcpClientPeer.ConnectAsync((string)ready["link"]!));
    }

    [Fact]
    public async Task A_device_on_a_pseudo_terminal_stands_under_the_path_that_was_given()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var avsim =
            new Started("device", "cisco-xapi", "--pty", path, "--user", "admin", "--password", "secret", "--http", "127.0.0.1:0");

        Assert.Equal($"serial:{path}?baud=115200&data=8&parity=none&stop=1&flow=none", (string?)(await avsim.ReadyAsync())["link"]);
        using (var line = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0))
        {
            line.Write("\r"u8);
            var prompt = new StringBuilder();
            while (!prompt.ToString().EndsWith("login: ", StringComparison.Ordinal))
                prompt.Append((char)await Task.Run(line.ReadByte, TestContext.Current.CancellationToken).InTime());
        }

        await avsim.StopAsync();
        Assert.False(Path.Exists(path));
    }

    [Fact]
    public async Task A_PC_that_sleeps_is_woken_by_its_own_packet_with_the_password_of_its_card()
    {
        await using var avsim = new Started("device", "wake-on-lan", "--http", "127.0.0.1:0", "--option", "mac=02-00-5e-10-00-07", "secureOn=01-02-03-04-05-06", "power=off", "--switch", "boot=10ms", "wakes-at-packet=2");
        var ready = await avsim.ReadyAsync();
        var link = (string)ready["link"]!;
        Assert.StartsWith("wake://admin@127.0.0.1:", link, StringComparison.Ordinal);
        var options = link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]);
        Assert.Equal("02-00-5e-10-00-07", options["mac"]);
        var card = IPEndPoint.Parse(options["broadcast"]);
        var packet = Convert.FromHexString("FFFFFFFFFFFF" + string.Concat(Enumerable.Repeat("02005E100007", 16)));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        // Its own address without the password, and with a wrong one: they come first, and the card counts neither.
        await socket.SendToAsync(packet, card);
        await socket.SendToAsync((byte[])[.. packet, 6, 5, 4, 3, 2, 1], card);
        await socket.SendToAsync((byte[])[.. packet, 1, 2, 3, 4, 5, 6], card);
        await UntilAsync(ready, state => (int)state["packets"]! == 1 && (string?)state["power"] == "off");
        await socket.SendToAsync((byte[])[.. packet, 1, 2, 3, 4, 5, 6], card);
        await UntilAsync(ready, state => (string?)state["power"] == "on");

        var (code, _, _) = await Run("do", "wake-on-lan", "shutdown-time=10ms", "closing=false", "--url", (string)ready["simulators"]!);
        Assert.Equal(Avsim.Done, code);
        Assert.Equal(Avsim.Done, (await Run("do", "wake-on-lan", "front-panel", "power-button", "--url", (string)ready["simulators"]!)).Code);
        await UntilAsync(ready, state => (string?)state["power"] == "off");
    }

    [Theory]
    [InlineData("mac=02-00", "six octets")]
    [InlineData("secureOn=geheim", "six octets")]
    [InlineData("power=maybe", "there is on, off")]
    public async Task A_PC_that_cannot_be_is_told(string option, string told)
    {
        var (code, _, errors) = await Run("device", "wake-on-lan", "--http", "127.0.0.1:0", "--option", option);

        Assert.Equal(Avsim.Failed, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_court_starts_what_it_can_and_says_what_it_cannot()
    {
        var directory = Directory.CreateTempSubdirectory();
        Directory.CreateDirectory(Path.Combine(directory.FullName, "rooms"));
        var site = Path.Combine(directory.FullName, "site.json");
        await File.WriteAllTextAsync(site, """
            {
              // A site of the manual.
              "site": { "id": "city", "zone": "Asia/Shanghai" },
              "include": ["rooms/*.json"],
              "rooms": [
                { "id": "court-1", "devices": [
                  { "id": "matrix", "driver": "videohub", "link": "tcp://10.1.1.20:9990", "poll": "5s", "options": { "inputs": 8 } },
                  { "id": "sound", "driver": "extron-sis", "link": "serial:/dev/ttyS0?baud=9600" },
                  { "id": "codec", "driver": "cisco-xapi", "link": "ssh://admin@10.1.1.30", "secret": "file:secrets/codec" },
                  { "id": "fire", "driver": "fire-alarm", "link": "tcp://10.1.1.40:8060" }, ] },
              ],
            }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "rooms", "court-2.json"),
            """{ "rooms": [ { "id": "court-2", "devices": [ { "id": "recorder", "driver": "hyperdeck" } ] } ] }""",
            TestContext.Current.CancellationToken);

        await using var avsim = new Started("court", site, "--http", "127.0.0.1:0");
        var ready = await avsim.ReadyAsync();

        Assert.Equal("city", (string?)ready["site"]);
        Assert.Equal(
            ["court-1/matrix", "court-1/sound", "court-1/codec", "court-2/recorder"], ready["devices"]!.AsArray().Select(each => (string?)each!["id"]));
        Assert.StartsWith("serial:/", (string?)ready["devices"]![1]!["link"], StringComparison.Ordinal);
        Assert.StartsWith("ssh://admin@127.0.0.1:", (string?)ready["devices"]![2]!["link"], StringComparison.Ordinal);
        Assert.Equal(["court-1/fire"], ready["notSimulated"]!.AsArray().Select(each => (string?)each!["id"]));
        var (_, said, _) = await Run("do", "matrix", "--url", (string)ready["simulators"]!);
        Assert.Equal(8, (int?)JsonNode.Parse(said)!["state"]!["inputs"]);
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("cisco-xapi", "ssh", "ssh://court@127.0.0.1:")]
    [InlineData("cisco-xapi", "ws", "ws://court@127.0.0.1:")]
    [InlineData("poly", "ssh", "ssh://court@127.0.0.1:")]
    [InlineData("poly", "tcp", "tcp://127.0.0.1:")]
    public async Task One_device_is_reached_by_the_transport_that_was_asked_for(string protocol, string transport, string link)
    {
        await using var avsim = new Started(
            "device", protocol, "--transport", transport, "--user", "court", "--password", "secret", "--http", "127.0.0.1:0");

        Assert.StartsWith(link, (string?)(await avsim.ReadyAsync())["link"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Avsim.Usage, "device", "telepathy")]
    [InlineData(Avsim.Usage, "device", "videohub", "--port", "99999")]
    [InlineData(Avsim.Usage, "device", "extron-sis", "--port", "5", "--pty")]
    [InlineData(Avsim.Usage, "device", "videohub", "--http", "8080")]
    [InlineData(Avsim.Usage, "device", "videohub", "--switch", "mute")]
    [InlineData(Avsim.Usage, "device", "videohub", "--transport", "pigeon")]
    [InlineData(Avsim.Usage, "do", "x", "front-panel")]
    [InlineData(Avsim.Usage, "do", "x", "y=1", "--url", "nonsense")]
    [InlineData(Avsim.Usage, "play")]
    [InlineData(Avsim.Usage, "record", "telepathy:somewhere", "--out", "x.wire")]
    [InlineData(Avsim.Usage, "play", "x.json", "--url", "http://127.0.0.1:1", "--time", "virtual")]
    [InlineData(Avsim.Failed, "play", "/nonexistent/scenario.json")]
    [InlineData(Avsim.Failed, "replay", "/nonexistent/one.wire")]
    [InlineData(Avsim.Usage)]
    [InlineData(Avsim.Failed, "device", "videohub", "--pty")]
    [InlineData(Avsim.Failed, "device", "videohub", "--switch", "mutes=true")]
    [InlineData(Avsim.Failed, "device", "videohub", "--bind", "192.0.2.1")]
    [InlineData(Avsim.Failed, "court", "/nonexistent/site.json")]
    [InlineData(Avsim.Failed, "do", "a/b", "mute=true", "--url", "http://127.0.0.1:1")]
    [InlineData(Avsim.Done, "--help")]
    public async Task The_exit_code_tells_usage_from_failure(int expected, params string[] args)
    {
        var (code, _, errors) = await Run(args);

        Assert.Equal(expected, code);
        Assert.Equal(expected == Avsim.Done, errors.Length == 0);
    }

    [Theory]
    [InlineData("mutes=true", "mute")]
    [InlineData("mute=maybe", "true or false")]
    public async Task A_refusal_tells_what_would_be_right(string word, string remedy)
    {
        await using var avsim = new Started("device", "videohub", "--http", "127.0.0.1:0");
        var ready = await avsim.ReadyAsync();

        var (code, _, errors) = await Run("do", "videohub", word, "--url", (string)ready["simulators"]!);

        Assert.Equal(Avsim.Failed, code);
        Assert.Contains(remedy, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rooms":5}""", "/rooms is not a list")]
    [InlineData("""{"rooms":[{"id":"a","devices":[{"id":"b"}]}]}""", "/rooms/0/devices/0/driver is missing")]
    [InlineData("""{"rooms":[{"devices":[]}]}""", "/rooms/0/id is missing")]
    [InlineData("""{"rooms":[""", "not JSON")]
    [InlineData("""{"include":["nowhere/*.json"]}""", "there is no directory")]
    [InlineData("""{"rooms":[]}""", "No device of this site")]
    public async Task A_bad_site_file_is_told_with_its_place(string json, string told)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, json, TestContext.Current.CancellationToken);

        var (code, _, errors) = await Run("court", path);

        Assert.Equal(Avsim.Failed, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
        File.Delete(path);
    }

    private static async Task UntilAsync(JsonNode ready, Func<JsonNode, bool> isSo)
    {
        using var http = new HttpClient();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            var state = JsonNode.Parse(await http.GetStringAsync(new Uri($"{ready["simulators"]}/devices/bench/wake-on-lan"), late.Token))!["state"]!;
            if (isSo(state)) return;
            await ticks.WaitForNextTickAsync(late.Token);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await Avsim.RunAsync(args, output, errors, TestContext.Current.CancellationToken).InTime();
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>A command that runs until it is stopped.</summary>
    private sealed class Started : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly FirstLine _output = new();
        private readonly StringWriter _errors = new();
        private readonly Task<int> _running;

        public Started(params string[] args) => _running = Task.Run(() => Avsim.RunAsync(args, _output, _errors, _stopping.Token));

        public async Task<JsonNode> ReadyAsync()
        {
            var first = await Task.WhenAny(_output.Line, _running).InTime();
            if (first == _running) Assert.Fail($"ended with {await _running}: {_errors}");
            return JsonNode.Parse(await _output.Line)!;
        }

        public async Task<int> StopAsync()
        {
            await _stopping.CancelAsync();
            return await _running.InTime();
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stopping.Dispose();
            await _output.DisposeAsync();
            await _errors.DisposeAsync();
        }
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override Task WriteLineAsync(string? value)
        {
            _line.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}

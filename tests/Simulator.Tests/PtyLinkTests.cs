using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests;

/// <summary>Devices on real pseudo-terminals, with clients that open the device node as a plain file.</summary>
public sealed class PtyLinkTests
{
    [Fact]
    public async Task A_sliced_device_answers_on_its_line()
    {
        await using var court = await OneMatrix(("slice", "true"));
        using var client = Open(court);

        await client.SayAsync("\e3CV\r4*2!");

        Assert.Equal("Vrb3\r\nOut02 In04 All\r\n", await client.HearAsync("All\r\n"));
    }

    [Fact]
    public async Task The_line_remembers_its_mode_when_a_client_goes_and_the_next_comes()
    {
        await using var court = await OneMatrix();
        using (var first = Open(court))
        {
            await first.SayAsync("\e3CV\r");
            await first.HearAsync("Vrb3\r\n");
        }

        using var second = Open(court);
        await second.SayAsync("\eCV\r");
        Assert.Equal("Vrb3\r\n", await second.HearAsync("\r\n"));
    }

    [Fact]
    public async Task What_is_said_while_nobody_listens_is_lost()
    {
        await using var court = await OneMatrix();
        for (var input = 1; input <= 4; input++) Assert.Null(Press(court, input));

        using var client = Open(court);
        await client.SayAsync("Q");
        Assert.Equal("1.05\r\n", await client.HearAsync("\r\n"));
        Assert.Null(Press(court, 1));
        Assert.Equal("Out01 In01 All\r\n", await client.HearAsync("All\r\n"));
    }

    [Fact]
    public async Task What_a_client_left_unread_is_not_found_by_the_next()
    {
        await using var court = await OneMatrix();
        using (var first = Open(court))
        {
            await first.SayAsync("Q");
            await first.HearAsync("\r\n");
            Assert.Null(Press(court, 3));
        }

        await Traces.WaitFor(court.Devices[0].Device, frame => frame.Text == "the client closed the port");
        using var second = Open(court);
        await second.SayAsync("N");
        Assert.Equal("60-0000-01\r\n", await second.HearAsync("-01\r\n"));
    }

    [Fact]
    public async Task A_hang_up_ends_the_client_and_the_same_name_works_again()
    {
        await using var court = await OneMatrix();
        using var client = Open(court);
        await client.SayAsync("\e3CV\r");
        await client.HearAsync("Vrb3\r\n");
        var node = new FileInfo(PathOf(court)).LinkTarget;

        Set(court, "hang-up", true);

        await client.HearHangUpAsync();
        using var again = Open(court);
        Assert.NotNull(node);
        Assert.StartsWith("/dev/pts/", new FileInfo(PathOf(court)).LinkTarget, StringComparison.Ordinal);
        await again.SayAsync("\eCV\r");
        Assert.Equal("Vrb3\r\n", await again.HearAsync("\r\n"));
    }

    [Fact]
    public async Task Drop_takes_the_node_away_until_it_is_over()
    {
        await using var court = await OneMatrix();
        using var client = Open(court);

        Set(court, "drop", true);
        await client.HearHangUpAsync();
        Assert.False(Path.Exists(PathOf(court)));

        Set(court, "drop", false);
        using var again = Open(court);
        await again.SayAsync("Q");
        Assert.Equal("1.05\r\n", await again.HearAsync("\r\n"));
    }

    [Fact]
    public async Task A_device_without_power_is_silent_and_says_its_banner_when_it_is_back()
    {
        await using var court = await OneMatrix(("boot-time", "\"0s\""));
        using var client = Open(court);
        await client.SayAsync("Q");
        await client.HearAsync("\r\n");

        Assert.Null(court.Devices[0].Device.UseFrontPanel("power-cycle"));

        Assert.StartsWith("(c) Copyright", await client.HearAsync("60-0000-01\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_not_at_9600_says_so_and_hears_of_changes_by_hand()
    {
        await using var court = new SimulatedCourt(TimeProvider.System);
        var added = court.Add(new("court-1", "it", "kramer-p3000") { Link = LinkKind.Serial });
        Assert.EndsWith("?baud=115200&data=8&parity=none&stop=1&flow=none", added.Link.Uri, StringComparison.Ordinal);
        using var client = Open(court);

        await client.SayAsync("#1@MODEL?|ROUTE 1,2,3\r\n");
        Assert.Equal("~01@MODEL VS-88UHD\r\n~01@ROUTE 1,2,3\r\n", await client.HearAsync("1,2,3\r\n"));
        Assert.Null(Press(court, 4));
        Assert.Equal("~01@ROUTE 1,1,4\r\n~01@ROUTE 2,1,4\r\n", await client.HearAsync("2,1,4\r\n"));
    }

    [Fact]
    public async Task Something_else_at_the_path_is_left_alone()
    {
        var path = Path.GetTempFileName();
        await using var court = new SimulatedCourt(TimeProvider.System);

        Assert.Throws<CannotSimulateException>(() => court.Add(Setting() with { PtyPath = path }));

        Assert.True(File.Exists(path));
        File.Delete(path);
    }

    [Fact]
    public async Task A_chosen_path_is_used_and_removed_at_the_end()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using (var court = new SimulatedCourt(TimeProvider.System))
        {
            var added = court.Add(Setting() with { PtyPath = path });
            Assert.Equal($"serial:{path}?baud=9600&data=8&parity=none&stop=1&flow=none", added.Link.Uri);
            Assert.True(Path.Exists(path));
        }

        Assert.False(Path.Exists(path));
    }

    [Fact]
    public async Task A_hundred_lines_share_one_thread()
    {
        await using var court = await SimulatedCourt.StartAsync(
            Enumerable.Range(0, 100).Select(i => Setting() with { Room = $"court-{i}" }), TimeProvider.System);
        var clients = court.Devices.Select(each => new SerialPeer(PathOf(each))).ToArray();

        foreach (var client in clients) await client.SayAsync("Q");
        foreach (var client in clients)
        {
            Assert.Equal("1.05\r\n", await client.HearAsync("\r\n"));
            client.Dispose();
        }

        var names = Directory.GetDirectories("/proc/self/task").Select(task => File.ReadAllText(task + "/comm").Trim());
        Assert.InRange(names.Count(name => name == "pseudo-terminal"), 1, 12);
    }

    private static DeviceSetting Setting() => new("court-1", "matrix", "extron-sis")
    {
        Link = LinkKind.Serial,
        Options = new JsonObject { ["inputs"] = 4, ["outputs"] = 3 },
    };

    private static Task<SimulatedCourt> OneMatrix(params (string Name, string Json)[] switches) => SimulatedCourt.StartAsync(
        [Setting() with { Switches = switches.ToDictionary(each => each.Name, each => JsonNode.Parse(each.Json)) }], TimeProvider.System);

    private static SerialPeer Open(SimulatedCourt court) => new(PathOf(court));

    private static string PathOf(SimulatedCourt court) => PathOf(court.Devices[0]);

    private static string PathOf(CourtDevice each) => each.Link.Uri["serial:".Length..each.Link.Uri.IndexOf('?', StringComparison.Ordinal)];

    private static void Set(SimulatedCourt court, string name, bool on) => Assert.Null(court.Devices[0].Device.SetSwitch(name, on));

    private static ControlProblem? Press(SimulatedCourt court, int input) =>
        court.Devices[0].Device.UseFrontPanel("route", new JsonObject { ["output"] = 1, ["input"] = input });

    /// <summary>A client that reads and writes the device node as a file.</summary>
    private sealed class SerialPeer(string path) : IDisposable
    {
        private readonly FileStream _file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0, useAsync: true);
        private readonly byte[] _buffer = new byte[1024];
        private readonly StringBuilder _heard = new();

        public Task SayAsync(string text) => _file.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().InTime();

        public async Task<string> HearAsync(string end)
        {
            while (!_heard.ToString().EndsWith(end, StringComparison.Ordinal))
            {
                var count = await _file.ReadAsync(_buffer).InTime();
                if (count == 0) throw new EndOfStreamException($"hung up after: {_heard}");
                _heard.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            }

            var text = _heard.ToString();
            _heard.Clear();
            return text;
        }

        public async Task HearHangUpAsync()
        {
            try
            {
                while (await _file.ReadAsync(_buffer).InTime() > 0) continue;
            }
            catch (IOException)
            {
                // Linux gives either the end of the file or EIO, depending on who was first.
            }
        }

        public void Dispose() => _file.Dispose();
    }
}

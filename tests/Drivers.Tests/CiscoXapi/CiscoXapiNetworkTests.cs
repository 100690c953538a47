using System.Buffers;
using System.Text;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.CiscoXapi;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing;
using AvGateway.Testing.Ssh;
using Wire = AvGateway.Simulator.Devices.Wires.LinkKind;

namespace AvGateway.Drivers.Tests.CiscoXapi;

/// <summary>Over the shell of SSH: the same words as on a serial line, and the log-in is not in them.</summary>
public sealed class CiscoXapiSshTests : CiscoXapiCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.Ssh, User = "gateway", Password = "court" };

    protected override BenchSetup Setup => new() { Link = "ssh://gateway@127.0.0.1:22", Secret = "court" };

    [Fact]
    public async Task Through_a_real_OpenSSH_server_wishes_are_verified_and_a_lost_link_comes_back()
    {
        if (OpenSshServer.Missing is { } why) Assert.Skip(why);
        var cancellation = TestContext.Current.CancellationToken;
        await using var court = await SimulatedCourt.StartAsync([base.Setting with { User = null, Password = null, Link = Wire.Tcp }], TimeProvider.System);
        using var server = await OpenSshServer.StartAsync($"socat - TCP:{court.Devices[0].Link.Uri["tcp://".Length..]}", cancellation);

        await WishesOverAsync(server.Link, server.Key, court.Devices[0].Device);
    }

    [Fact]
    public async Task A_shell_that_never_says_ok_is_left_and_tried_again()
    {
        await using var bench = Bench(out var device);
        device.Set("mute", true);
        await bench.StartAsync();

        await bench.PassAsync(30);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        device.Set("mute", false);

        await InStepAsync(bench);
    }

    [Fact]
    public async Task The_line_about_the_last_login_comes_late_and_changes_nothing()
    {
        await using var bench = Bench(out var device);
        device.Set("last-login", true);
        device.Set("banner-text", "Authorised use only: court's property");

        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }
}

/// <summary>JSON-RPC on a WebSocket.</summary>
public sealed class CiscoXapiWebSocketTests : CiscoXapiCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Wire.WebSocket, User = "gateway", Password = "court" };

    protected override BenchSetup Setup => new() { Link = "ws://gateway@127.0.0.1:80/ws", Secret = "court" };

    [Fact]
    public async Task A_codec_that_is_still_starting_is_asked_again_and_nothing_is_believed_meanwhile()
    {
        await using var bench = Bench(out var device);
        device.Set("not-ready", true);
        await bench.StartAsync();

        await bench.PassAsync(60);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.DoesNotContain("call", bench.Snapshot.Readings.Keys);
        device.Set("not-ready", false);

        await InStepAsync(bench);
    }

    [Fact]
    public void Records_that_are_cut_off_or_no_messages_are_told_as_broken_and_the_next_one_is_read()
    {
        var input = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(
            "noise\u001e{\"a\":\u001e{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":true}\n\u001e[1]\n\u001e{}x\n\u001e{\"id\":8,\"error\":{\"code\":-31997,\"message\":\"x\"}}\n\u001e{\"id\":"));
        var codec = new XapiRpcCodec();
        var replies = new List<XapiReply>();
        while (codec.TryRead(ref input, out var reply)) replies.Add(reply);

        Assert.Equal(
            [XapiReplyKind.Broken, XapiReplyKind.Object, XapiReplyKind.Broken, XapiReplyKind.Broken, XapiReplyKind.NotReady], replies.Select(r => r.Kind));
        Assert.Equal(("7", "8"), (replies[1].ResultId, replies[4].ResultId));
        Assert.Equal("\u001e{\"id\":", Encoding.UTF8.GetString(input.ToArray()));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\u0007")]
    public async Task Half_a_character_in_a_name_costs_the_name_and_not_the_driver(string name)
    {
        await using var bench = new DeviceBench<XapiReply>(CiscoXapiDriver.Manifest, Setup, TestContext.Current.CancellationToken);
        await bench.StartAsync();

        await bench.SaysAsync(Encoding.UTF8.GetBytes($"\u001e{{\"jsonrpc\":\"2.0\",\"id\":\"{name}\",\"result\":{{\"Status\":{{\"SystemUnit\":{{\"ProductId\":\"{name}\"}}}}}}}}\n"));
        await bench.SaysAsync(new byte[] { 0x1E, (byte)'"', 0xE6, (byte)'"', (byte)'\n' });

        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Fact]
    public void Noise_never_throws_and_cuts_change_nothing()
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(
            "\u001e{\"jsonrpc\":\"2.0\",\"method\":\"xFeedback/Event\",\"params\":{\"Id\":2,\"Status\":{\"Call\":[{\"id\":1,\"Status\":\"Ringing\"}]}}}\n",
            "\u001e{\"jsonrpc\":\"2.0\",\"id\":\"3\",\"error\":{\"code\":1,\"message\":\"法庭\",\"data\":{\"Cause\":17}}}\n",
            "\u001e{\"jsonrpc\":\"2.0\",\"id\":\"4\",\"result\":{\"CallId\":7}}\n"));
        WireCuts.Check(() => new XapiRpcCodec(), stream);
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = stream[..random.Next(1, stream.Length)];
            for (var i = random.Next(1, 9); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var input = new ReadOnlySequence<byte>(bytes);
            var codec = new XapiRpcCodec();
            for (var before = input.Length; codec.TryRead(ref input, out _); before = input.Length) Assert.True(input.Length < before, $"seed {seed}");
        }
    }
}

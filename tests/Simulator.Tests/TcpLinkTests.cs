using System.Net.Sockets;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Simulator.Tests;

/// <summary>Devices on real sockets.</summary>
public sealed class TcpLinkTests
{
    private const string Ping = "PING:\n\n";
    private const string Ack = "ACK\n\n";

    [Fact]
    public async Task A_sliced_prelude_arrives_whole()
    {
        await using var court = await OneMatrix(("slice", "true"));
        using var client = await TcpClientPeer.ConnectAsync(court.Devices[0].Link.Uri);

        var prelude = await client.HearAsync("END PRELUDE:\n\n");

        Assert.StartsWith("PROTOCOL PREAMBLE:\nVersion: 2.8\n\nVIDEOHUB DEVICE:\n", prelude, StringComparison.Ordinal);
        await client.SayAsync(Ping);
        Assert.Equal(Ack, await client.HearAsync(Ack));
    }

    [Fact]
    public async Task Clients_see_each_other_and_are_told_apart_by_address()
    {
        await using var court = await OneMatrix();
        using var here = await TcpClientPeer.ConnectAsync(court.Devices[0].Link.Uri);
        using var there = await TcpClientPeer.ConnectAsync(court.Devices[0].Link.Uri, from: "127.0.0.2");
        await here.HearAsync("END PRELUDE:\n\n");
        await there.HearAsync("END PRELUDE:\n\n");

        await here.SayAsync("VIDEO OUTPUT LOCKS:\n1 O\n\n");

        Assert.Equal("ACK\n\nVIDEO OUTPUT LOCKS:\n1 O\n\n", await here.HearAsync("1 O\n\n"));
        Assert.Equal("VIDEO OUTPUT LOCKS:\n1 L\n\n", await there.HearAsync("1 L\n\n"));
    }

    [Fact]
    public async Task Drop_closes_and_refuses_and_the_same_port_opens_again()
    {
        await using var court = await OneMatrix();
        var link = court.Devices[0].Link.Uri;
        using var client = await TcpClientPeer.ConnectAsync(link);
        await client.HearAsync("END PRELUDE:\n\n");

        Set(court, "drop", true);
        Assert.Equal("", await client.HearOutAsync());
        var refused = await Assert.ThrowsAsync<SocketException>(() => TcpClientPeer.ConnectAsync(link));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        Set(court, "drop", false);
        using var again = await TcpClientPeer.ConnectAsync(link);
        await again.HearAsync("END PRELUDE:\n\n");
    }

    [Fact]
    public async Task Half_open_keeps_the_connection_without_a_byte_and_resets_it_at_the_end()
    {
        await using var court = await OneMatrix();
        Set(court, "half-open", true);
        using var client = await TcpClientPeer.ConnectAsync(court.Devices[0].Link.Uri);
        await Traces.WaitFor(court.Devices[0].Device, frame => frame.Session == 1);
        await client.SayAsync(Ping);

        Assert.Equal(0, client.Waiting);
        Set(court, "half-open", false);
        var reset = await Assert.ThrowsAsync<SocketException>(client.HearOutAsync);
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task A_client_that_has_said_all_still_gets_its_answer()
    {
        await using var court = await OneMatrix();
        using var client = await TcpClientPeer.ConnectAsync(court.Devices[0].Link.Uri);

        await client.SayAsync(Ping);
        client.SayNoMore();

        Assert.EndsWith("END PRELUDE:\n\n" + Ack, await client.HearOutAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_devices_need_no_thread_each()
    {
        var before = System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
        await using var court = await SimulatedCourt.StartAsync(
            Enumerable.Range(0, 100).Select(i => new DeviceSetting($"court-{i}", "matrix", "videohub")), TimeProvider.System);

        var clients = await Task.WhenAll(court.Devices.Select(each => TcpClientPeer.ConnectAsync(each.Link.Uri))).InTime();
        await Task.WhenAll(clients.Select(client => client.HearAsync("END PRELUDE:\n\n"))).InTime();

        // Other tests run beside this one; a thread per device would be a hundred more.
        Assert.InRange(System.Diagnostics.Process.GetCurrentProcess().Threads.Count, 1, before + 40);
        foreach (var client in clients) client.Dispose();
    }

    internal static Task<SimulatedCourt> OneMatrix(params (string Name, string Json)[] switches) => SimulatedCourt.StartAsync(
        [
            new("court-1", "matrix", "videohub")
            {
                Options = new JsonObject { ["inputs"] = 4, ["outputs"] = 3 },
                Switches = switches.ToDictionary(each => each.Name, each => JsonNode.Parse(each.Json)),
            },
        ],
        TimeProvider.System);

    private static void Set(SimulatedCourt court, string name, bool on) => Assert.Null(court.Devices[0].Device.SetSwitch(name, on));
}

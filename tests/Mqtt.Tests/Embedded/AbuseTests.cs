using System.Net.Sockets;
using AvGateway.Mqtt.Embedded;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>What strangers and broken clients do to a broker. Alone, because it measures memory.</summary>
[Collection(nameof(AbuseTests))]
[CollectionDefinition(nameof(AbuseTests), DisableParallelization = true)]
public sealed class AbuseTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Forty_sockets_that_announce_a_quarter_gigabyte_are_closed_and_cost_no_memory()
    {
        await using var rig = await StartAsync();
        (await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1)).Client.Dispose();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var attackers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            var client = await RawClient.OpenAsync(rig.Port);
            await client.SendBytesAsync(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0x7F });
            return client;
        }));
        foreach (var attacker in attackers) Assert.Null(await attacker.ReadAsync());

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 * 1024 * 1024);
        Assert.Equal(40, rig.Count("avgw.mqtt.refused:packet-too-large"));
        var (honest, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        honest.Dispose();
        Assert.Equal(MqttConnectReasonCode.Success, answer.ReasonCode);
        foreach (var attacker in attackers) attacker.Dispose();
    }

    [Theory]
    [InlineData("C000", "not-connect-first")]
    [InlineData("474554202F20485454502F312E310D0A0D0A", "not-connect-first")]
    [InlineData("16030100", "not-connect-first")]
    [InlineData("10808080800000", "malformed")]
    [InlineData("100700044D515454FF", "malformed")]
    [InlineData("1006000000000000", "malformed")]
    public async Task What_is_no_connect_is_closed_at_once(string hex, string reason)
    {
        await using var rig = await StartAsync();
        using var client = await RawClient.OpenAsync(rig.Port);

        await client.SendBytesAsync(Convert.FromHexString(hex));

        Assert.Null(await client.ReadAsync());
        Assert.Equal(1, rig.Count($"avgw.mqtt.refused:{reason}"));
    }

    [Fact]
    public async Task Silence_before_connect_is_closed_after_five_seconds_and_not_before()
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        using var silent = await RawClient.OpenAsync(rig.Port);
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 1);

        clock.Pass(TimeSpan.FromSeconds(5) - Tick);
        Assert.Equal(0, rig.Count("avgw.mqtt.closed:no-connect"));
        clock.Pass(Tick);

        Assert.Null(await silent.ReadAsync());
        Assert.Equal(1, rig.Count("avgw.mqtt.closed:no-connect"));
    }

    [Fact]
    public async Task A_connect_that_drips_is_closed_after_the_same_five_seconds()
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        using var client = await RawClient.OpenAsync(rig.Port);
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 1);
        for (var i = 0; i < 5; i++)
        {
            await client.SendBytesAsync(new byte[] { i == 0 ? (byte)0x10 : (byte)0x40 });
            clock.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await client.ReadAsync());
        Assert.Equal(1, rig.Count("avgw.mqtt.closed:no-connect"));
    }

    [Theory]
    [InlineData(10, 15)]
    [InlineData(0, 90)]
    [InlineData(3600, 90)]
    public async Task A_silent_client_is_closed_after_one_and_a_half_keep_alives(ushort asked, int seconds)
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.KeepAlivePeriod = asked);
        using var open = client;
        Assert.Equal(asked == 10 ? 0 : 60, answer.ServerKeepAlive);

        clock.Pass(TimeSpan.FromSeconds(seconds) - Tick);
        await client.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await client.ReadAsync());
        clock.Pass(TimeSpan.FromSeconds(seconds) - Tick);
        Assert.Equal(0, rig.Count("avgw.mqtt.closed:silent"));
        clock.Pass(Tick);

        Assert.Equal(MqttDisconnectReasonCode.KeepAliveTimeout, await client.ClosedAsync());
    }

    [Fact]
    public async Task A_step_of_the_wall_clock_drops_nobody()
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;

        clock.WallStep = TimeSpan.FromHours(2);
        clock.Pass(TimeSpan.FromSeconds(10));
        await client.SendAsync(MqttPingReqPacket.Instance);

        Assert.IsType<MqttPingRespPacket>(await client.ReadAsync());
    }

    [Fact]
    public async Task An_oversize_packet_ends_the_connection_with_its_reason_before_its_body_came()
    {
        await using var rig = await StartAsync();
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;
        Assert.Equal(256u * 1024, answer.MaximumPacketSize);

        await client.SendBytesAsync(new byte[] { 0x30, 0xFF, 0xFF, 0x7F });

        Assert.Equal(MqttDisconnectReasonCode.PacketTooLarge, await client.ClosedAsync());
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(60_000)]
    public async Task A_topic_that_is_hopelessly_long_ends_the_connection_with_its_reason(int length)
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;

        await client.SendAsync(new MqttPublishPacket { Topic = new('t', length), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = 1 });

        Assert.Equal(MqttDisconnectReasonCode.TopicNameInvalid, await client.ClosedAsync());
        Assert.False(rig.Requests.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_second_connect_and_a_packet_for_servers_end_the_connection()
    {
        await using var rig = await StartAsync();
        foreach (var packet in new MqttPacket[] { new MqttConnectPacket { ClientId = "x", CleanSession = true }, MqttPingRespPacket.Instance })
        {
            var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
            using var open = client;
            await client.SendAsync(packet);
            await client.ClosedAsync();
        }
    }

    [Fact]
    public async Task Random_bytes_after_connect_end_that_connection_and_no_other()
    {
        await using var rig = await StartAsync();
        var (honest, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel2);
        using var held = honest;
        var random = new Random(11);
        for (var i = 0; i < 200; i++)
        {
            var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Engineer);
            using var open = client;
            var body = new byte[random.Next(1, 120)];
            random.NextBytes(body);
            var header = (byte)((random.Next(1, 16) << 4) | random.Next(16));
            await client.SendBytesAsync(new byte[] { header, (byte)body.Length }.Concat(body).Concat(new byte[] { 0xE0, 0x00 }).ToArray());
            await client.ClosedAsync();
        }

        await honest.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await honest.ReadAsync());
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_refused_and_the_place_is_free_again()
    {
        await using var rig = await StartAsync(new BrokerOptions { Site = "city", MaxConnections = 2 });
        var (a, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        var (b, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        var end = await Record.ExceptionAsync(async () =>
        {
            using var third = await RawClient.OpenAsync(rig.Port);
            Assert.Null(await third.ReadAsync());
        });
        Assert.True(end is null or SocketException { SocketErrorCode: SocketError.ConnectionReset }, $"{end}");
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.refused:too-many-connections") == 1);

        a.Dispose();
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 1);
        var (again, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);

        Assert.Equal(MqttConnectReasonCode.Success, answer.ReasonCode);
        Assert.Equal(1, rig.Count("avgw.mqtt.refused:too-many-connections"));
        again.Dispose();
        b.Dispose();
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V500)]
    [InlineData(MqttProtocolVersion.V311)]
    public async Task One_account_has_a_bound_of_its_own(MqttProtocolVersion version)
    {
        await using var rig = await StartAsync(new BrokerOptions { Site = "city", MaxConnectionsPerPanel = 1 });
        var (first, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, version);

        var (second, refused) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, version);
        var (other, granted) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel2, version);

        if (version is MqttProtocolVersion.V500) Assert.Equal(MqttConnectReasonCode.QuotaExceeded, refused.ReasonCode);
        else Assert.Equal(MqttConnectReturnCode.ConnectionRefusedServerUnavailable, refused.ReturnCode);
        Assert.Equal(MqttConnectReturnCode.ConnectionAccepted, granted.ReturnCode);
        first.Dispose();
        second.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_disconnected_and_the_others_lose_nothing()
    {
        await using var rig = await StartAsync(new BrokerOptions { Site = "city", MaxWaiting = 500, CloseWithin = TimeSpan.FromMilliseconds(500) });
        var (slow, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var held = slow;
        await slow.SubscribeAsync($"{Site}/court-1/#", qos: 0);
        var (good, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = good;
        await good.SubscribeAsync($"{Site}/court-1/#");

        var payload = new string('x', 8_000);
        var sent = 0;
        while (rig.Count("avgw.mqtt.closed:too-slow") == 0 && sent < 20_000)
        {
            rig.Publish("court-1/m/p", $"{sent++} {payload}", retain: false);
            Assert.StartsWith($"{sent - 1} ", System.Text.Encoding.UTF8.GetString((await good.NextPublishAsync())!.Payload.FirstSpan));
        }

        Assert.Equal(1, rig.Count("avgw.mqtt.closed:too-slow"));
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 1);
    }

    [Fact]
    public async Task A_client_that_asks_and_never_reads_the_answers_is_disconnected()
    {
        await using var rig = await StartAsync(new BrokerOptions { Site = "city", CloseWithin = TimeSpan.FromMilliseconds(500) });
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Engineer);
        using var open = client;
        var many = new byte[64 * 1024];
        for (var i = 0; i < many.Length; i += 2) many[i] = 0xC0;
        var flood = Task.Run(async () =>
        {
            while (rig.Count("avgw.mqtt.closed:answers-not-read") == 0) await client.SendBytesAsync(many);
        }, Stop);

        await rig.WhenAsync(() => rig.Count("avgw.mqtt.closed:answers-not-read") == 1);
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 0);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await flood;
            while (true) await client.SendBytesAsync(many);
        });
    }

    [Fact]
    public async Task A_client_that_never_acknowledges_gets_its_window_and_no_more()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.ReceiveMaximum = 3);
        using var open = client;
        await client.SubscribeAsync($"{Site}/court-1/#");
        for (var i = 0; i < 10; i++) rig.Publish($"court-1/m/p{i}", "1");

        ushort last = 0;
        for (var i = 0; i < 3; i++) last = Assert.IsType<MqttPublishPacket>(await client.ReadAsync()).PacketIdentifier;
        await client.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await client.ReadAsync());
        await client.SendAsync(new MqttPubAckPacket { PacketIdentifier = 60_000 });
        await client.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await client.ReadAsync());
        await client.SendAsync(new MqttPubAckPacket { PacketIdentifier = last });
        Assert.Equal($"{Site}/court-1/m/p3", Assert.IsType<MqttPublishPacket>(await client.ReadAsync()).Topic);
    }
}

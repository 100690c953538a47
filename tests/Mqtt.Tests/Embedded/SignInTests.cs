using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class SignInTests
{
    private const string Request = Site + "/$req/panel-1/court-1/matrix/do/route";
    private const string End = Site + "/$gw/g1/state";

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Nobody_comes_in_without_the_right_password(MqttProtocolVersion version)
    {
        await using var rig = await StartAsync();
        foreach (var (user, password) in new[] { ("panel-1", "wrong"), ("nobody", "x"), ("", ""), ("panel-1", "") })
        {
            var answer = await rig.TryConnectAsync(rig.Tcp(FakeUsers.Panel1, version).WithCredentials(user, password).Build());
            Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, answer.Result.ResultCode);
        }

        var anonymous = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", rig.Port).WithProtocolVersion(version).Build();
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await rig.TryConnectAsync(anonymous)).Result.ResultCode);
        Assert.Equal(5, rig.Count("avgw.mqtt.refused:sign-in"));
    }

    [Fact]
    public async Task A_will_is_not_published()
    {
        await using var rig = await StartAsync();
        var watcher = await rig.ConnectAsync(FakeUsers.Panel1);
        await watcher.SubscribeAsync("#");
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c =>
        {
            c.WillFlag = true;
            c.WillTopic = Request;
            c.WillMessage = "{}"u8.ToArray();
            c.WillRetain = true;
        });
        Assert.Equal(MqttConnectReasonCode.Success, answer.ReasonCode);

        client.Dispose();
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 1);

        Assert.False(rig.Requests.Reader.TryRead(out _));
        rig.Publish("$gw/g1/state", "{}", retain: false);
        Assert.Empty(await watcher.UntilAsync(End));
        Assert.Equal(1, rig.Count("avgw.mqtt.refused:will"));
    }

    [Fact]
    public async Task A_client_id_in_use_by_another_user_is_refused_and_its_session_is_untouched()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1, id: "wall");
        await panel.SubscribeAsync($"{Site}/court-1/#");

        foreach (var version in new[] { MqttProtocolVersion.V500, MqttProtocolVersion.V311 })
        {
            var (thief, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel2, version, c =>
            {
                c.ClientId = "wall";
                c.CleanSession = false;
            });
            thief.Dispose();
            Assert.Equal(MqttConnectReturnCode.ConnectionRefusedIdentifierRejected,
                version is MqttProtocolVersion.V311 ? answer.ReturnCode : MqttConnectReturnCode.ConnectionRefusedIdentifierRejected);
            if (version is MqttProtocolVersion.V500) Assert.Equal(MqttConnectReasonCode.ClientIdentifierNotValid, answer.ReasonCode);
        }

        rig.Publish("court-1/m/p", "1");
        Assert.Equal($"{Site}/court-1/m/p", (await panel.NextAsync()).Topic);
    }

    [Fact]
    public async Task The_same_user_may_take_a_client_id_over_and_starts_clean()
    {
        await using var rig = await StartAsync();
        var (old, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.ClientId = "wall");
        await old.SubscribeAsync($"{Site}/#");

        var (young, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c =>
        {
            c.ClientId = "wall";
            c.CleanSession = false;
            c.SessionExpiryInterval = 3600;
        });
        using var open = young;

        Assert.False(answer.IsSessionPresent);
        Assert.Equal(MqttDisconnectReasonCode.SessionTakenOver, await old.ClosedAsync());
        rig.Publish("court-1/m/p", "1");
        await young.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await young.ReadAsync());
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, false)]
    [InlineData(MqttProtocolVersion.V500, false)]
    [InlineData(MqttProtocolVersion.V500, true)]
    public async Task A_session_ends_with_its_connection(MqttProtocolVersion version, bool clean)
    {
        await using var rig = await StartAsync();
        var (first, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, version, Keep);
        await first.SubscribeAsync($"{Site}/court-1/#");
        if (clean) await first.SendAsync(new MqttDisconnectPacket());
        first.Dispose();
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.connections") == 0);
        rig.Publish("court-1/m/p", "1");

        var (second, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, version, Keep);
        using var open = second;

        Assert.False(answer.IsSessionPresent);
        await second.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await second.ReadAsync());

        void Keep(MqttConnectPacket connect)
        {
            connect.ClientId = "wall";
            connect.CleanSession = false;
            connect.SessionExpiryInterval = version is MqttProtocolVersion.V500 ? 3600u : 0;
        }
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("a/b")]
    [InlineData("#")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_client_id_of_other_letters_or_too_long_is_refused(string id)
    {
        await using var rig = await StartAsync();
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.ClientId = id);
        client.Dispose();
        Assert.Equal(MqttConnectReasonCode.ClientIdentifierNotValid, answer.ReasonCode);
    }

    [Fact]
    public async Task An_empty_client_id_is_given_one()
    {
        await using var rig = await StartAsync();
        var (young, told) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.ClientId = "");
        var (old, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, MqttProtocolVersion.V311, c => c.ClientId = "");
        var (kept, refused) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, MqttProtocolVersion.V311, c => c.ClientId = "x");

        Assert.StartsWith("auto-", told.AssignedClientIdentifier);
        Assert.Equal(MqttConnectReturnCode.ConnectionAccepted, answer.ReturnCode);
        Assert.Equal(MqttConnectReturnCode.ConnectionAccepted, refused.ReturnCode);
        young.Dispose();
        old.Dispose();
        kept.Dispose();
    }

    [Fact]
    public async Task An_account_that_ends_takes_its_connections_with_it()
    {
        var clock = new ManualClock();
        var users = new FakeUsers(FakeUsers.Vendor with { Until = clock.GetUtcNow() + TimeSpan.FromSeconds(20) });
        await using var rig = await StartAsync(users: users, time: clock);
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Vendor);
        using var open = client;

        clock.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(MqttDisconnectReasonCode.NotAuthorized, await client.ClosedAsync());
    }

    [Fact]
    public async Task Enhanced_authentication_is_refused()
    {
        await using var rig = await StartAsync();
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.AuthenticationMethod = "SCRAM-SHA-256");
        client.Dispose();
        Assert.Equal(MqttConnectReasonCode.BadAuthenticationMethod, answer.ReasonCode);
    }

    [Fact]
    public async Task Over_a_web_socket_the_same_holds()
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/m/p", "1");
        var options = Options(FakeUsers.Panel1).WithWebSocketServer(w => w.WithUri($"ws://127.0.0.1:{rig.WebPort}/mqtt")).Build();
        var panel = await rig.TryConnectAsync(options);
        Assert.Equal(MqttClientConnectResultCode.Success, panel.Result.ResultCode);

        await panel.SubscribeAsync("#");
        Assert.Equal("1", (await panel.NextAsync()).ConvertPayloadToString());
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await panel.SubscribeAsync($"{Site}/court-2/#"));
        await panel.PublishAsync(Request);
        Assert.Equal(Request, (await rig.Requests.Reader.ReadAsync(Stop)).Topic);

        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{rig.WebPort}/mqtt"), Stop);
        await socket.SendAsync(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0x7F }, System.Net.WebSockets.WebSocketMessageType.Binary, true, Stop);
        await rig.WhenAsync(() => rig.Count("avgw.mqtt.refused:packet-too-large") == 1);
    }

    [Fact]
    public async Task Over_tls_the_same_holds()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using var rig = await StartAsync(certificate: certificate);
        rig.Publish("court-1/m/p", "1");
        var panel = await rig.TryConnectAsync(Options(FakeUsers.Panel1).WithTcpServer("127.0.0.1", rig.SecurePort)
            .WithTlsOptions(t => t.UseTls().WithCertificateValidationHandler(_ => true)).Build());
        Assert.Equal(MqttClientConnectResultCode.Success, panel.Result.ResultCode);

        await panel.SubscribeAsync("#");
        Assert.Equal("1", (await panel.NextAsync()).ConvertPayloadToString());
    }
}

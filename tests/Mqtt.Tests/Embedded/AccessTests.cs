using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class AccessTests
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
    public async Task A_wider_filter_is_narrowed_at_delivery()
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/output-1", "1");
        rig.Publish("court-2/matrix/output-1", "1");
        rig.Publish("$fault/f-1", "{}");
        rig.Publish("$escalation/acme/f-1", "{}");
        foreach (var filter in new[] { "#", "avgw/#", $"{Site}/+/+/#", "+/+/+/#" })
        {
            var panel = await rig.ConnectAsync(FakeUsers.Panel1);
            Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await panel.SubscribeAsync(filter));
            rig.Publish("court-2/matrix/output-1", "2");
            rig.Publish("court-1x/matrix/output-1", "2");
            rig.Publish("$rsp/panel-2/a", "{}", retain: false);
            rig.Publish("court-1/matrix/output-1", "2");
            rig.Publish("$gw/g1/state", "{}", retain: false);

            Assert.Equal([$"{Site}/court-1/matrix/output-1", $"{Site}/court-1/matrix/output-1"], (await panel.UntilAsync(End)).Select(m => m.Topic));
        }

        // Narrowed where receivers are found; the look at the last moment is for rights that went while something waited.
        Assert.Equal(0, rig.Count("avgw.mqtt.dropped:right-taken-away"));
    }

    [Theory]
    [InlineData("panel-1", Site + "/court-2/#")]
    [InlineData("panel-1", Site + "/court-2/matrix/output-1")]
    [InlineData("panel-1", Site + "/$fault/#")]
    [InlineData("panel-1", Site + "/$rsp/panel-2/#")]
    [InlineData("panel-1", Site + "/$req/#")]
    [InlineData("panel-1", "avgw/1/other/#")]
    [InlineData("panel-1", "$SYS/#")]
    [InlineData("engineer", "$SYS/#")]
    [InlineData("engineer", Site + "/$req/+/#")]
    [InlineData("engineer", Site + "/$rsp/panel-1/#")]
    [InlineData("vendor-acme", Site + "/court-1/#")]
    [InlineData("vendor-acme", Site + "/$escalation/other/#")]
    [InlineData("vendor-acme", Site + "/$gw/+/state")]
    public async Task A_filter_wholly_outside_is_refused(string name, string filter)
    {
        await using var rig = await StartAsync();
        var user = rig.Users.Find(name)!;

        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await (await rig.ConnectAsync(user)).SubscribeAsync(filter));
        Assert.Equal(MqttClientSubscribeResultCode.UnspecifiedError, await (await rig.ConnectAsync(user, MqttProtocolVersion.V311)).SubscribeAsync(filter));
    }

    [Fact]
    public async Task Shared_deep_and_many_subscriptions_are_refused_with_their_reason()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Engineer);
        using var open = client;

        Assert.Equal(MqttSubscribeReasonCode.SharedSubscriptionsNotSupported, (await client.SubscribeAsync($"$share/g/{Site}/#")).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.TopicFilterInvalid, (await client.SubscribeAsync(string.Join('/', Enumerable.Repeat("+", 13)))).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.TopicFilterInvalid, (await client.SubscribeAsync($"{Site}/{new string('x', 300)}")).ReasonCodes[0]);
        for (var i = 0; i < 20; i++) Assert.Equal(MqttSubscribeReasonCode.GrantedQoS1, (await client.SubscribeAsync($"{Site}/r{i}/#")).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.QuotaExceeded, (await client.SubscribeAsync($"{Site}/r20/#")).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.GrantedQoS1, (await client.SubscribeAsync($"{Site}/r3/#")).ReasonCodes[0]);
    }

    [Fact]
    public async Task A_request_reaches_the_gateway_with_all_it_carries()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1, id: "panel-1.left");

        var result = await panel.Mqtt.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(Request).WithPayload("{\"args\":{}}")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithResponseTopic($"{Site}/$rsp/panel-1/a")
            .WithCorrelationData([1, 2]).WithMessageExpiryInterval(7).Build(), Stop);

        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        var request = await rig.Requests.Reader.ReadAsync(Stop);
        Assert.Equal((Request, false, "panel-1.left"), (request.Topic, request.Retained, request.Client));
        Assert.Equal(($"{Site}/$rsp/panel-1/a", 7u), (request.ResponseTopic, request.ExpirySeconds));
        Assert.Equal("{\"args\":{}}"u8.ToArray(), request.Payload.ToArray());
        Assert.Equal([1, 2], request.Correlation!.Value.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_request_of_any_quality_arrives_and_one_without_extras_has_none(int qos)
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1, MqttProtocolVersion.V311);

        await panel.PublishAsync(Request, qos: qos);

        var request = await rig.Requests.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience, Stop);
        Assert.Null(request.ResponseTopic);
        Assert.Null(request.Correlation);
        Assert.Null(request.ExpirySeconds);
    }

    [Theory]
    [InlineData("panel-1", Site + "/court-1/matrix/output-1")]
    [InlineData("panel-1", Site + "/$gw/g1/state")]
    [InlineData("panel-1", Site + "/$req/panel-2/court-2/matrix/do/route")]
    [InlineData("panel-1", Site + "/$req/panel-1")]
    [InlineData("panel-1", Site + "/$req/panel-1x/court-1/matrix/do/route")]
    [InlineData("panel-1", Site + "/$rsp/panel-1/a")]
    [InlineData("panel-1", "avgw/1/other/$req/panel-1/court-1/matrix/do/route")]
    [InlineData("panel-1", "$SYS/broker")]
    [InlineData("engineer", Site + "/court-1/matrix/output-1")]
    [InlineData("engineer", Site + "/$req/panel-1/court-1/matrix/do/route")]
    [InlineData("auditor", Site + "/$req/auditor/court-1/matrix/do/route")]
    public async Task Nothing_may_be_published_but_requests_of_ones_own(string name, string topic)
    {
        await using var rig = await StartAsync();
        var watcher = await rig.ConnectAsync(FakeUsers.Engineer);
        await watcher.SubscribeAsync("#");
        var client = await rig.ConnectAsync(rig.Users.Find(name)!);

        foreach (var qos in new[] { 1, 2 })
            Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await client.PublishAsync(topic, qos: qos)).ReasonCode);
        await client.PublishAsync(topic, qos: 0, retain: true);
        await client.Mqtt.PingAsync(Stop);

        Assert.False(rig.Requests.Reader.TryRead(out _));
        Assert.Empty(rig.Broker.Retained);
        rig.Publish("$gw/g1/state", "{}", retain: false);
        Assert.Empty(await watcher.UntilAsync(End));
        Assert.Equal(3, rig.Count("avgw.mqtt.refused:publish-right"));
    }

    [Fact]
    public async Task An_old_client_that_is_refused_a_publication_loses_its_connection_instead_of_being_told_yes()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, MqttProtocolVersion.V311);
        using var open = client;

        await client.SendAsync(new MqttPublishPacket { Topic = $"{Site}/court-1/x", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = 9 });

        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_retained_request_is_handed_on_as_such_and_never_kept()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);

        await panel.PublishAsync(Request, retain: true);

        Assert.True((await rig.Requests.Reader.ReadAsync(Stop)).Retained);
        Assert.Empty(rig.Broker.Retained);
    }

    [Fact]
    public async Task A_panel_that_floods_is_refused_beyond_its_burst_and_an_engineer_is_not()
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        var engineer = await rig.ConnectAsync(FakeUsers.Engineer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => panel.PublishAsync(Request)));
        var others = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => engineer.PublishAsync($"{Site}/$req/engineer/court-1/matrix/do/route")));
        Assert.Equal(40, answers.Count(a => a.ReasonCode is MqttClientPublishReasonCode.Success));
        Assert.Equal(60, answers.Count(a => a.ReasonCode is MqttClientPublishReasonCode.QuotaExceeded));
        Assert.All(others, a => Assert.Equal(MqttClientPublishReasonCode.Success, a.ReasonCode));

        clock.Pass(TimeSpan.FromSeconds(1));
        answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => panel.PublishAsync(Request)));
        Assert.Equal(20, answers.Count(a => a.ReasonCode is MqttClientPublishReasonCode.Success));

        // A new connection is the same user: the burst does not start anew.
        answers = await Task.WhenAll((await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => rig.ConnectAsync(FakeUsers.Panel1)))).Select(c => c.PublishAsync(Request)));
        Assert.All(answers, a => Assert.Equal(MqttClientPublishReasonCode.QuotaExceeded, a.ReasonCode));

        clock.Pass(TimeSpan.FromSeconds(60));
        Assert.Single(rig.Log.Lines, l => l.Level is LogLevel.Warning && l.Text == "refused to panel-1: publish-rate 73 times");
    }

    [Fact]
    public async Task Topics_that_are_too_deep_too_long_or_wild_are_refused()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;
        ushort id = 0;
        foreach (var rest in new[] { string.Join('/', Enumerable.Repeat("a", 12)), new string('a', 300), "+/do/x", "court-1/#" })
        {
            await client.SendAsync(new MqttPublishPacket { Topic = $"{Site}/$req/panel-1/{rest}", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = ++id });
            Assert.Equal(MqttPubAckReasonCode.TopicNameInvalid, Assert.IsType<MqttPubAckPacket>(await client.ReadAsync()).ReasonCode);
        }

        Assert.False(rig.Requests.Reader.TryRead(out _));
    }

    [Fact]
    public async Task The_deepest_request_of_the_contract_is_taken()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        var result = await panel.PublishAsync($"{Site}/$req/panel-1/court-1/matrix/$probe/ping/do/run");
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
    }

    [Fact]
    public async Task Topic_aliases_work_up_to_their_bound()
    {
        await using var rig = await StartAsync();
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;
        Assert.Equal(32, answer.TopicAliasMaximum);

        await client.SendAsync(new MqttPublishPacket { Topic = Request, TopicAlias = 32 });
        await client.SendAsync(new MqttPublishPacket { Topic = "", TopicAlias = 32 });
        for (var i = 0; i < 2; i++) Assert.Equal(Request, (await rig.Requests.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience, Stop)).Topic);
        await client.SendAsync(new MqttPublishPacket { Topic = Request, TopicAlias = 33 });

        Assert.Equal(MqttDisconnectReasonCode.TopicAliasInvalid, await client.ClosedAsync());
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
    public async Task Taking_a_room_away_acts_on_the_live_session_and_giving_one_does_as_well()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/#");
        rig.Publish("court-1/m/p", "1");
        Assert.Equal("1", (await panel.NextAsync()).ConvertPayloadToString());

        rig.Users.Set(FakeUsers.Panel1 with { Rooms = ["court-2"] });
        rig.Publish("court-1/m/p", "2");
        rig.Publish("court-2/m/p", "2");

        Assert.Equal($"{Site}/court-2/m/p", (await panel.NextAsync()).Topic);
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await panel.SubscribeAsync($"{Site}/court-1/#"));
    }

    [Fact]
    public async Task What_waits_for_a_client_is_not_delivered_after_its_right_is_gone()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.ReceiveMaximum = 1);
        using var open = client;
        await client.SubscribeAsync($"{Site}/#");
        for (var i = 0; i < 3; i++) rig.Publish($"court-1/m/p{i}", "1");
        var first = Assert.IsType<MqttPublishPacket>(await client.ReadAsync());

        rig.Users.Set(FakeUsers.Panel1 with { Rooms = ["court-2"] });
        rig.Publish("court-2/m/p", "2");
        await client.SendAsync(new MqttPubAckPacket { PacketIdentifier = first.PacketIdentifier });

        Assert.Equal($"{Site}/court-2/m/p", Assert.IsType<MqttPublishPacket>(await client.ReadAsync()).Topic);
        Assert.Equal(2, rig.Count("avgw.mqtt.dropped:right-taken-away"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_removed_user_and_one_with_a_new_password_are_disconnected(bool removed)
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        var old = await rig.ConnectAsync(FakeUsers.Panel1, MqttProtocolVersion.V311);
        var other = await rig.ConnectAsync(FakeUsers.Panel2);

        if (removed) rig.Users.Remove("panel-1");
        else rig.Users.SetPassword("panel-1", "another-one");

        Assert.Equal(MqttClientDisconnectReason.NotAuthorized, (await panel.Closed).Reason);
        await old.Closed;
        Assert.True(other.Mqtt.IsConnected);
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await rig.TryConnectAsync(rig.Tcp(FakeUsers.Panel1).Build())).Result.ResultCode);
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
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var rig = await StartAsync(certificate: certificate);
        rig.Publish("court-1/m/p", "1");
        var panel = await rig.TryConnectAsync(Options(FakeUsers.Panel1).WithTcpServer("127.0.0.1", rig.SecurePort)
            .WithTlsOptions(t => t.UseTls().WithCertificateValidationHandler(_ => true)).Build());
        Assert.Equal(MqttClientConnectResultCode.Success, panel.Result.ResultCode);

        await panel.SubscribeAsync("#");
        Assert.Equal("1", (await panel.NextAsync()).ConvertPayloadToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_request_comes_through_whole(bool web)
    {
        await using var rig = await StartAsync();
        var options = Options(FakeUsers.Engineer);
        var engineer = await rig.TryConnectAsync(web
            ? options.WithWebSocketServer(w => w.WithUri($"ws://127.0.0.1:{rig.WebPort}/mqtt")).Build()
            : options.WithTcpServer("127.0.0.1", rig.Port).Build());
        var payload = new string('x', 250_000);

        await engineer.PublishAsync($"{Site}/$req/engineer/court-1/matrix/do/route", payload);

        Assert.Equal(payload.Length, (await rig.Requests.Reader.ReadAsync(Stop)).Payload.Length);
    }

    [Fact]
    public async Task A_bug_behind_the_ear_ends_that_connection_and_is_told()
    {
        await using var rig = await StartAsync(started: false);
        await rig.Broker.StartAsync(new($"{Site}/$gw/g1/state", "{}"u8.ToArray(), true), _ => throw new InvalidOperationException("bug"), Stop);
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;

        await client.SendAsync(new MqttPublishPacket { Topic = Request, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = 1 });

        Assert.Null(await client.ReadAsync());
        Assert.Single(rig.Log.Lines, l => l.Level is LogLevel.Error);
    }

    [Fact]
    public async Task Options_out_of_range_are_all_named()
    {
        var bad = new AvGateway.Mqtt.Embedded.BrokerOptions { Site = "city", InFlight = 0, MaxPacket = 1 };
        Assert.Equal(2, bad.Findings().Count());
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(bad));
        Assert.Empty(new AvGateway.Mqtt.Embedded.BrokerOptions { Site = "city" }.Findings());
    }
}

using System.Text;
using AvGateway.Devices;
using AvGateway.Mqtt.Session;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Tests.Session;

public sealed class RequestDeskTests : IAsyncLifetime, IDisposable
{
    private const string Route = """{"args":{"input":7,"output":3},"id":"a1"}""";
    private static readonly byte[] Uuid = Convert.FromHexString("00112233445566778899aabbccddeeff");

    private readonly GatewayBench _bench = new(more: [new EchoFamily(), new BrokenFamily()]);

    /// <summary>A family of a later version.</summary>
    private sealed class EchoFamily : IRequestFamily
    {
        public string Name => "$scene";

        public void Ask(MqttRequest request, IAnswers answers) =>
            answers.Give(new AnswerWriter("city").Refused(request.Id!, null, new(AnswerCodes.Unknown, "echo " + request.Target["scene"]), default));
    }

    private sealed class BrokenFamily : IRequestFamily
    {
        public string Name => "$power";

        public void Ask(MqttRequest request, IAnswers answers) => throw new InvalidOperationException("bug");
    }

    public async ValueTask InitializeAsync()
    {
        _bench.Device.EndsWith = CommandResult.Verified;
        await _bench.Gateway.StartAsync(GatewayBench.Test);
    }

    public ValueTask DisposeAsync() => default;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_MQTT_3_request_is_answered_below_its_own_id()
    {
        var (_, json) = await _bench.AskAsync(_bench.Message("court-1/matrix/do/route", Route), _bench.Topics.Answer("engineer", "a1"));

        Assert.Equal(200, json.GetProperty("stat").GetInt32());
        Assert.Equal("a1", json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_MQTT_5_request_is_answered_where_it_wishes_with_its_correlation()
    {
        var topic = _bench.Topics.Answer("engineer", "inbox");
        var message = _bench.Message("court-1/matrix/do/route", """{"args":{"input":7,"output":3}}""") with { ResponseTopic = topic, Correlation = Uuid };

        var (answer, json) = await _bench.AskAsync(message, topic);

        Assert.Equal(Uuid, answer.Correlation!.Value.ToArray());
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", json.GetProperty("id").GetString());
        Assert.False(answer.Retain);
    }

    [Fact]
    public async Task Correlation_without_a_response_topic_is_answered_below_the_id_that_it_stands_for()
    {
        var message = _bench.Message("court-1/matrix/do/power-on", "") with { Correlation = Uuid };

        var (_, json) = await _bench.AskAsync(message, _bench.Topics.Answer("engineer", "00112233-4455-6677-8899-aabbccddeeff"));

        Assert.Equal(200, json.GetProperty("stat").GetInt32());
    }

    [Fact]
    public async Task A_set_property_goes_the_same_way()
    {
        await _bench.AskAsync(_bench.Message("court-1/matrix/set/output-3", """{"args":{"v":7},"id":"a1"}"""), _bench.Topics.Answer("engineer", "a1"));

        Assert.Equal(Arguments.Of(("input", 7), ("output", 3)), _bench.Device.LastAsked.Request.Args);
    }

    [Fact]
    public async Task A_response_topic_of_somebody_else_is_refused_where_the_caller_can_read_it()
    {
        var message = _bench.Message("court-1/matrix/do/route", Route, "panel-1") with { ResponseTopic = _bench.Topics.Answer("engineer", "x") };

        var (_, json) = await _bench.AskAsync(message, _bench.Topics.Answer("panel-1", "a1"));

        Assert.Equal("AVG-AUTH-RESPONSE", json.GetProperty("code").GetString());
        Assert.Empty(_bench.Fake.On(_bench.Topics.Answer("engineer", "x")));
        Assert.Empty(_bench.Device.AllAsked);
    }

    [Fact]
    public async Task A_retained_request_is_refused()
    {
        var (_, json) = await _bench.AskAsync(_bench.Message("court-1/matrix/do/route", Route) with { Retained = true }, _bench.Topics.Answer("engineer", "a1"));

        Assert.Equal((400, "AVG-REQ-RETAINED"), (json.GetProperty("stat").GetInt32(), json.GetProperty("code").GetString()));
        Assert.Empty(_bench.Device.AllAsked);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "court-1/matrix/do/route", """{"args":{"input":7,"output":3},"room":1}""", "AVG-REQ-MALFORMED" },
        { "court-1/matrix/do/route", "{", "AVG-REQ-MALFORMED" },
        { "court-1/matrix/do", "{}", "AVG-REQ-TOPIC" },
        { "court-1/nothing/do/route", "{}", "AVG-REQ-UNKNOWN" },
        { "court-1/$hearing/do/open", "{}", "AVG-REQ-UNKNOWN" },
        { "$inspection/do/run", "{}", "AVG-REQ-UNKNOWN" },
        { "$fault/F-2026-000123/do/ack", "{}", "AVG-REQ-UNKNOWN" },
        { "$schedule/j/do/run", "{}", "AVG-REQ-UNKNOWN" },
        { "court-1/matrix/$probe/tcp/do/run", "{}", "AVG-REQ-UNKNOWN" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_told_once(string tail, string payload, string code)
    {
        var topic = _bench.Topics.Answer("engineer", "inbox");
        var (_, json) = await _bench.AskAsync(_bench.Message(tail, payload) with { ResponseTopic = topic, Correlation = Uuid }, topic);

        Assert.Equal(400, json.GetProperty("stat").GetInt32());
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Single(_bench.Fake.On(topic));
    }

    [Fact]
    public async Task A_payload_above_64_KiB_is_refused()
    {
        var topic = _bench.Topics.Answer("engineer", "inbox");
        var message = _bench.Message("court-1/matrix/do/route", new string(' ', 70_000)) with { ResponseTopic = topic, Correlation = Uuid };

        Assert.Equal("AVG-REQ-SIZE", (await _bench.AskAsync(message, topic)).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Correlation_data_that_is_too_long_is_refused_where_an_answer_can_go()
    {
        var topic = _bench.Topics.Answer("engineer", "inbox");
        var message = _bench.Message("court-1/matrix/do/power-on", "") with { ResponseTopic = topic, Correlation = new byte[65] };

        Assert.Equal("AVG-REQ-ID", (await _bench.AskAsync(message, topic)).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_shorter_of_two_expiries_counts()
    {
        var message = _bench.Message("court-1/matrix/do/power-on", """{"id":"a1","ttl":9}""") with { ExpirySeconds = 3 };
        await _bench.AskAsync(message, _bench.Topics.Answer("engineer", "a1"));

        Assert.Equal(TimeSpan.FromSeconds(3), _bench.Device.LastAsked.Request.Deadline.Remaining(_bench.Around.Clock));
    }

    [Fact]
    public async Task A_zero_time_to_live_is_expired_and_never_carried_out()
    {
        var (_, json) = await _bench.AskAsync(_bench.Message("court-1/matrix/do/power-on", """{"id":"a1","ttl":0}"""), _bench.Topics.Answer("engineer", "a1"));

        Assert.Equal("AVG-EXPIRED", json.GetProperty("code").GetString());
        Assert.Empty(_bench.Device.AllAsked);
    }

    [Fact]
    public async Task Without_an_id_it_runs_and_nobody_is_answered()
    {
        var before = _bench.Fake.All.Count;
        _bench.Fake.Ask(_bench.Message("court-1/matrix/do/power-on", "{}"));

        // Read one after the other: when the second is answered, the first is through.
        await _bench.AskAsync(_bench.Message("court-1/matrix/do/power-on", """{"id":"a2"}"""), _bench.Topics.Answer("engineer", "a2"));

        Assert.Equal(2, _bench.Device.AllAsked.Count);
        Assert.All(_bench.Fake.All.Skip(before), p => Assert.Equal(_bench.Topics.Answer("engineer", "a2"), p.Topic));
        Assert.Contains(_bench.Around.Journal.Rows, r => r.Kind == "command.accepted" && r.Details.Contains('~'));
    }

    [Fact]
    public async Task A_family_of_a_later_version_plugs_in()
    {
        var (_, json) = await _bench.AskAsync(_bench.Message("court-1/$scene/trial/do/run", """{"id":"a1"}"""), _bench.Topics.Answer("engineer", "a1"));

        Assert.Equal("echo trial", json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_family_that_breaks_is_answered_and_the_next_request_is_served()
    {
        var (_, json) = await _bench.AskAsync(_bench.Message("$power/do/off", """{"id":"a1"}"""), _bench.Topics.Answer("engineer", "a1"));
        Assert.Equal(500, json.GetProperty("stat").GetInt32());

        await _bench.AskAsync(_bench.Message("court-1/matrix/do/power-on", """{"id":"a2"}"""), _bench.Topics.Answer("engineer", "a2"));
    }

    [Fact]
    public void More_than_can_wait_is_turned_away_at_once()
    {
        using var bench = new GatewayBench();
        var topic = bench.Topics.Answer("engineer", "late");
        for (var i = 0; i < RequestDesk.MostWaiting; i++) bench.Desk.Receive(bench.Message("court-1/matrix/do/power-on", "{}"));
        bench.Desk.Receive(bench.Message("court-1/matrix/do/power-on", """{"id":"late"}"""));

        var json = bench.Fake.Last(topic);

        Assert.Equal(429, json.GetProperty("stat").GetInt32());
        Assert.True(json.GetProperty("retryAfterMs").GetInt32() > 0);
    }

    [Fact]
    public async Task Requests_of_one_connection_reach_the_device_in_their_order()
    {
        for (var i = 1; i <= 30; i++) _bench.Fake.Ask(_bench.Message("court-1/matrix/set/output-1", $$"""{"args":{"v":{{i}}},"id":"n{{i}}"}"""));
        await _bench.AskAsync(_bench.Message("court-1/matrix/set/output-1", """{"args":{"v":31},"id":"n31"}"""), _bench.Topics.Answer("engineer", "n31"));

        Assert.Equal(Enumerable.Range(1, 31), _bench.Device.AllAsked.Select(a => (int)a.Request.Args["input"].Integer));
    }

    [Fact]
    public async Task Mutated_topics_and_payloads_always_get_a_typed_answer()
    {
        var random = new Random(7);
        var tails = TopicTable.Requests.Select(r => r.Pattern.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)).ToArray();
        var inbox = _bench.Topics.Answer("engineer", "inbox");
        for (var i = 0; i < 500; i++)
        {
            var tail = new StringBuilder(tails[i % tails.Length]);
            tail[random.Next(tail.Length)] = "/$#+a-Z\u0000é"[random.Next(9)];
            var payload = Encoding.UTF8.GetBytes(Route);
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
            _bench.Fake.Ask(new(_bench.Topics.Request("engineer", tail.ToString()), payload, false) { ResponseTopic = inbox, Correlation = BitConverter.GetBytes(i + 1) });
        }

        await _bench.AskAsync(_bench.Message("court-1/matrix/do/power-on", """{"id":"end"}"""), _bench.Topics.Answer("engineer", "end"));

        var answers = _bench.Fake.On(inbox).Where(p => FakeBus.Json(p).GetProperty("final").GetBoolean()).ToList();
        Assert.Equal(500, answers.Count);
        Assert.All(answers, answer =>
        {
            var json = FakeBus.Json(answer);
            var code = Assert.Single(AnswerCodes.All, c => c.Stat == json.GetProperty("stat").GetInt32() && c.Code == json.GetProperty("code").GetString());

            // Only the family that is broken on purpose may end this way.
            if (code == AnswerCodes.Internal) Assert.Contains("trace", json.GetProperty("title").GetString(), StringComparison.Ordinal);
        });
    }
}

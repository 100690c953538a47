using AvGateway.Devices;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Tests.Topics;

public sealed class TopicMapTests
{
    private static readonly TopicMap Map = new("avgw", "city");
    private static readonly DeviceId Matrix = new("court-1", "matrix");

    public static TheoryData<string, string> Built => new()
    {
        { Map.GatewayState("gw-1"), "avgw/1/city/$gw/gw-1/state" },
        { Map.GatewayDescription("gw-1"), "avgw/1/city/$gw/gw-1/info" },
        { Map.GatewayHealth("gw-1"), "avgw/1/city/$gw/gw-1/health" },
        { Map.DeviceDescription(Matrix), "avgw/1/city/court-1/matrix/$desc" },
        { Map.DeviceState(Matrix), "avgw/1/city/court-1/matrix/$state" },
        { Map.Property(Matrix, "output-3"), "avgw/1/city/court-1/matrix/output-3" },
        { Map.Target(Matrix, "output-3"), "avgw/1/city/court-1/matrix/output-3/$target" },
        { Map.Event(Matrix, "incoming-call"), "avgw/1/city/court-1/matrix/$event/incoming-call" },
        { Map.Request("panel-1", "court-1/matrix/do/route"), "avgw/1/city/$req/panel-1/court-1/matrix/do/route" },
        { Map.Answer("panel-1", "a1"), "avgw/1/city/$rsp/panel-1/a1" },
        { Map.RequestFilter, "avgw/1/city/$req/#" },
    };

    [Theory]
    [MemberData(nameof(Built))]
    public void Builds(string built, string expected) => Assert.Equal(expected, built);

    [Theory]
    [InlineData("$gw/gw-1/state", "gatewayState")]
    [InlineData("$gw/gw-1/info", "gatewayInfo")]
    [InlineData("$gw/gw-1/health", "gatewayHealth")]
    [InlineData("court-1/matrix/$desc", "deviceDescription")]
    [InlineData("court-1/matrix/$state", "deviceState")]
    [InlineData("court-1/matrix/output-3", "deviceProperty")]
    [InlineData("court-1/matrix/output-3/$target", "deviceTarget")]
    [InlineData("court-1/matrix/$event/incoming-call", "deviceEvent")]
    [InlineData("court-1/matrix/$probe/tcp", "probe")]
    [InlineData("court-1/$probe/climate", "roomProbe")]
    [InlineData("$probe/database", "siteProbe")]
    [InlineData("$line/line-1", "line")]
    [InlineData("$watch/wan", "watch")]
    [InlineData("$watch/wan/0a1b2c3d", "watchedCall")]
    [InlineData("court-1/$hearing", "hearing")]
    [InlineData("court-1/$scene/trial", "scene")]
    [InlineData("$schedule/holidays", "schedule")]
    [InlineData("$power/01J8ZX", "power")]
    [InlineData("$fault/F-2026-000123", "fault")]
    [InlineData("$escalation/acme/F-2026-000123", "escalation")]
    [InlineData("$fault-log", "faultLog")]
    [InlineData("$rsp/panel-1/a1", "answer")]
    public void Reads_published_topics(string tail, string row)
    {
        Assert.True(Map.TryReadPublished("avgw/1/city/" + tail, out var found, out var levels));

        Assert.Equal(row, found.Name);
        Assert.Equal(tail.Split('/'), levels);
    }

    [Theory]
    [InlineData("avgw/2/city/court-1/matrix/$state")]
    [InlineData("avgw/1/town/court-1/matrix/$state")]
    [InlineData("avgw/1/city/court-1/matrix/$nothing")]
    [InlineData("avgw/1/city/court-1/matrix")]
    [InlineData("avgw/1/city/Court-1/matrix/$state")]
    [InlineData("avgw/1/city//matrix/$state")]
    [InlineData("avgw/1/city/")]
    [InlineData("avgw/1/city")]
    public void Other_topics_are_none_of_ours(string topic) => Assert.False(Map.TryReadPublished(topic, out _, out _));

    [Fact]
    public void Every_published_row_is_read_back_as_itself()
    {
        foreach (var row in TopicTable.Published)
        {
            var topic = "avgw/1/city/" + string.Join('/', row.Levels.Select(l => l.StartsWith('{') ? "x-1" : l));
            Assert.True(Map.TryReadPublished(topic, out var found, out _));
            Assert.Same(row, found);
        }
    }

    [Fact]
    public void Every_request_row_is_read_back_as_itself()
    {
        foreach (var row in TopicTable.Requests)
        {
            var tail = string.Join('/', row.Levels.Select(l => l.StartsWith('{') ? "x-1" : l));
            Assert.True(Map.TryReadRequest(Map.Request("panel-1", tail), out var found));
            Assert.Same(row, found.Row);
            Assert.Equal("panel-1", found.Caller);
        }
    }

    [Theory]
    [InlineData("court-1/matrix/do/route", AskKind.Do, "route")]
    [InlineData("court-1/matrix/set/output-3", AskKind.Set, "output-3")]
    public void A_device_request_names_device_kind_and_word(string tail, AskKind kind, string name)
    {
        Assert.True(Map.TryReadRequest(Map.Request("panel-1", tail), out var target));

        Assert.Equal(Matrix, target.Device);
        Assert.Equal((kind, name), (target.Kind, target.Name));
        Assert.Equal(TopicTable.DeviceFamily, target.Family);
    }

    [Theory]
    [InlineData("court-1/$scene/trial/do/run", "$scene", "scene", "trial")]
    [InlineData("court-1/$hearing/do/open", "$hearing", "room", "court-1")]
    [InlineData("$power/do/off", "$power", "verb", "off")]
    [InlineData("$schedule/holidays/do/skip", "$schedule", "job", "holidays")]
    [InlineData("court-1/matrix/$probe/tcp/do/run", "$probe", "device", "matrix")]
    [InlineData("court-1/$probe/climate/do/run", "$probe", "probe", "climate")]
    [InlineData("$probe/database/do/history", "$probe", "verb", "history")]
    [InlineData("$inspection/do/run", "$inspection", "verb", "run")]
    [InlineData("$fault/F-2026-000123/do/ack", "$fault", "fault", "F-2026-000123")]
    public void The_other_families_are_known_by_name(string tail, string family, string parameter, string value)
    {
        Assert.True(Map.TryReadRequest(Map.Request("engineer", tail), out var target));

        Assert.Equal(family, target.Family);
        Assert.Equal(value, target[parameter]);
        Assert.Null(target["nonsense"]);
        Assert.Equal(parameter == "device", target.Device is not null);
    }

    [Theory]
    [InlineData("court-1/matrix/do")]
    [InlineData("court-1/matrix/do/route/now")]
    [InlineData("court-1/matrix/do/set/volume")]
    [InlineData("court-1/matrix/get/route")]
    [InlineData("court-1/matrix/do/Route")]
    [InlineData("court-1/../do/route")]
    [InlineData("court-1//do/route")]
    [InlineData("$nothing/do/run")]
    [InlineData("")]
    public void What_is_no_request_still_has_a_caller(string tail)
    {
        var topic = Map.Request("panel-1", tail);

        Assert.False(Map.TryReadRequest(topic, out _));
        Assert.True(Map.TryReadCaller(topic, out var caller));
        Assert.Equal("panel-1", caller);
    }

    [Theory]
    [InlineData("avgw/1/city/$req/")]
    [InlineData("avgw/1/city/$req/panel-1")]
    [InlineData("avgw/1/city/$req//court-1/matrix/do/route")]
    [InlineData("avgw/1/city/$req/Panel/court-1/matrix/do/route")]
    [InlineData("avgw/1/town/$req/panel-1/court-1/matrix/do/route")]
    public void Without_a_caller_there_is_nobody_to_answer(string topic) => Assert.False(Map.TryReadCaller(topic, out _));

    [Theory]
    [InlineData("avgw/1/city/$rsp/panel-1/x", true)]
    [InlineData("avgw/1/city/$rsp/panel-1/deep/er", true)]
    [InlineData("avgw/1/city/$rsp/panel-1/", false)]
    [InlineData("avgw/1/city/$rsp/panel-1", false)]
    [InlineData("avgw/1/city/$rsp/panel-10/x", false)]
    [InlineData("avgw/1/city/$rsp/panel-1/#", false)]
    [InlineData("avgw/1/city/$rsp/panel-1/+", false)]
    [InlineData("avgw/1/town/$rsp/panel-1/x", false)]
    [InlineData("avgw/1/city/court-1/matrix/$state", false)]
    public void Answers_go_to_the_callers_own_branch_only(string topic, bool isOwn) => Assert.Equal(isOwn, Map.IsAnswerTopicOf("panel-1", topic));

    [Fact]
    public void The_root_may_have_levels_of_its_own()
    {
        var map = new TopicMap("courts/east", "city");

        Assert.Equal("courts/east/1/city/court-1/matrix/$state", map.DeviceState(Matrix));
        Assert.True(map.TryReadRequest(map.Request("panel-1", "court-1/matrix/do/route"), out _));
    }
}

using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Commands;

/// <summary>What is refused at the edge, with which code, and with words that name the way out.</summary>
public sealed class CommandGateTests : IDisposable
{
    private readonly RouterBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string, string, int, string, string> Refused => new()
    {
        // kind and name, args, stat, code, words of the title
        { "do/route", """{"input":1,"output":41}""", 422, "AVG-REQ-RANGE", "\"output\" is 41: give a whole number from 1 to 40" },
        { "do/route", """{"input":-1,"output":1}""", 422, "AVG-REQ-RANGE", "\"input\" is -1: give a whole number from 0 to 40" },
        { "do/route", """{"input":1,"output":0}""", 422, "AVG-REQ-RANGE", "from 1 to 40" },
        { "do/route", """{"input":1}""", 422, "AVG-REQ-ARGUMENT", "\"output\" is missing" },
        { "do/route", """{"input":1,"output":1,"speed":3}""", 422, "AVG-REQ-ARGUMENT", "unknown argument \"speed\": it takes input, output, layer" },
        { "do/route", """{"input":3.0,"output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\" is not a whole number" },
        { "do/route", """{"input":1e1,"output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\" is not a whole number" },
        { "do/route", """{"input":99999999999999999999,"output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\"" },
        { "do/route", """{"input":"1","output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\" is not a whole number" },
        { "do/route", """{"input":null,"output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\"" },
        { "do/route", """{"input":[1],"output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\"" },
        { "do/route", """{"input":{"a":1},"output":1}""", 422, "AVG-REQ-ARGUMENT", "\"input\"" },
        { "do/route", """{"input":1,"output":1,"layer":"smell"}""", 422, "AVG-REQ-RANGE", "give one of video, audio" },
        { "do/power-on", """{"input":1}""", 422, "AVG-REQ-ARGUMENT", "it takes none" },
        { "do/tune", """{"db":12.5}""", 422, "AVG-REQ-RANGE", "a number from -60 to 12 (dB)" },
        { "do/tune", """{"db":1,"on":1}""", 422, "AVG-REQ-ARGUMENT", "\"on\" is not true or false" },
        { "do/dial", """{"uri":"a\rb"}""", 422, "AVG-REQ-TEXT", "\"uri\" holds U+000D" },
        { "do/dial", """{"uri":"a\u0000b"}""", 422, "AVG-REQ-TEXT", "U+0000" },
        { "do/dial", """{"uri":"a\u007fb"}""", 422, "AVG-REQ-TEXT", "U+007F" },
        { "do/dial", """{"uri":"a\u0085b"}""", 422, "AVG-REQ-TEXT", "U+0085" },
        { "do/dial", """{"uri":"a\u202eb"}""", 422, "AVG-REQ-TEXT", "U+202E" },
        { "do/dial", """{"uri":"a\u2066b"}""", 422, "AVG-REQ-TEXT", "U+2066" },
        { "do/dial", """{"uri":"a\u200db"}""", 422, "AVG-REQ-TEXT", "U+200D" },
        { "do/dial", """{"uri":"a\ufeffb"}""", 422, "AVG-REQ-TEXT", "U+FEFF" },
        { "do/dial", """{"uri":"a\u2028b"}""", 422, "AVG-REQ-TEXT", "U+2028" },
        { "do/dial", """{"uri":"a\ud800b"}""", 422, "AVG-REQ-TEXT", "surrogate" },
        { "do/fly", "{}", 400, "AVG-REQ-UNKNOWN", "has no verb \"fly\": it has route, power-on, dial, tune" },
        { "do/set/volume", """{"v":5}""", 400, "AVG-REQ-UNKNOWN", "has no verb" },
        { "set/output-3", "{}", 422, "AVG-REQ-ARGUMENT", "\"v\" is missing" },
        { "set/output-3", """{"input":7}""", 422, "AVG-REQ-ARGUMENT", "takes v" },
        { "set/output-3", """{"v":77}""", 422, "AVG-REQ-RANGE", "\"v\" is 77: give a whole number from 0 to 40" },
        { "set/output-41", """{"v":7}""", 400, "AVG-REQ-UNKNOWN", "no property \"output-41\"" },
        { "set/output-0", """{"v":7}""", 400, "AVG-REQ-UNKNOWN", "no property" },
        { "set/output-03", """{"v":7}""", 400, "AVG-REQ-UNKNOWN", "no property" },
        { "set/nonsense", """{"v":7}""", 400, "AVG-REQ-UNKNOWN", "no property" },
        { "set/serial", """{"v":"X"}""", 422, "AVG-REQ-READ-ONLY", "only be read" },
        { "set/volume", """{"v":101}""", 422, "AVG-REQ-RANGE", "from 0 to 100 (%)" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refusals(string wish, string args, int stat, string code, string words)
    {
        var answer = Assert.Single(_bench.Ask(Wish(wish, args)).All);
        var json = Listener.Json(answer);

        Assert.Equal((stat, code), (answer.Stat, answer.Code));
        Assert.Contains(words, json.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", json.GetProperty("phase").GetString());
        Assert.True(json.GetProperty("final").GetBoolean());
        Assert.Empty(_bench.Device.AllAsked);
        Assert.False(_bench.Ledger.Knows("engineer", "x1"));
    }

    [Theory]
    [InlineData("do/route", """{"input":0,"output":40}""")]
    [InlineData("do/route", """{"input":40,"output":1,"layer":"audio"}""")]
    [InlineData("do/tune", """{"db":-60,"on":false}""")]
    [InlineData("do/tune", """{"db":0.5}""")]
    [InlineData("do/dial", """{"uri":"sip:第一审判庭@court.example"}""")]
    [InlineData("set/volume", """{"v":100}""")]
    [InlineData("set/output-40", """{"v":0}""")]
    public void Allowed(string wish, string args) => Assert.Equal(202, Assert.Single(_bench.Ask(Wish(wish, args)).All).Stat);

    [Fact]
    public void A_whole_number_becomes_a_number_where_one_is_declared()
    {
        _bench.Ask(Wish("do/tune", """{"db":3}"""));

        Assert.Equal(Arguments.Of(("db", 3.0)), _bench.Device.LastAsked.Request.Args);
    }

    [Fact]
    public void Before_a_device_has_said_how_many_it_has_only_the_lower_end_is_known()
    {
        _bench.Device.Extents.Clear();

        Assert.Equal(202, Assert.Single(_bench.Ask(_bench.Route(900, 900, "a1")).All).Stat);
        Assert.Equal(422, Assert.Single(_bench.Ask(_bench.Route(900, 0, "a2")).All).Stat);
    }

    [Theory]
    [InlineData("nobody", 403, "AVG-AUTH-USER")]
    [InlineData("visitor", 403, "AVG-AUTH-ENDED")]
    [InlineData("auditor", 403, "AVG-AUTH-RIGHTS")]
    [InlineData("panel-2", 403, "AVG-AUTH-RIGHTS")]
    [InlineData("panel-1", 202, "AVG-ACCEPTED")]
    [InlineData("engineer", 202, "AVG-ACCEPTED")]
    public void Who_may_command_a_room(string caller, int stat, string code)
    {
        var answer = Assert.Single(_bench.Ask(_bench.Route(1, 1, "a1", caller)).All);

        Assert.Equal((stat, code), (answer.Stat, answer.Code));
        Assert.Equal(stat == 403, _bench.Journal.Rows.Any(r => r.Kind == "access.refused" && r.Actor == caller));
    }

    [Theory]
    [InlineData("court-1", "nothing", "engineer", 400)]
    [InlineData("court-9", "matrix", "engineer", 400)]
    [InlineData("court-9", "matrix", "panel-1", 403)]
    public void Whoever_may_not_see_a_room_is_not_told_what_is_in_it(string room, string device, string caller, int stat)
    {
        var ask = _bench.Route(1, 1, "a1", caller) with { Device = new(room, device) };

        Assert.Equal(stat, Assert.Single(_bench.Ask(ask).All).Stat);
    }

    [Theory]
    [InlineData(DeviceState.Maintenance, "AVG-GUARD-MAINTENANCE")]
    [InlineData(DeviceState.Disabled, "AVG-GUARD-DISABLED")]
    public void A_locked_device_is_not_asked(DeviceState state, string code)
    {
        _bench.Device.Status = _bench.Device.Status with { State = state };

        var answer = Assert.Single(_bench.Ask(_bench.Route(1, 1, "a1")).All);

        Assert.Equal((409, code), (answer.Stat, answer.Code));
    }

    private CommandAsk Wish(string wish, string args)
    {
        Assert.Null(RequestBodyReader.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"args":{{args}}}"""), out var body));
        var slash = wish.IndexOf('/', StringComparison.Ordinal);
        var kind = wish[..slash] == "set" ? AskKind.Set : AskKind.Do;
        return new("engineer", _bench.Device.Id, kind, wish[(slash + 1)..], _bench.Clock.GetTimestamp()) { Id = "x1", Args = body.Args };
    }
}

using System.Text.Json;
using AvGateway.Mqtt.Session;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Session;

/// <summary>Who may have inspected and who may sign; one final answer, at the end.</summary>
public sealed class InspectionRequestsTests : IAsyncLifetime
{
    private static readonly TopicMap Topics = new("avgw", "city");
    private static readonly FakeUsers People = new(
        new("engineer", Role.Engineer, []), new("scheduler", Role.Scheduler, []), new("admin", Role.Admin, []), new("auditor", Role.Auditor, []),
        new("clerk", Role.Clerk, ["court-1"]), new("acme", Role.Vendor, [], "acme"));

    private readonly RoomBench _rooms = new();
    private readonly FaultWatch _faults;
    private readonly CommandRouter _router;
    private readonly Inspector _inspector;
    private readonly InspectionRequests _requests;

    public InspectionRequestsTests()
    {
        _faults = new(new(new([]), SiteGraph.Empty, new NobodyKnows(), TimeZoneInfo.Utc), new FakeState(), _rooms.Journal, _rooms.Clock, NullLogger<FaultWatch>.Instance);
        _router = new(new(), new(_rooms.Devices, People, _rooms.Clock), _rooms.Writer, _rooms.Ledger, _rooms.Journal, _rooms.Clock, NullLogger<CommandRouter>.Instance);
        _inspector = Of(_rooms, _faults, _router);
        var acts = new ActDesk(new(), People, _rooms.Writer, _rooms.Ledger, _rooms.Journal, _rooms.Clock, NullLogger<ActDesk>.Instance);
        _requests = new(_inspector, acts, _rooms.Writer, _rooms.Clock);
    }

    /// <summary>An inspector of one room that has no devices: it comes to its end at once.</summary>
    internal static Inspector Of(RoomBench rooms, FaultWatch faults, CommandRouter router) =>
        new(new(new([new("court-1", new("第一审判庭", "Courtroom 1"))], []), rooms.Devices, rooms.House, faults, router, rooms.State, rooms.Journal, rooms.Clock, NullLogger<Inspector>.Instance)
        {
            Said = static _ => (0, 0),
        });

    public async ValueTask InitializeAsync() => await _rooms.StartAsync();

    [Theory]
    [InlineData("engineer", 200, 200)]
    [InlineData("admin", 200, 200)]
    [InlineData("scheduler", 200, 403)]
    [InlineData("clerk", 403, 403)]
    [InlineData("acme", 403, 403)]
    [InlineData("auditor", 403, 403)]
    public async Task Each_role_orders_and_signs_as_it_may(string caller, int run, int sign)
    {
        Assert.Equal(200, (await AskAsync("engineer", "run", """{"profile":"monthly"}""")).GetProperty("stat").GetInt32());

        Assert.Equal(run, (await AskAsync(caller, "run", "{}")).GetProperty("stat").GetInt32());
        Assert.Equal(sign, (await AskAsync(caller, "sign", """{"inspection":"I-2026-000001","row":"court-1/cleaning"}""")).GetProperty("stat").GetInt32());
    }

    [Fact]
    public async Task The_end_tells_what_was_counted()
    {
        var answer = await AskAsync("engineer", "run", """{"room":"court-1"}""");

        var inspection = answer.GetProperty("inspection");
        Assert.Equal(("I-2026-000001", "done", 0), (inspection.GetProperty("id").GetString(), inspection.GetProperty("state").GetString(), inspection.GetProperty("findings").GetInt32()));
        Assert.Equal("engineer", _inspector.Find("I-2026-000001")!.By);
    }

    [Theory]
    [InlineData("run", """{"profile":"hourly"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("run", """{"room":"court-9"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("run", """{"rooms":"court-1"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("run", """{"room":7}""", "AVG-REQ-ARGUMENT")]
    [InlineData("sign", "{}", "AVG-REQ-ARGUMENT")]
    [InlineData("sign", """{"inspection":"I-2026-000009"}""", "AVG-REQ-UNKNOWN")]
    [InlineData("sign", """{"inspection":"I-2026-000001","result":"good"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("sign", "{\"inspection\":\"I-2026-000001\",\"text\":\"a\\u202eb\"}", "AVG-REQ-TEXT")]
    [InlineData("cancel", """{"inspection":"I-2026-000009"}""", "AVG-REQ-UNKNOWN")]
    [InlineData("repeat", "{}", "AVG-REQ-UNKNOWN")]
    public async Task What_is_asked_wrongly_is_told(string verb, string args, string code) =>
        Assert.Equal(code, (await AskAsync("engineer", verb, args)).GetProperty("code").GetString());

    private async Task<JsonElement> AskAsync(string caller, string verb, string args)
    {
        Assert.True(Topics.TryReadRequest(Topics.Request(caller, $"$inspection/do/{verb}"), out var target));
        var payload = System.Text.Encoding.UTF8.GetBytes($"{{\"args\":{args}}}");
        Assert.Null(RequestBodyReader.Read(payload, out var body));
        var listener = new Listener();
        _requests.Ask(new(target, $"{caller}-{verb}-{args.Length}", null, body, payload, _rooms.Clock.GetTimestamp()), listener);
        return Listener.Json(await listener.FinalAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _inspector.DisposeAsync();
        _router.Dispose();
        await _faults.DisposeAsync();
        await _rooms.DisposeAsync();
    }

    private sealed class NobodyKnows : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.Unknown;
    }
}

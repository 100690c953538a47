using System.Text;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Session;

/// <summary>The docket and the way past the guard, as they are asked on the bus.</summary>
public sealed class CourtRequestsTests : IAsyncLifetime
{
    private readonly RoomBench _rooms = new(devices: FakeDevice.Matrix());
    private readonly DocketBook _book;
    private readonly DocketIntake _intake;
    private readonly GatewayBench _bench;
    private int _ids;

    public CourtRequestsTests()
    {
        _book = new(_rooms.Clock, DocketSource.Push);
        _intake = new(new(_book, TimeZoneInfo.Utc, _rooms.State, _rooms.Journal, _rooms.Clock));
        var acts = new ActDesk(new(), _rooms.Users, _rooms.Writer, _rooms.Ledger, _rooms.Journal, _rooms.Clock, NullLogger<ActDesk>.Instance);
        var overrides = new OverrideDesk(_rooms.House.Guard, new(_rooms.Devices, _rooms.Users, _rooms.Clock), acts, _rooms.Clock);
        _bench = new(more: [new OverrideRequests(overrides, _rooms.Writer, _rooms.Clock), new DocketRequests(_intake, acts, _rooms.Writer, _rooms.Clock)]);
    }

    public async ValueTask InitializeAsync()
    {
        await _rooms.StartAsync();
        await _bench.Gateway.StartAsync(GatewayBench.Test);
    }

    [Theory]
    [InlineData("""{"hearings":[]}""", "AVG-VERIFIED")]
    [InlineData("""{"hearings":[{"room":"court-1","id":"h-1","start":"2026-11-23T09:00","end":"2026-11-23T12:00"}]}""", "AVG-VERIFIED")]
    [InlineData("""{"format":"csv","text":"room,id,start,end\n"}""", "AVG-VERIFIED")]
    [InlineData("""{"format":"ics","text":"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"}""", "AVG-VERIFIED")]
    [InlineData("""{"hearings":[{"room":"court-1","id":"h-1"}]}""", "AVG-REQ-DOCKET")]
    [InlineData("""{"hearings":[],"party":"Zhang"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("""{"hearings":17}""", "AVG-REQ-ARGUMENT")]
    [InlineData("""{"format":"xlsx","text":""}""", "AVG-REQ-ARGUMENT")]
    [InlineData("""{"format":"csv"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("{}", "AVG-REQ-ARGUMENT")]
    public async Task A_docket_comes_as_hearings_or_as_a_file(string args, string code)
    {
        Assert.Equal(code, await CodeAsync("scheduler", "$docket/do/push", args));
        Assert.Equal(code == "AVG-VERIFIED" ? DocketState.Known : DocketState.Silent, _book.Of("court-1").State);
    }

    [Fact]
    public async Task A_docket_that_is_sent_twice_under_one_id_is_taken_once_and_its_text_is_in_no_record()
    {
        const string Docket = """{"hearings":[{"room":"court-1","id":"h-17","start":"2026-11-23T09:00","end":"2026-11-23T12:00"}]}""";
        await CodeAsync("scheduler", "$docket/do/push", Docket, "same");
        await CodeAsync("scheduler", "$docket/do/push", """{"hearings":[]}""");
        var again = await CodeAsync("scheduler", "$docket/do/push", Docket, "same");

        Assert.Equal(("AVG-VERIFIED", 0), (again, _book.Of("court-1").Entries.Length));
        Assert.Equal(2, _rooms.Journal.Rows.Count(r => r.Kind == "docket.taken"));
        Assert.DoesNotContain(_bench.Fake.All, p => Encoding.UTF8.GetString(p.Payload.Span).Contains("h-17", StringComparison.Ordinal));
        Assert.DoesNotContain(_rooms.Journal.Rows, r => r.Details.Contains("h-17", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("clerk-1", "$docket/do/push", """{"hearings":[]}""", "AVG-AUTH-RIGHTS")]
    [InlineData("engineer", "$docket/do/push", """{"hearings":[]}""", "AVG-AUTH-RIGHTS")]
    [InlineData("scheduler", "$docket/do/pull", """{"hearings":[]}""", "AVG-REQ-UNKNOWN")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":"c1","reason":"smoke"}""", "AVG-VERIFIED")]
    [InlineData("clerk-1", "court-1/matrix/$override/do/route", """{"command":"c1","reason":"smoke"}""", "AVG-AUTH-OVERRIDE")]
    [InlineData("admin", "court-1/nothing/$override/do/route", """{"command":"c1","reason":"smoke"}""", "AVG-REQ-UNKNOWN")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":"c1"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":"c1","reason":"  "}""", "AVG-REQ-ARGUMENT")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":"c 1","reason":"smoke"}""", "AVG-REQ-TEXT")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":"c1","reason":"a\nb"}""", "AVG-REQ-TEXT")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":17,"reason":"smoke"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("admin", "court-1/matrix/$override/do/route", """{"command":"c1","reason":"smoke","by":"judge-1"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("judge-1", "court-1/matrix/$override/agree/route", """{"by":"admin"}""", "AVG-REQ-UNKNOWN")]
    [InlineData("judge-1", "court-1/matrix/$override/agree/route", """{"command":"c1"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("admin", "court-1/matrix/$override/maybe/route", """{"by":"admin"}""", "AVG-REQ-TOPIC")]
    public async Task Everything_is_answered_with_what_is_wrong(string caller, string target, string args, string code) =>
        Assert.Equal(code, await CodeAsync(caller, target, args));

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        _intake.Dispose();
        await _rooms.DisposeAsync();
    }

    private async Task<string?> CodeAsync(string caller, string target, string args, string? id = null)
    {
        id ??= $"r{++_ids}";
        var (_, json) = await _bench.AskAsync(_bench.Message(target, $$"""{"id":"{{id}}","args":{{args}}}""", caller), _bench.Topics.Answer(caller, id));
        return json.GetProperty("code").GetString();
    }
}

using System.Text.Json;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Access;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Session;

/// <summary>Jobs on the bus: shown as they are, run, skipped and previewed by those who may.</summary>
public sealed class ScheduleRequestsTests : IAsyncLifetime
{
    private readonly RouterBench _router = new();
    private readonly FakeState _state = new();
    private readonly AnsweringAct _act = new();
    private readonly ScheduleLoop _loop;
    private readonly GatewayBench _bench;

    public ScheduleRequestsTests()
    {
        JobPlan off = new("holiday-off", new("节前关机", "off before holidays"), Acts.PowerOff, new ScheduleRule.EveningBefore(3, new(18, 0)), ["court-1"]);
        JobPlan check = new("check", new("巡检", "check"), Acts.Inspect, new ScheduleRule.Cron("0 6 * * *", CronText.Read("0 6 * * *", out _)!, DayFilter.Workday), ["court-1"]);
        var calendar = new CalendarBook(BuiltInCalendar.Lists, OwnDays.None, null, _state, _router.Journal, _router.Clock, NullLogger<CalendarBook>.Instance);
        _loop = new(new(
            [off, check], new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")), calendar, _ => DocketView.NotUsed, _ => GuardReason.InSession, new(_act), _state, _router.Journal, _router.Clock,
            NullLogger<ScheduleLoop>.Instance));
        var users = new FakeUsers(
            new("engineer", Role.Engineer, []), new("scheduler", Role.Scheduler, []), new("clerk-1", Role.Clerk, ["court-1"]), new("admin", Role.Admin, []));
        var desk = new ScheduleDesk(_loop, "city", users, new(), _router.Writer, _router.Ledger, _router.Journal, _router.Clock, NullLogger<ScheduleDesk>.Instance);
        _bench = new(router: _router, more: [new ScheduleRequests(desk, _router.Writer, _router.Clock)]);
        Publisher = new(_bench.Topics, _bench.Retained, _loop);
    }

    private SchedulePublisher Publisher { get; }

    public async ValueTask InitializeAsync()
    {
        await _loop.RestoreAsync(GatewayBench.Test);
        await _bench.Gateway.StartAsync(GatewayBench.Test);
        Publisher.ShowAll();
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("holiday-off/do/run", "{}", "engineer", 200)]
    [InlineData("holiday-off/do/run", "{}", "scheduler", 200)]
    [InlineData("holiday-off/do/run", "{}", "clerk-1", 403)]
    [InlineData("holiday-off/do/run", "{}", "stranger", 403)]
    [InlineData("holiday-off/do/run", """{"args":{"now":true}}""", "engineer", 422)]
    [InlineData("check/do/run", "{}", "engineer", 400)]
    [InlineData("holiday-off/do/skip", """{"args":{"reason":"值班"}}""", "engineer", 200)]
    [InlineData("holiday-off/do/skip", """{"args":{"reason":1}}""", "engineer", 422)]
    [InlineData("holiday-off/do/preview", """{"args":{"days":400,"from":"2026-01-01"}}""", "engineer", 200)]
    [InlineData("holiday-off/do/preview", """{"args":{"days":0}}""", "engineer", 422)]
    [InlineData("holiday-off/do/preview", """{"args":{"from":"soon"}}""", "engineer", 422)]
    [InlineData("holiday-off/do/preview", "{}", "clerk-1", 403)]
    [InlineData("no-such/do/run", "{}", "engineer", 400)]
    [InlineData("holiday-off/do/dance", "{}", "engineer", 400)]
    public async Task Every_request_has_its_answer(string request, string payload, string caller, int stat)
    {
        var json = await AskAsync(request, payload, caller);

        Assert.Equal(stat, json.GetProperty("stat").GetInt32());
    }

    [Theory]
    [InlineData(ActResult.Deferred, null, "AVG-GUARD-DEFERRED")]
    [InlineData(ActResult.Deferred, "AVG-GUARD-IN-SESSION", "AVG-GUARD-IN-SESSION")]
    [InlineData(ActResult.Failed, null, "AVG-PARTIAL")]
    [InlineData(ActResult.Asked, null, "AVG-GUARD-CONFIRM")]
    public async Task How_an_act_ends_is_told(ActResult result, string? own, string code)
    {
        _act.Answer = new(result, new("如此", "so it is"), own);

        var json = await AskAsync("holiday-off/do/run", "{}");

        Assert.Equal((code, "so it is", "city/$schedule/holiday-off"), (json.GetProperty("code").GetString(), json.GetProperty("title").GetString(), json.GetProperty("schedule").GetString()));
        Assert.Equal("engineer", json.GetProperty("decision").GetProperty("by").GetString());
    }

    [Fact]
    public async Task One_id_has_one_effect()
    {
        await AskAsync("holiday-off/do/run", "{}");
        var again = await AskAsync("holiday-off/do/run", "{}");

        Assert.Equal(200, again.GetProperty("stat").GetInt32());
        Assert.Equal(1, _act.Orders);
    }

    [Fact]
    public async Task A_job_is_shown_with_its_next_time_its_reason_and_its_guard()
    {
        var shown = Last();

        // The bench's day is 2026-01-05.
        var next = shown.GetProperty("next");
        Assert.Equal(("2026-02-14", "2026-02-14T10:00:00.000Z", "make-up-workday"), (next.GetProperty("date").GetString(), next.GetProperty("at").GetString(), next.GetProperty("day").GetProperty("kind").GetString()));
        Assert.Contains("春节", next.GetProperty("why").GetProperty("zh").GetString(), StringComparison.Ordinal);
        Assert.Equal("AVG-GUARD-IN-SESSION", Assert.Single(shown.GetProperty("guard").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal("waiting", shown.GetProperty("state").GetString());

        await AskAsync("holiday-off/do/skip", "{}");

        Assert.Equal("2026-04-03", Last().GetProperty("next").GetProperty("date").GetString());
        Assert.Equal("skipped", Last().GetProperty("last").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_preview_lists_what_is_due_and_makes_a_file()
    {
        var json = await AskAsync("holiday-off/do/preview", """{"args":{"from":"2026-01-01","days":365,"ics":true}}""");

        Assert.Equal(["2026-02-14", "2026-04-03", "2026-04-30", "2026-06-18", "2026-09-24", "2026-09-30"], json.GetProperty("preview").EnumerateArray().Select(o => o.GetProperty("date").GetString()));
        Assert.StartsWith("BEGIN:VCALENDAR\r\n", json.GetProperty("ics").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, _act.Orders);
    }

    private async Task<JsonElement> AskAsync(string request, string payload, string caller = "engineer")
    {
        payload = payload == "{}" ? """{"id":"s1"}""" : payload.Replace("{\"args\"", "{\"id\":\"s1\",\"args\"", StringComparison.Ordinal);
        return (await _bench.AskAsync(_bench.Message($"$schedule/{request}", payload, caller), _bench.Topics.Answer(caller, "s1"))).Json;
    }

    private JsonElement Last() => FakeBus.Json(_bench.Fake.All.Last(p => p.Topic == "avgw/1/city/$schedule/holiday-off" && p.Retain));

    private sealed class AnsweringAct : IScheduledAct
    {
        public string Name => Acts.PowerOff;
        public ActOutcome Answer { get; set; } = ActOutcome.Done;
        public int Orders { get; private set; }

        public Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation)
        {
            Orders++;
            return Task.FromResult(Answer);
        }
    }
}

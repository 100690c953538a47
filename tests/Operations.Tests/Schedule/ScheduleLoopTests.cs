using AvGateway.Operations.Durable;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using static AvGateway.Operations.Tests.Schedule.ScheduleBench;

namespace AvGateway.Operations.Tests.Schedule;

public sealed class ScheduleLoopTests
{
    [Fact]
    public async Task A_job_runs_once_at_its_time_over_any_number_of_restarts()
    {
        await using var bench = new ScheduleBench("2026-02-13 12:00", HolidayOff, HolidayOn);
        await bench.StartAsync();
        await bench.GoToAsync("2026-02-14 18:05");
        for (var i = 0; i < 3; i++) await bench.AwayUntilAsync(bench.Clock.Wall.AddSeconds(20));
        await bench.GoToAsync("2026-02-24 09:00", everyMinutes: 10);

        Assert.Equal(At("2026-02-14 18:00"), Assert.Single(bench.Off.Orders).At);
        Assert.Equal("2026-02-24", Assert.Single(bench.On.Orders).Order.Date.ToString("yyyy-MM-dd", null));
        Assert.Equal(2, bench.Rows.Count());
        Assert.All(bench.Rows, r => Assert.Equal(DecisionState.Done, r.State));
        Assert.Contains("春节", bench.Row("holiday-off", "2026-02-14").Reason.Zh, StringComparison.Ordinal);
        Assert.Contains("Spring Festival", bench.Row("holiday-on", "2026-02-24").Reason.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_start_makes_up_no_past()
    {
        await using var bench = new ScheduleBench("2026-02-20 12:00", HolidayOff, HolidayOn, NightlyOff, HearingOn);
        await bench.StartAsync();

        Assert.Empty(bench.Rows);
    }

    [Fact]
    public async Task A_missed_off_is_asked_and_runs_on_a_persons_word_alone()
    {
        await using var bench = new ScheduleBench("2026-02-14 17:00", HolidayOff, HolidayOn);
        await bench.StartAsync();
        await bench.AwayUntilAsync("2026-02-14 19:00");

        Assert.Empty(bench.Off.Orders);
        Assert.Equal(DecisionState.Asked, bench.Row("holiday-off", "2026-02-14").State);
        var ended = await (await bench.Loop.RunAsync("holiday-off", "engineer", CancellationToken.None))!;

        Assert.Equal((DecisionState.Done, "engineer"), (ended.State, ended.By));
        Assert.Equal("holiday-off/2026-02-14", Assert.Single(bench.Off.Orders).Order.Key);
    }

    [Fact]
    public async Task A_missed_on_is_caught_up_and_what_was_missed_before_it_collapses()
    {
        await using var bench = new ScheduleBench("2026-02-14 17:00", HolidayOff, HolidayOn);
        await bench.StartAsync();
        await bench.AwayUntilAsync("2026-02-25 09:00");

        Assert.Empty(bench.Off.Orders);
        Assert.Equal(DecisionState.Superseded, bench.Row("holiday-off", "2026-02-14").State);
        Assert.Equal("holiday-on/2026-02-24", Assert.Single(bench.On.Orders).Order.Key);
    }

    [Fact]
    public async Task A_job_that_is_put_off_comes_again_under_its_name_until_it_is_done()
    {
        await using var bench = new ScheduleBench("2026-02-14 17:00", HolidayOff, HolidayOn);
        await bench.StartAsync();
        bench.Off.Answer = _ => bench.Clock.Wall < At("2026-02-14 19:00") ? new(ActResult.Deferred, new("开庭", "hearing")) : ActOutcome.Done;
        await bench.GoToAsync("2026-02-14 18:12");
        Assert.Equal(DecisionState.Deferred, bench.Row("holiday-off", "2026-02-14").State);
        await bench.AwayUntilAsync("2026-02-14 18:30");
        await bench.GoToAsync("2026-02-14 21:00");

        Assert.InRange(bench.Off.Orders.Count, 10, 14);
        Assert.Single(bench.Off.Orders.Select(o => o.Order.Key).Distinct());
        Assert.Equal(DecisionState.Done, bench.Row("holiday-off", "2026-02-14").State);
    }

    [Fact]
    public async Task What_is_put_off_for_too_long_asks_a_person()
    {
        await using var bench = new ScheduleBench("2026-02-14 17:00", HolidayOff, HolidayOn);
        await bench.StartAsync();
        bench.Off.Answer = _ => new(ActResult.Deferred, new("开庭", "hearing"));
        await bench.GoToAsync("2026-02-15 07:00", everyMinutes: 5);

        Assert.Equal(DecisionState.Asked, bench.Row("holiday-off", "2026-02-14").State);
        var before = bench.Off.Orders.Count;
        await bench.GoToAsync("2026-02-15 09:00", everyMinutes: 5);
        Assert.Equal(before, bench.Off.Orders.Count);
    }

    [Fact]
    public async Task What_a_crash_interrupted_goes_on_under_its_name()
    {
        await using var bench = new ScheduleBench("2026-02-14 17:59", HolidayOff, HolidayOn);
        await bench.StartAsync();
        bench.Off.Holding = new();
        bench.Clock.Pass(TimeSpan.FromMinutes(1));
        await bench.Loop.LookAsync(CancellationToken.None);
        await bench.Off.Begun.Task;
        Assert.Equal(DecisionState.Started, bench.Row("holiday-off", "2026-02-14").State);

        // Told to stop, as a kill would leave it: the row says started.
        var stopping = bench.AwayUntilAsync("2026-02-14 18:01");
        bench.Off.Holding = null;
        await stopping;

        Assert.Equal(DecisionState.Done, bench.Row("holiday-off", "2026-02-14").State);
        Assert.Equal(2, bench.Off.Orders.Count);
        Assert.Single(bench.Off.Orders.Select(o => o.Order.Key).Distinct());
    }

    [Fact]
    public async Task A_store_that_is_away_keeps_nothing_off_and_everything_on()
    {
        await using var bench = new ScheduleBench("2026-02-14 17:59", HolidayOff, HolidayOn);
        await bench.StartAsync();
        bench.State.IsUnavailable = true;
        await bench.GoToAsync("2026-02-14 18:10");
        Assert.Empty(bench.Off.Orders);
        bench.State.IsUnavailable = false;
        await bench.GoToAsync("2026-02-14 18:11");
        Assert.Equal(DecisionState.Asked, bench.Row("holiday-off", "2026-02-14").State);

        bench.State.IsUnavailable = true;
        await bench.GoToAsync("2026-02-24 06:40", everyMinutes: 10);
        Assert.Single(bench.On.Orders);
        bench.State.IsUnavailable = false;
        await bench.GoToAsync("2026-02-24 06:50");
        Assert.Equal(DecisionState.Done, bench.Row("holiday-on", "2026-02-24").State);
        Assert.Single(bench.On.Orders);
    }

    [Fact]
    public async Task A_person_skips_the_next_time()
    {
        await using var bench = new ScheduleBench("2026-02-13 17:00", HolidayOff, HolidayOn);
        await bench.StartAsync();
        var skipped = await bench.Loop.SkipAsync("holiday-off", "engineer", "值班", CancellationToken.None);
        await bench.GoToAsync("2026-02-15 09:00", everyMinutes: 10);

        Assert.Equal(new DateOnly(2026, 2, 14), skipped!.Date);
        Assert.Empty(bench.Off.Orders);
        Assert.Equal((DecisionState.Skipped, "engineer"), (bench.Row("holiday-off", "2026-02-14").State, bench.Row("holiday-off", "2026-02-14").By));
        Assert.Equal(new DateOnly(2026, 4, 3), bench.Loop.StatusOf("holiday-off").Next!.Date);
    }

    [Fact]
    public async Task A_hearing_on_a_day_off_switches_its_room_on_and_off_again_in_the_evening()
    {
        await using var bench = new ScheduleBench("2026-02-14 12:00", HolidayOff, HolidayOn, HearingOn);
        bench.Docket["court-2"] = new(DocketState.Known, []);
        bench.Sit(Hearing("court-1", "2026-02-18 10:00", 2));
        await bench.StartAsync();
        await bench.GoToAsync("2026-02-19 12:00", everyMinutes: 2);

        var on = Assert.Single(bench.On.Orders);
        Assert.Equal((At("2026-02-18 09:00"), "court-1"), (on.At, Assert.Single(on.Order.Rooms)));
        Assert.Equal([2, 1], bench.Off.Orders.Select(o => o.Order.Rooms.Length));
        Assert.Equal(At("2026-02-18 18:00"), bench.Off.Orders.Last().At);
    }

    [Fact]
    public async Task A_hearing_after_the_evening_off_switches_its_room_on_once_more()
    {
        await using var bench = new ScheduleBench("2026-03-03 12:00", NightlyOff, HearingOn);
        bench.Docket["court-2"] = new(DocketState.Known, []);
        bench.Sit(Hearing("court-1", "2026-03-04 09:00", 1), Hearing("court-1", "2026-03-04 14:00", 1), Hearing("court-1", "2026-03-04 22:00", 1));
        await bench.StartAsync();
        await bench.GoToAsync("2026-03-04 23:30", everyMinutes: 2);

        Assert.Equal([At("2026-03-04 08:00"), At("2026-03-04 21:00")], bench.On.Orders.Select(o => o.At));
    }

    [Theory]
    [InlineData("2026-02-18 07:30", DocketState.Silent)]
    [InlineData("2026-03-04 07:30", DocketState.Contradictory)]
    public async Task An_unknown_docket_is_a_hearing_on_any_day(string due, DocketState state)
    {
        await using var bench = new ScheduleBench(due[..10] + " 06:00", HearingOn);
        bench.Docket["court-1"] = new(state, []);
        bench.Docket["court-2"] = new(DocketState.Known, []);
        await bench.StartAsync();
        await bench.GoToAsync(due[..10] + " 10:00");

        var on = Assert.Single(bench.On.Orders);
        Assert.Equal((At(due), "court-1"), (on.At, Assert.Single(on.Order.Rooms)));
    }

    [Fact]
    public async Task A_docket_that_falls_silent_after_the_evening_off_switches_on()
    {
        await using var bench = new ScheduleBench("2026-03-03 23:00", NightlyOff, HearingOn);
        bench.Docket["court-2"] = new(DocketState.Known, []);
        bench.Sit(Hearing("court-1", "2026-03-04 09:00", 1));
        await bench.StartAsync();
        await bench.GoToAsync("2026-03-04 20:30", everyMinutes: 2);
        Assert.Single(bench.On.Orders);

        bench.Docket["court-1"] = new(DocketState.Silent, bench.Docket["court-1"].Entries);
        await bench.GoToAsync("2026-03-04 20:40");

        Assert.Equal(2, bench.On.Orders.Count);
    }

    [Fact]
    public async Task Days_off_that_end_earlier_than_planned_find_the_court_on()
    {
        var folder = Directory.CreateTempSubdirectory("avgw-calendars-").FullName;
        try
        {
            await using var bench = new ScheduleBench("2026-02-14 12:00", HolidayOff, HolidayOn) { Folder = new(folder) };
            await bench.AwayUntilAsync("2026-02-14 12:01");
            await bench.GoToAsync("2026-02-18 12:00", everyMinutes: 10);

            // The holiday is cut down to a single day that is not even a block any more.
            var list = BuiltInCalendar.Lists.Single(l => l.Year == 2026);
            list = list with { Off = [.. list.Off.Select(s => s.Name == "春节" ? s with { To = new(2026, 2, 18) } : s)] };
            bench.Folder!.Propose(list);
            bench.Folder.Approve(2026, new("李工", new(2026, 2, 18), "紧急通知"));
            await bench.GoToAsync("2026-02-19 07:00", everyMinutes: 10);

            Assert.Equal("holiday-on/2026-02-19", Assert.Single(bench.On.Orders).Order.Key);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_act_that_nobody_serves_is_refused_aloud()
    {
        await using var bench = new ScheduleBench("2026-03-03 12:00", NightlyOff with { Id = "check", Act = Acts.Inspect });
        await bench.StartAsync();
        await bench.GoToAsync("2026-03-03 20:05");

        var row = bench.Row("check", "2026-03-03");
        Assert.Equal((DecisionState.Refused, "AVG-REQ-UNKNOWN"), (row.State, row.Code));
        Assert.Contains("nothing serves this kind", row.Says.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_act_that_throws_ends_its_decision()
    {
        await using var bench = new ScheduleBench("2026-03-03 19:59", NightlyOff);
        bench.Off.Answer = _ => throw new InvalidOperationException("broken");
        await bench.StartAsync();
        await bench.GoToAsync("2026-03-03 20:05");

        Assert.Equal((DecisionState.Failed, "AVG-INTERNAL"), (bench.Row("nightly-off", "2026-03-03").State, bench.Row("nightly-off", "2026-03-03").Code));
    }

    [Fact]
    public async Task Two_jobs_of_one_room_follow_each_other()
    {
        await using var bench = new ScheduleBench("2026-03-03 19:59", NightlyOff, NightlyOff with { Id = "on-at-eight", Act = Acts.PowerOn, Rooms = ["court-1"] });
        await bench.StartAsync();
        bench.On.Holding = new();
        bench.Clock.Pass(TimeSpan.FromMinutes(1));
        await bench.Loop.LookAsync(CancellationToken.None);
        bench.Clock.Pass(TimeSpan.FromMinutes(10));
        await bench.Loop.LookAsync(CancellationToken.None);
        Assert.Empty(bench.Off.Orders);

        bench.On.Holding.SetResult();
        await bench.Loop.SettleAsync();
        await bench.LookAsync();

        Assert.Single(bench.Off.Orders);
        Assert.Equal(DecisionState.Done, bench.Row("nightly-off", "2026-03-03").State);
    }

    [Fact]
    public async Task What_waits_for_its_room_half_a_day_is_not_switched_off_by_itself()
    {
        await using var bench = new ScheduleBench("2026-03-03 19:59", NightlyOff, NightlyOff with { Id = "on-at-eight", Act = Acts.PowerOn, Rooms = ["court-1"] });
        await bench.StartAsync();
        bench.On.Holding = new();
        bench.Clock.Pass(TimeSpan.FromMinutes(1));
        await bench.Loop.LookAsync(CancellationToken.None);
        bench.Clock.Pass(TimeSpan.FromHours(12.1));
        await bench.Loop.LookAsync(CancellationToken.None);
        bench.On.Holding.SetResult();
        await bench.Loop.SettleAsync();
        await bench.LookAsync();

        Assert.Empty(bench.Off.Orders);
        Assert.Equal(DecisionState.Asked, bench.Row("nightly-off", "2026-03-03").State);
    }

    [Fact]
    public async Task A_missing_list_is_reminded_once_for_each_severity()
    {
        await using var bench = new ScheduleBench("2026-11-10 12:00", HolidayOff);
        await bench.StartAsync();
        await bench.GoToAsync("2026-12-31 12:00", everyMinutes: 360);
        await bench.AwayUntilAsync("2026-12-31 13:00");

        Assert.Equal(["2027/P2", "2027/P3", "2027/P4"], bench.State.All.Where(d => d.Kind == "calendar-reminder").Select(d => d.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2027, bench.Loop.StatusOf("holiday-off").Reminder!.Year);
    }

    [Fact]
    public async Task Nothing_is_begun_by_hand_while_it_cannot_be_stored()
    {
        await using var bench = new ScheduleBench("2026-03-03 12:00", NightlyOff);
        await bench.StartAsync();
        bench.State.IsUnavailable = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => bench.Loop.RunAsync("nightly-off", "engineer", CancellationToken.None));
        Assert.Empty(bench.Off.Orders);
    }

    /// <summary>The clock is set wrong at some hour, and right again at another: each date gets its on and its off, and no off is done twice.</summary>
    [Theory, CombinatorialSteps]
    public async Task Steps_of_the_wall_clock_lose_and_double_nothing(int stepHours, int wrongAtHour, int wrongForHours)
    {
        var on = new JobPlan("morning-on", new("晨开", "on"), Acts.PowerOn, CronRule("0 7 * * *", DayFilter.Any), ["court-1", "court-2"]);
        await using var bench = new ScheduleBench("2026-03-02 12:00", on, NightlyOff);
        await bench.StartAsync();
        var truth = At("2026-03-04 00:00").AddHours(wrongAtHour);
        await bench.GoToAsync(truth, everyMinutes: 5);
        bench.Clock.Set(bench.Clock.Wall.AddHours(stepHours));
        await bench.LookAsync();
        await bench.GoToAsync(bench.Clock.Wall.AddHours(wrongForHours), everyMinutes: 5);
        bench.Clock.Set(bench.Clock.Wall.AddHours(-stepHours));
        await bench.LookAsync();
        for (var day = DateOnly.FromDateTime(Zone.Local(bench.Clock.Wall)).AddDays(1); day <= new DateOnly(2026, 3, 9); day = day.AddDays(1))
        {
            await bench.GoToAsync($"{day:yyyy-MM-dd} 07:10", everyMinutes: 5);
            Assert.True(IsOn(bench), $"dark on the morning of {day}");
        }

        await bench.GoToAsync("2026-03-09 21:00", everyMinutes: 5);
        Assert.DoesNotContain(bench.Off.Orders.GroupBy(o => o.Order.Key), g => g.Count() > 1);
        for (var day = new DateOnly(2026, 3, 3); day <= new DateOnly(2026, 3, 9); day = day.AddDays(1))
        {
            Assert.NotEqual(DecisionState.Reopened, bench.Row("morning-on", $"{day:yyyy-MM-dd}").State);
            Assert.NotEqual(DecisionState.Reopened, bench.Row("nightly-off", $"{day:yyyy-MM-dd}").State);
        }

        Assert.Equal(2, bench.Journal.Rows.Count(r => r.Kind == "clock.stepped"));
    }

    private static bool IsOn(ScheduleBench bench) => bench.Wishes.LastOrDefault(Acts.PowerOn) is Acts.PowerOn;

    private sealed class CombinatorialStepsAttribute : Xunit.v3.DataAttribute
    {
        public override ValueTask<IReadOnlyCollection<Xunit.ITheoryDataRow>> GetData(System.Reflection.MethodInfo testMethod, Xunit.Sdk.DisposalTracker disposalTracker)
        {
            var rows = from step in new[] { -24, -2, 2, 24 } from hour in new[] { 3, 6, 8, 19, 21 } from span in new[] { 1, 5, 30 } select new Xunit.TheoryDataRow<int, int, int>(step, hour, span);
            return new((IReadOnlyCollection<Xunit.ITheoryDataRow>)[.. rows]);
        }

        public override bool SupportsDiscoveryEnumeration() => true;
    }
}

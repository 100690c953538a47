using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Docket;

namespace AvGateway.Operations.Tests.Schedule;

public sealed class LocalClockTests
{
    private static LocalClock Of(string zone) => new(TimeZoneInfo.FindSystemTimeZoneById(zone));

    [Fact]
    public void An_hour_that_comes_twice_means_its_first_pass()
    {
        var at = Of("Europe/Berlin").At(new(2026, 10, 25), new(2, 30));

        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), at);
    }

    [Fact]
    public void An_hour_that_is_skipped_means_the_first_moment_after()
    {
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), Of("Europe/Berlin").At(new(2026, 3, 29), new(2, 30)));

        // Skipped up to midnight: still the job of the date that lost its last hour.
        Assert.Equal(new DateTimeOffset(2024, 3, 31, 1, 0, 0, TimeSpan.Zero), Of("America/Nuuk").At(new(2024, 3, 30), new(23, 30)));
    }

    [Fact]
    public void A_midnight_that_is_skipped_begins_the_date_later()
    {
        Assert.Equal(new DateTimeOffset(2018, 11, 4, 3, 0, 0, TimeSpan.Zero), Of("America/Sao_Paulo").At(new(2018, 11, 4), TimeOnly.MinValue));
    }

    [Fact]
    public void A_date_that_a_zone_left_out_has_no_moment()
    {
        Assert.Null(Of("Pacific/Apia").At(new(2011, 12, 30), new(18, 0)));
        Assert.NotNull(Of("Pacific/Apia").At(new(2011, 12, 31), new(18, 0)));
        Assert.NotNull(Of("Pacific/Apia").At(new(2011, 12, 29), new(18, 0)));
    }

    /// <summary>
    /// Every zone of the machine, twenty years: a job at each quarter of an hour near every change of the clocks, and daily elsewhere, comes exactly once for each local date that
    /// the zone has, and not before the wall clock shows its time.
    /// </summary>
    [Fact]
    public void In_every_zone_a_daily_job_comes_once_a_local_date()
    {
        var zones = TimeZoneInfo.GetSystemTimeZones().GroupBy(z => z.Id).Select(g => g.First()).ToList();
        Assert.True(zones.Count >= 300, $"only {zones.Count} zones: tzdata is missing");
        var (first, last) = (new DateOnly(2010, 1, 1), new DateOnly(2029, 12, 31));
        var problems = new System.Collections.Concurrent.ConcurrentBag<string>();
        var changes = 0;
        Parallel.ForEach(zones, zone =>
        {
            var clock = new LocalClock(zone);
            for (var date = first; date <= last; date = date.AddDays(1))
            {
                var noon = new DateTimeOffset(date, new(12, 0), TimeSpan.Zero);
                var isChange = zone.GetUtcOffset(noon.AddHours(-36)) != zone.GetUtcOffset(noon.AddHours(36));
                if (isChange) Interlocked.Increment(ref changes);

                // Where nothing changes within a day and a half, one time a week is as good as all.
                if (!isChange && date.DayNumber % 7 != 0) continue;
                for (var minute = 0; minute < 24 * 60; minute += isChange ? 15 : 8 * 60) Check(zone, clock, date, TimeOnly.MinValue.AddMinutes(minute), problems);
            }
        });

        Assert.True(problems.IsEmpty, string.Join('\n', problems.Take(20)));
        Assert.True(changes > 1000);
    }

    private static void Check(TimeZoneInfo zone, LocalClock clock, DateOnly date, TimeOnly time, System.Collections.Concurrent.ConcurrentBag<string> problems)
    {
        void Wrong(string what) => problems.Add($"{zone.Id} {date:yyyy-MM-dd} {time:HH:mm}: {what}");
        var wished = date.ToDateTime(time);
        if (clock.At(date, time) is not { } at)
        {
            // Only a date that no moment of the zone has.
            for (var moment = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).AddHours(-15); moment < new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).AddHours(40); moment = moment.AddMinutes(15))
            {
                if (DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime) == date)
                {
                    Wrong("missed");
                    return;
                }
            }

            return;
        }

        // The first moment at which the wall clock shows the time or, past a gap, more.
        if (TimeZoneInfo.ConvertTime(at, zone).DateTime < wished) Wrong("early");
        var before = TimeZoneInfo.ConvertTime(at.AddSeconds(-1), zone).DateTime;
        if (before >= wished) Wrong("not the first pass");
        if (TimeZoneInfo.ConvertTime(at, zone).DateTime != wished && TimeZoneInfo.ConvertTime(at, zone).DateTime - before < TimeSpan.FromMinutes(2)) Wrong("late without a gap");
    }

    [Fact]
    public void Calendar_rules_come_once_for_every_block_whatever_the_zone_does()
    {
        var lists = BuiltInCalendar.Lists;
        var calendar = new SiteCalendar(lists, OwnDays.None);
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var planner = new SchedulePlanner(new(zone), calendar, _ => DocketView.NotUsed);
            JobPlan off = new("off", new("关", "off"), Acts.PowerOff, new ScheduleRule.EveningBefore(3, new(18, 0)), ["r"]);
            JobPlan on = new("on", new("开", "on"), Acts.PowerOn, new ScheduleRule.MorningAfter(3, new(6, 30)), ["r"]);
            var due = Enumerable.Range(-1, 366).SelectMany(d => new[] { off, on }.SelectMany(j => planner.On(j, new DateOnly(2026, 1, 1).AddDays(d), PastActs.None))).ToList();
            Assert.Equal(14, due.Count);
            Assert.Equal(14, due.Select(o => o.Key).Distinct().Count());
            Assert.True(due.Zip(due.Skip(1)).All(p => p.First.Due < p.Second.Due && p.First.Job != p.Second.Job));
        }
    }
}

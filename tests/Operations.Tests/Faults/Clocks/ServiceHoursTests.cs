using System.Globalization;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Faults.Clocks;

/// <summary>A contract's time over holidays, make-up workdays, lunch and pauses: each due time was worked out by hand.</summary>
public sealed class ServiceHoursTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly ServiceHours Hours = new(new(Zone), static () => BuiltInCalendar.Calendar, ServiceHours.UsualOffice);

    private static DateTimeOffset At(string local) => new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(8));

    private static string Local(DateTimeOffset? moment) => moment is { } at ? TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "-";

    [Theory]
    [InlineData("2026-10-09 17:50", 240, "2026-10-10 13:50")]
    [InlineData("2026-09-30 17:30", 240, "2026-10-08 13:30")]
    [InlineData("2026-02-14 16:00", 480, "2026-02-24 16:00")]
    [InlineData("2026-01-04 09:00", 240, "2026-01-04 14:00")]
    [InlineData("2026-05-08 17:00", 120, "2026-05-09 10:00")]
    [InlineData("2026-10-07 10:00", 240, "2026-10-08 14:00")]
    public void Office_hours(string from, int minutes, string due)
    {
        Assert.Equal(due, Local(Hours.Due(HoursKind.Office, At(from), TimeSpan.FromMinutes(minutes), [])));
        Assert.Equal(TimeSpan.FromMinutes(minutes), Hours.Used(HoursKind.Office, At(from), At(due), []));
    }

    /// <summary>A make-up Saturday counts, Spring Festival does not.</summary>
    [Theory]
    [InlineData("2026-02-12 17:00", "2026-02-24 18:00")]
    [InlineData("2026-02-14 16:00", "2026-02-26 18:00")]
    [InlineData("2026-10-08 08:00", "2026-10-12 18:00")]
    [InlineData("2026-10-02 23:00", "2026-10-10 18:00")]
    public void The_end_of_the_third_workday_after(string from, string end) => Assert.Equal(end, Local(Hours.EndOfWorkday(At(from), 3)));

    [Theory]
    [InlineData(HoursKind.Always)]
    [InlineData(HoursKind.Phone)]
    public void Round_the_clock(HoursKind kind) => Assert.Equal("2026-10-04 00:20", Local(Hours.Due(kind, At("2026-10-03 23:50"), TimeSpan.FromMinutes(30), [])));

    [Theory]

    // At the very end of an office day nothing is left of it, and an hour that is used up at noon is due at noon.
    [InlineData("2026-10-09 18:00", 60, "2026-10-10 10:00")]
    [InlineData("2026-10-10 11:00", 60, "2026-10-10 12:00")]
    [InlineData("2026-10-10 12:30", 1, "2026-10-10 13:01")]
    [InlineData("2026-10-10 18:00", 1, "2026-10-12 09:01")]
    public void Edges_of_the_office_day(string from, int minutes, string due) =>
        Assert.Equal(due, Local(Hours.Due(HoursKind.Office, At(from), TimeSpan.FromMinutes(minutes), [])));

    [Fact]
    public void A_pause_stops_the_time_and_only_what_of_it_would_have_counted()
    {
        // Four hours from Friday 17:00: one on Friday; the pause takes Saturday 10:00 to Sunday; one hour on Saturday, two on Monday.
        Stretch[] pauses = [new(At("2026-10-10 10:00"), At("2026-10-11 20:00"))];

        Assert.Equal("2026-10-12 11:00", Local(Hours.Due(HoursKind.Office, At("2026-10-09 17:00"), TimeSpan.FromHours(4), pauses)));
        Assert.Equal(TimeSpan.FromHours(2), Hours.Used(HoursKind.Office, At("2026-10-09 17:00"), At("2026-10-12 09:00"), pauses));
    }

    [Fact]
    public void Pauses_that_overlap_count_once_and_one_without_an_end_has_no_due_time()
    {
        Stretch[] pauses = [new(At("2026-10-12 09:30"), At("2026-10-12 10:30")), new(At("2026-10-12 10:00"), At("2026-10-12 11:00"))];

        Assert.Equal("2026-10-12 11:30", Local(Hours.Due(HoursKind.Always, At("2026-10-12 09:00"), TimeSpan.FromHours(1), pauses)));
        Assert.Null(Hours.Due(HoursKind.Always, At("2026-10-12 09:00"), TimeSpan.FromHours(3), [.. pauses, new(At("2026-10-12 11:10"), null)]));
        Assert.Equal("2026-10-12 09:20", Local(Hours.Due(HoursKind.Always, At("2026-10-12 09:00"), TimeSpan.FromMinutes(20), [.. pauses, new(At("2026-10-12 11:10"), null)])));
    }

    [Fact]
    public void A_pause_that_a_clock_set_back_left_inside_out_changes_nothing()
    {
        Stretch[] pauses = [new(At("2026-10-12 10:00"), At("2026-10-12 09:30"))];

        Assert.Equal("2026-10-12 11:00", Local(Hours.Due(HoursKind.Always, At("2026-10-12 09:00"), TimeSpan.FromHours(2), pauses)));
    }
}

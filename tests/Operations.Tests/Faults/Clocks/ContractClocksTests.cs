using System.Globalization;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Faults.Clocks;

/// <summary>The clocks of a fault: what stops, ends, tightens and pauses them.</summary>
public sealed class ContractClocksTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly ServiceHours Hours = new(new(Zone), static () => BuiltInCalendar.Calendar, ServiceHours.UsualOffice);
    private static readonly ContractClocks Clocks = new(ServiceTerms.Usual(isBasic: false), Hours);
    private static readonly ContractClocks OfBasic = new(ServiceTerms.Usual(isBasic: true), Hours);

    private static DateTimeOffset At(string local) => new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(8));

    private static string? Due(ContractClocks clocks, Fault fault, ClockKind kind, string now = "2026-12-31 00:00") =>
        clocks.Of(fault, At(now)).SingleOrDefault(c => c.Kind == kind)?.Due is { } due ? TimeZoneInfo.ConvertTime(due, Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : null;

    private static Fault Opened(string at, Severity severity) =>
        new("F-2026-000001", FaultKinds.Unreachable, "court-1/matrix", At(at), At(at)) { Severity = severity, Terms = [new(severity, At(at))] };

    /// <summary>Worked out by hand: nine days off between the make-up Saturday and Tuesday the 24th.</summary>
    [Fact]
    public void A_fault_across_Spring_Festival()
    {
        var fault = Opened("2026-02-14 16:30", Severity.P3);

        Assert.Equal("2026-02-14 17:30", Due(Clocks, fault, ClockKind.Acknowledge));
        Assert.Equal("2026-02-14 18:30", Due(Clocks, fault, ClockKind.Answer));
        Assert.Equal("2026-02-24 11:30", Due(Clocks, fault, ClockKind.OnSite));
        Assert.Equal("2026-02-24 16:30", Due(Clocks, fault, ClockKind.Restore));
        var states = Clocks.Of(fault, At("2026-02-24 12:00")).Select(c => (c.Kind, c.State, c.Percent));
        Assert.Equal(
            [(ClockKind.Acknowledge, ClockState.Missed, 999), (ClockKind.Answer, ClockState.Missed, 999), (ClockKind.OnSite, ClockState.Missed, 112), (ClockKind.Restore, ClockState.Running, 56)],
            states);
    }

    [Fact]
    public void A_reminder_has_a_day_and_no_visit()
    {
        var fault = Opened("2026-02-14 16:30", Severity.P4);

        Assert.Equal("2026-02-24 16:30", Due(Clocks, fault, ClockKind.Acknowledge));
        Assert.Null(Due(Clocks, fault, ClockKind.OnSite));
        Assert.Null(Due(Clocks, fault, ClockKind.Restore));
    }

    [Fact]
    public void What_came_about_in_time_is_met_and_later_is_missed()
    {
        var fault = Opened("2026-10-12 09:00", Severity.P2) with { AcknowledgedAt = At("2026-10-12 09:10"), AnsweredAt = At("2026-10-12 09:40"), RecoveredAt = At("2026-10-12 09:50") };

        Assert.Equal(
            [(ClockKind.Acknowledge, ClockState.Met), (ClockKind.Answer, ClockState.Missed), (ClockKind.OnSite, ClockState.Met), (ClockKind.Restore, ClockState.Met)],
            Clocks.Of(fault, At("2026-10-13 09:00")).Select(c => (c.Kind, c.State)));
        Assert.Null(Clocks.NextMark(fault, At("2026-10-12 09:50")));
    }

    [Fact]
    public void A_graver_severity_never_gives_more_time_and_a_milder_one_counts_from_the_beginning()
    {
        var fault = Opened("2026-10-12 09:00", Severity.P3);
        var graver = fault with { Severity = Severity.P2, Terms = fault.Terms.Add(new(Severity.P2, At("2026-10-12 09:55"))) };
        Assert.Equal("2026-10-12 10:00", Due(Clocks, graver, ClockKind.Acknowledge));
        Assert.Equal("2026-10-12 10:25", Due(Clocks, graver, ClockKind.Answer));

        var milder = graver with { Severity = Severity.P3, Terms = [new(Severity.P3, fault.OpenedAt)] };
        Assert.Equal("2026-10-12 11:00", Due(Clocks, milder, ClockKind.Answer));
    }

    [Fact]
    public void A_hearing_stops_the_visit_and_the_repair_and_no_answer()
    {
        var fault = Opened("2026-10-12 09:00", Severity.P2) with { Pauses = [new(PauseReason.Hearing, "seen", "engineer", At("2026-10-12 09:20"), At("2026-10-12 11:20"))] };

        Assert.Equal("2026-10-12 09:30", Due(Clocks, fault, ClockKind.Answer));
        Assert.Equal("2026-10-12 12:00", Due(Clocks, fault, ClockKind.OnSite));
        Assert.Equal("2026-10-12 15:00", Due(Clocks, fault, ClockKind.Restore));
    }

    [Fact]
    public void Force_majeure_stops_them_all_while_it_lasts()
    {
        var fault = Opened("2026-10-12 09:00", Severity.P2) with { Pauses = [new(PauseReason.ForceMajeure, "flood warning 7", "admin", At("2026-10-12 09:05"))] };

        Assert.All(Clocks.Of(fault, At("2026-10-14 09:00")), c => Assert.Equal((ClockState.Paused, null, TimeSpan.FromMinutes(5)), (c.State, c.Due, c.Used)));
    }

    [Fact]
    public void A_basic_court_keeps_both_clocks_of_a_visit()
    {
        var fault = Opened("2026-10-12 09:00", Severity.P2);
        Assert.Equal("2026-10-12 11:00", Due(OfBasic, fault, ClockKind.OnSite));
        Assert.Null(Due(OfBasic, fault, ClockKind.OnSiteReleased));

        var released = fault with { ReleasedAt = At("2026-10-12 10:15") };
        Assert.Equal("2026-10-12 11:00", Due(OfBasic, released, ClockKind.OnSite));
        Assert.Equal("2026-10-12 12:15", Due(OfBasic, released, ClockKind.OnSiteReleased));
    }

    [Fact]
    public void The_next_mark_is_the_earliest_share_of_any_open_clock()
    {
        var fault = Opened("2026-10-12 09:00", Severity.P2);

        Assert.Equal(At("2026-10-12 09:00").AddMinutes(7.5), Clocks.NextMark(fault, At("2026-10-12 09:00")));
        Assert.Equal(At("2026-10-12 09:12"), Clocks.NextMark(fault, At("2026-10-12 09:10")));
        Assert.Equal(At("2026-10-12 09:15"), Clocks.NextMark(fault, At("2026-10-12 09:12")));
    }
}

using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Tests.Probes;

/// <summary>What values mean (R20): limits with their patience, rates, sensors that do not move.</summary>
public sealed class HealthPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    private static readonly MeasureLimits Climate = new()
    {
        WarnBelow = 18,
        WarnAbove = 27,
        AlarmAbove = 30,
        Lasts = TimeSpan.FromMinutes(5),
        Hysteresis = 0.5,
        Rise = new(10, TimeSpan.FromMinutes(10)),
        StuckFor = TimeSpan.FromHours(1),
    };

    private DateTimeOffset _now = Start;
    private ImmutableHashSet<string> _present = [];

    [Fact]
    public void Thirty_one_degrees_for_five_minutes_are_an_alarm_and_for_four_are_none()
    {
        var policy = Policy(Climate);
        See(policy, 22);
        for (var minute = 0; minute < 5; minute++) See(policy, 31 + minute * 0.01);
        Assert.Empty(_present);

        See(policy, 31.2);
        Assert.Equal([ProbeFaults.Alarm], _present);
        Assert.Equal(Severity.P2, new FaultKinds([]).Of(ProbeFaults.CodeOf(ProbeFaults.Alarm, "climate")).Rule.In(Occupancy.Empty));
    }

    [Fact]
    public void What_is_seen_is_shown_at_once_however_long_it_takes_to_be_told()
    {
        var policy = Policy(Climate);
        Assert.Equal(ProbeQuality.Ok, See(policy, 22));
        Assert.Equal(ProbeQuality.Warn, See(policy, 28));
        Assert.Equal(ProbeQuality.Alarm, See(policy, 31));
        Assert.Empty(_present);
    }

    [Fact]
    public void Ten_degrees_within_ten_minutes_are_of_the_first_priority_below_every_limit()
    {
        var policy = Policy(Climate);
        foreach (var value in new[] { 16.0, 18.1, 20.2, 22.3, 24.4 }) See(policy, value);
        Assert.DoesNotContain(ProbeFaults.Rising, _present);

        See(policy, 26.1);
        Assert.Contains(ProbeFaults.Rising, _present);
        Assert.Equal(Severity.P1, new FaultKinds([]).Of(ProbeFaults.CodeOf(ProbeFaults.Rising, "climate")).Rule.In(Occupancy.Empty));
    }

    [Fact]
    public void Ten_degrees_in_an_hour_are_no_rise()
    {
        var policy = Policy(Climate);
        for (var minute = 0; minute <= 60; minute++) See(policy, 17 + minute / 6.0);
        Assert.DoesNotContain(ProbeFaults.Rising, _present);
    }

    [Fact]
    public void A_sensor_that_does_not_move_for_an_hour_is_not_believed()
    {
        var policy = Policy(Climate);
        See(policy, 21.9);
        for (var minute = 0; minute < 60; minute++) Assert.Equal(ProbeQuality.Ok, See(policy, 22));

        Assert.Equal(ProbeQuality.Unknown, See(policy, 22));
        Assert.Equal([ProbeFaults.Stuck], _present);
        Assert.Equal(ProbeQuality.Ok, See(policy, 22.1));
        Assert.Empty(_present);
    }

    [Fact]
    public void A_value_at_the_limit_does_not_come_and_go()
    {
        var policy = Policy(new() { AlarmAbove = 30, Hysteresis = 1 });
        See(policy, 30.5);
        See(policy, 30.5);
        Assert.Equal([ProbeFaults.Alarm], _present);
        Assert.Equal(ProbeQuality.Alarm, See(policy, 29.5));
        Assert.Equal([ProbeFaults.Alarm], _present);
        Assert.Equal(ProbeQuality.Ok, See(policy, 28.9));
        Assert.Empty(_present);
    }

    [Fact]
    public void One_odd_reading_is_no_alarm()
    {
        var policy = Policy(new() { AlarmAbove = 30 });
        See(policy, 22);
        See(policy, 85);
        See(policy, 22);
        Assert.Empty(_present);
    }

    [Fact]
    public void Water_is_of_the_first_priority()
    {
        var policy = Policy(new() { AlarmAbove = 0.5, IsCritical = true });
        See(policy, 1);
        See(policy, 1);
        Assert.Equal([ProbeFaults.Critical], _present);
        Assert.Equal(Severity.P1, new FaultKinds([]).Of(ProbeFaults.CodeOf(ProbeFaults.Critical, "leak")).Rule.In(Occupancy.Empty));
    }

    [Fact]
    public void Whoever_cannot_see_takes_no_alarm_back()
    {
        var policy = Policy(new() { AlarmAbove = 30 });
        See(policy, 31);
        See(policy, 31);
        for (var i = 0; i < 5; i++) Judge(policy, ProbeSight.Blind(new("无权限", "no right"), new("请授权", "mend")));
        Assert.Equal([ProbeFaults.Alarm, ProbeFaults.Blind], _present.Order());

        for (var i = 0; i < 5; i++) Judge(policy, ProbeSight.Silent(new("实测", "gone")));
        Assert.Equal([ProbeFaults.Alarm, ProbeFaults.Silent], _present.Order());
        See(policy, 22);
        Assert.Empty(_present);
    }

    private static HealthPolicy Policy(MeasureLimits limits) =>
        new(new("climate", new ProbeBench().Kind, new(OfRoom: "machine-room"), null, ImmutableDictionary<string, MeasureLimits>.Empty.Add("temperature", limits)));

    private ProbeQuality See(HealthPolicy policy, double value) => Judge(policy, ProbeSight.Seen(new("实测", "read"), new Measured("temperature", value)));

    private ProbeQuality Judge(HealthPolicy policy, ProbeSight sight)
    {
        var (quality, symptoms) = policy.Judge(sight, _now);
        _now += TimeSpan.FromMinutes(1);
        foreach (var symptom in symptoms) _present = symptom.IsPresent ? _present.Add(symptom.Kind) : _present.Remove(symptom.Kind);
        return quality;
    }
}

using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Streams;
using AvGateway.LineWatch.Watching;
using AvGateway.Operations.Faults;

namespace AvGateway.LineWatch.Tests.Watching;

public sealed class LineJudgeTests
{
    private readonly LineJudge _judge = new(new());
    private DateTimeOffset _now = Forge.Start;

    [Fact]
    public void Loss_is_told_once_it_lasted_and_taken_back_once_it_stayed_away()
    {
        Assert.Empty(After(25, loss: 4));
        Assert.Equal([MediaFaults.Degraded, MediaFaults.Loss], After(10, loss: 4));
        Assert.Equal([MediaFaults.Degraded, MediaFaults.Loss], After(25, loss: 0));
        Assert.Empty(After(10, loss: 0));
    }

    [Fact]
    public void A_short_burst_is_nothing_and_a_little_loss_is_a_warning()
    {
        Assert.Empty(After(10, loss: 50));
        Assert.Empty(After(5, loss: 0));
        Assert.Equal([MediaFaults.Degraded], After(40, loss: 1.5));
        Assert.Equal(LineQuality.Warn, _judge.Quality);
    }

    [Fact]
    public void Jitter_has_limits_of_its_own()
    {
        Assert.Equal([MediaFaults.Degraded], After(40, jitter: 45));
        Assert.Equal([MediaFaults.Degraded, MediaFaults.Jitter], After(40, jitter: 90));
        Assert.Equal(LineQuality.Alarm, _judge.Quality);
    }

    [Fact]
    public void A_one_way_call_and_a_damaged_packet_are_told_at_once()
    {
        Look(0, 0, damaged: 3, oneWay: "no");
        Look(0, 0, damaged: 4, oneWay: "caller-hears-nothing");

        Assert.Equal([MediaFaults.Damaged, MediaFaults.OneWay], _judge.Raised);
    }

    [Fact]
    public void A_share_of_few_packets_is_chance()
    {
        for (var i = 0; i < 12; i++) Look(20, 0, expected: 20);

        Assert.Empty(_judge.Raised);
    }

    [Fact]
    public void What_nobody_sees_any_more_is_not_taken_for_well()
    {
        After(40, loss: 5);
        _judge.Blind();

        Assert.Equal((LineQuality.Unknown, 2), (_judge.Quality, _judge.Raised.Count));
    }

    private IReadOnlyList<string> After(int seconds, double loss = 0, double jitter = 0)
    {
        for (var i = 0; i < seconds; i += 5) Look(loss, jitter);
        return _judge.Raised;
    }

    private void Look(double loss, double jitter, long expected = 250, long damaged = 0, string oneWay = "no")
    {
        _now += TimeSpan.FromSeconds(5);
        var stream = new StreamFigures("10.1.1.1:1", "10.1.1.2:2", "0x1", null, "PCMA", 8, 1000, 990, 10, 1) { LastAt = _now, RecentLoss = loss, RecentJitter = jitter, RecentExpected = expected };
        var call = new CallFigures("c0ffee00", "10.1.1.1", "10.1.1.2", "established", 200, _now, _now, oneWay);
        _judge.Judge(new(_now, new(0, 0, 0, 0, 0, 0, damaged, 0), [stream], [call], []));
    }
}

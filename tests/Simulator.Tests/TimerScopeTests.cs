using AvGateway.Simulator.Devices;

namespace AvGateway.Simulator.Tests;

/// <summary>What happens in a simulated device happens in the order of its times, in whatever order a busy machine runs the timers.</summary>
public sealed class TimerScopeTests
{
    [Fact]
    public void A_timer_that_overtakes_another_lets_it_act_first()
    {
        var time = new AnyOrder();
        var timers = new TimerScope(time, new Lock());
        var done = new List<string>();
        timers.After(TimeSpan.FromMilliseconds(100), () => done.Add("hdmi2"));
        timers.After(TimeSpan.FromMilliseconds(100), () => done.Add("hdmi1"));
        timers.After(TimeSpan.FromMilliseconds(200), () => done.Add("later"));

        time.Fire(1);
        time.Fire(0);

        Assert.Equal(["hdmi2", "hdmi1"], done);
    }

    [Fact]
    public void What_the_first_of_them_stops_does_not_act_any_more()
    {
        var time = new AnyOrder();
        var timers = new TimerScope(time, new Lock());
        var done = new List<string>();
        timers.After(TimeSpan.FromMilliseconds(100), () =>
        {
            done.Add("off");
            timers.Clear();
        });
        timers.After(TimeSpan.FromMilliseconds(150), () => done.Add("warm"));

        time.Fire(1);

        Assert.Equal(["off"], done);
    }

    /// <summary>Time stands still, and the test says which timer runs.</summary>
    private sealed class AnyOrder : TimeProvider
    {
        private readonly List<Action> _timers = [];

        public void Fire(int number) => _timers[number]();

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new Unarmed();
        }

        private sealed class Unarmed : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}

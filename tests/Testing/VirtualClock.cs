using AvGateway.Simulator.Devices.Scenarios;

namespace AvGateway.Testing;

/// <summary>A clock whose timers somebody watches.</summary>
public abstract class WatchedClock : TimeProvider
{
    /// <summary>A timer was made, from whatever thread.</summary>
    internal event Action<ITimer>? Created;

    /// <summary>A timer is about to fire.</summary>
    internal event Action<ITimer>? Firing;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    private protected void Tell(ITimer created) => Created?.Invoke(created);
    private protected void TellFiring(ITimer timer) => Firing?.Invoke(timer);
}

/// <summary>A clock that moves only when told, and stops at every timer on the way so that the mailboxes can act on it.</summary>
public sealed class VirtualClock(DateTimeOffset? start = null) : WatchedClock
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    private readonly VirtualTime _time = new(start ?? Start);

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _time.CreateTimer(callback, state, dueTime, period);
        Tell(timer);
        return timer;
    }

    /// <summary>Lets the span pass.</summary>
    /// <param name="settle">Waits until everything that a fired timer set in motion has come to rest.</param>
    public Task PassAsync(TimeSpan span, Func<Task> settle) => PassUntilAsync(span, static () => false, settle);

    /// <summary>Lets time pass, timer by timer, until the condition holds or the span is over. False when it never held.</summary>
    public async Task<bool> PassUntilAsync(TimeSpan span, Func<bool> condition, Func<Task> settle)
    {
        await settle();
        var end = GetUtcNow() + span;
        while (!condition())
        {
            if (_time.Next(end) is not { } timer) return condition();
            TellFiring(timer);
            timer.Fire();
            await settle();
        }

        return true;
    }

    /// <summary>Lets time pass until the condition holds, in grains: timers of one grain fire one after another, and what they set in motion comes to rest
    /// together. For many devices at once, where a grain is short against everything that is measured.</summary>
    public async Task<bool> PassInGrainsAsync(TimeSpan span, TimeSpan grain, Func<bool> condition, Func<Task> settle)
    {
        await settle();
        var end = GetUtcNow() + span;
        while (!condition())
        {
            var now = GetUtcNow();
            if (now >= end) return false;
            var until = now + grain < end ? now + grain : end;
            while (_time.Next(until) is { } timer)
            {
                TellFiring(timer);
                timer.Fire();
            }

            await settle();
        }

        return true;
    }
}

/// <summary>The share that one device has in a clock: it tells when something of this device has fired.</summary>
public sealed class SharedClock(VirtualClock whole) : WatchedClock
{
    private volatile bool _isTouched = true;

    public override DateTimeOffset GetUtcNow() => whole.GetUtcNow();

    public void Touch() => _isTouched = true;

    /// <summary>Whether something fired, or somebody touched it, since this was asked last.</summary>
    public bool TakeTouch()
    {
        var was = _isTouched;
        _isTouched = false;
        return was;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer? own = null;
        own = whole.CreateTimer(
            told =>
            {
                _isTouched = true;
                TellFiring(own!);
                callback(told);
            },
            state, dueTime, period);
        Tell(own);
        return own;
    }
}

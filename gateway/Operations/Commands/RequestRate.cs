namespace AvGateway.Operations.Commands;

/// <summary>How often one caller may ask: <paramref name="PerSecond"/> in the long run, <paramref name="Burst"/> at once.</summary>
public sealed record RequestRate(double PerSecond, int Burst);

/// <summary>One caller's turns. Safe from any thread.</summary>
internal sealed class CallerTurns(TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _spent;
    private long _at = time.GetTimestamp();

    /// <param name="wait">When there is no turn: until the next.</param>
    public bool TryTake(RequestRate rate, out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _spent = Math.Max(0, _spent - (time.GetElapsedTime(_at, now).TotalSeconds * rate.PerSecond));
            _at = now;
            wait = TimeSpan.FromSeconds(Math.Max(0, _spent + 1 - rate.Burst) / rate.PerSecond);
            if (wait > TimeSpan.Zero) return false;
            _spent++;
            return true;
        }
    }
}

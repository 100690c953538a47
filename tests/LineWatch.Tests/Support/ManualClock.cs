namespace AvGateway.LineWatch.Tests;

/// <summary>A wall clock that stands until it is told.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = Forge.Start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Pass(TimeSpan span) => _now += span;
}

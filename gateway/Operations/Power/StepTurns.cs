using System.Collections.Immutable;

namespace AvGateway.Operations.Power;

/// <summary>
/// Who goes first where several may go and a feeder or a circuit lets one at a time: whoever has the longest way behind it. A room with a lamp to warm
/// begins before one with a screen, so that the whole house is ready the earlier.
/// </summary>
internal static class StepTurns
{
    /// <summary>The steps, those with the longest way behind them first, and of several alike in the order of the plan.</summary>
    public static int[] Of(ImmutableArray<PowerStep> steps, int[][] needs, int[][] after, int[][] follows)
    {
        // A plan is in an order in which it could be done one by one: whatever waits for a step stands behind it.
        var ways = new TimeSpan[steps.Length];
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            ways[i] += StepTimes.Usual(steps[i]);
            foreach (var before in needs[i].Concat(after[i])) ways[before] = Longer(ways[before], ways[i]);
            foreach (var before in follows[i]) ways[before] = Longer(ways[before], ways[i] + steps[i].Gap - StepTimes.Usual(steps[before]));
        }

        return [.. Enumerable.Range(0, steps.Length).OrderByDescending(i => ways[i])];
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}

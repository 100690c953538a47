using System.Collections.Immutable;

namespace AvGateway.Operations.Power;

/// <summary>
/// Who goes first where several may go and a feeder or a circuit lets one at a time: whoever has the longest way behind it. A room with a lamp to warm
/// begins before one with a screen, so that the whole house is ready the earlier.
/// </summary>
internal static class StepTurns
{
    // A wrong guess costs time and breaks no order.
    private static readonly TimeSpan Relay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Screen = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lamp = TimeSpan.FromSeconds(30);

    /// <summary>The steps, those with the longest way behind them first, and of several alike in the order of the plan.</summary>
    public static int[] Of(ImmutableArray<PowerStep> steps, int[][] needs, int[][] after, int[][] follows)
    {
        // A plan is in an order in which it could be done one by one: whatever waits for a step stands behind it.
        var ways = new TimeSpan[steps.Length];
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            ways[i] += Guess(steps[i]);
            foreach (var before in needs[i].Concat(after[i])) ways[before] = Longer(ways[before], ways[i]);
            foreach (var before in follows[i]) ways[before] = Longer(ways[before], ways[i] + steps[i].Gap - Guess(steps[before]));
        }

        return [.. Enumerable.Range(0, steps.Length).OrderByDescending(i => ways[i])];
    }

    // How long a device takes to come up nobody has written down; whoever gave it longer than usual knew why.
    private static TimeSpan Guess(PowerStep step) => step.Kind switch
    {
        StepKind.OutletOff or StepKind.OutletOn => Relay,
        StepKind.Appear => step.Within,
        StepKind.DeviceOn => step.Within + (step.Load is LoadKind.Lamp ? Lamp : TimeSpan.Zero),
        StepKind.DeviceOff => step.Load is LoadKind.Lamp ? step.Cooling : step.Load is LoadKind.Computer ? step.Within : Screen,
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}

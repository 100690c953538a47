namespace AvGateway.Operations.Power;

/// <summary>How long a step takes where nothing goes wrong. A guess: it decides about turns and previews, and never about what is true.</summary>
public static class StepTimes
{
    private static readonly TimeSpan Relay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Screen = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lamp = TimeSpan.FromSeconds(30);

    // Whoever gave a device longer to come up than others knew why; what it needs of that nobody has written down.
    private const int OfItsLimit = 4;

    public static TimeSpan Usual(PowerStep step) => step.Kind switch
    {
        StepKind.OutletOff or StepKind.OutletOn or StepKind.StopStream => Relay,
        StepKind.Appear => step.Within / OfItsLimit,
        StepKind.DeviceOn => (step.Within / OfItsLimit) + (step.Load is LoadKind.Lamp ? Lamp : TimeSpan.Zero),
        StepKind.DeviceOff => step.Load switch
        {
            LoadKind.Lamp => step.Cooling,
            LoadKind.Computer => step.Within / OfItsLimit,
            _ => Screen,
        },
        _ => TimeSpan.Zero,
    };
}

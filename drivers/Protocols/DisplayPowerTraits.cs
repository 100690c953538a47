using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols;

/// <summary>What is peculiar to one kind of display about its power.</summary>
/// <param name="Follows">How long it may go on saying that it is where it was, after a wish.</param>
/// <param name="Warms">A warm-up that lasts longer is a fault.</param>
/// <param name="Cools">As long as it may cool.</param>
internal sealed record DisplayPowerTraits(TimeSpan Follows, TimeSpan Warms, TimeSpan Cools)
{
    /// <summary>The fault of one that cools for longer; null where nobody is told.</summary>
    public FaultSpec? CoolsTooLong { get; init; }

    /// <summary>What the reason begins with when it does not follow.</summary>
    public string Words { get; init; } = "";
}

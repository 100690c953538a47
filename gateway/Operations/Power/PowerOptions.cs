namespace AvGateway.Operations.Power;

/// <summary>Times and bounds of power runs.</summary>
public sealed record PowerOptions
{
    /// <summary>Frames for one step, the first included.</summary>
    public int MostTries { get; init; } = 3;

    /// <summary>Between two tries.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A device that was told and shows the old state for this long has not followed.</summary>
    public TimeSpan FollowWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a second sign is waited for: a PDU is asked every few seconds, and a silent device is offline after ten.</summary>
    public TimeSpan SecondSignWithin { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Signs that disagree for this long contradict each other.</summary>
    public TimeSpan AgreeWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a lost link may take to come back.</summary>
    public TimeSpan LinkBackWithin { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>What was switched off is watched this long after the last step: it may come back by itself, or live on behind an outlet that is
    /// another's. Longer than <see cref="AgreeWithin"/>.</summary>
    public TimeSpan WatchAfter { get; init; } = TimeSpan.FromSeconds(36);

    /// <summary>Opposite signs for this long mean that it is on again.</summary>
    public TimeSpan BackFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a frame that the guard stopped is tried again, unless the guard is heard to say yes earlier.</summary>
    public TimeSpan DeferBy { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A room that is guarded for longer than this is left to a person.</summary>
    public TimeSpan DeferAtMost { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How often a device that was given power and does not answer yet is called again.</summary>
    public TimeSpan CallEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a run looks when nothing calls it.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A lamp that was lit less than this long ago is not switched off, one that went out not lit: it wears out by that more than by burning.</summary>
    public TimeSpan LampRest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a preview is good for an order over the whole site.</summary>
    public TimeSpan PreviewLasts { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long the first person's order waits for the second's.</summary>
    public TimeSpan SecondWithin { get; init; } = TimeSpan.FromMinutes(10);
}

namespace AvGateway.Operations.Commands;

/// <summary>Bounds and times of the command router.</summary>
public sealed record RouterOptions
{
    /// <summary>For a request that names no expiry.</summary>
    public TimeSpan DefaultExpiry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A longer expiry is cut to this.</summary>
    public TimeSpan LongestExpiry { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Commands of one caller that may be accepted and not ended.</summary>
    public int MostPerCaller { get; init; } = 512;

    /// <summary>Commands of one device that may be accepted and not ended.</summary>
    public int MostPerDevice { get; init; } = 128;

    /// <summary>Commands in all.</summary>
    public int Most { get; init; } = 8192;

    /// <summary>Callers of a room or a vendor. The embedded broker keeps to the same; behind another broker this is the only bound.</summary>
    public RequestRate RoomRate { get; init; } = new(20, 40);

    /// <summary>Callers of the service: their tools ask for much at once.</summary>
    public RequestRate ServiceRate { get; init; } = new(20_000, 40_000);

    /// <summary>How long the store may take before the caller is told.</summary>
    public TimeSpan StoreWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after its deadline a device may still end a command before that counts as a bug.</summary>
    public TimeSpan DeviceGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What a caller is told to wait when too much is asked.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(500);
}

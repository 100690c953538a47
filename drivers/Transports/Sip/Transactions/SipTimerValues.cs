namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The base values that all transaction timers are made of (RFC 3261 §17, table 4).</summary>
public sealed record SipTimerValues
{
    public static readonly SipTimerValues Standard = new();

    /// <summary>Estimate of the round trip.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest gap between two sendings.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a message may stay in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timers B, F, H, J, L, M: 64·T1, 32 s.</summary>
    public TimeSpan GiveUp => T1 * 64;

    internal TimeSpan Longer(TimeSpan gap) => gap * 2 < T2 ? gap * 2 : T2;
}

namespace AvGateway.LineWatch.Streams;

/// <summary>What one RTP stream looks like where the watch stands. Times are milliseconds, shares are per cent.</summary>
/// <param name="Call">The call that announced it; null: it was recognised by itself.</param>
/// <param name="Received">All packets that came, twins included (RFC 3550 A.3).</param>
/// <param name="Lost">Numbers that never came.</param>
/// <param name="Loss">Lost of expected.</param>
public sealed record StreamFigures(string From, string To, string Source, string? Call, string Codec, int PayloadType, long Expected, long Received, long Lost, double Loss)
{
    /// <summary>RFC 3550 §6.4.1 as it is now, its mean over all packets and its greatest.</summary>
    public double Jitter { get; init; }
    public double MeanJitter { get; init; }
    public double MostJitter { get; init; }
    public long Duplicates { get; init; }
    public long Reordered { get; init; }

    /// <summary>Losses in a row: the longest; and bursts of RFC 3611 with the share of lost packets in them.</summary>
    public int LongestLoss { get; init; }
    public long Bursts { get; init; }
    public double BurstLoss { get; init; }
    public double BurstRatio { get; init; }

    /// <summary>The longest time without a packet.</summary>
    public double LongestSilence { get; init; }
    public int Restarts { get; init; }
    public int Dscp { get; init; }

    /// <summary>The differentiated services changed on the way, or the sender changed them.</summary>
    public bool HasMixedDscp { get; init; }
    public double Mos { get; init; }
    public bool IsVideo { get; init; }
    public long Octets { get; init; }
    public DateTimeOffset FirstAt { get; init; }
    public DateTimeOffset LastAt { get; init; }

    /// <summary>Loss, jitter and score of the last interval alone; what limits are held against.</summary>
    public double RecentLoss { get; init; }
    public double RecentJitter { get; init; }
    public double RecentMos { get; init; }
    public long RecentExpected { get; init; }

    /// <summary>What the receiver says of it by RTCP, and the way from here to the receiver and back.</summary>
    public double? FarLoss { get; init; }
    public double? FarJitter { get; init; }
    public double? RoundTrip { get; init; }
}

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>Times as RFC 4656 §4.1.2 writes them: seconds since 1900 and a fraction of 32 bits each, with an estimate of the clock's error.</summary>
internal static class NtpTime
{
    private const ushort Synchronised = 0x8000;
    private const int WorstScale = 63;
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ulong Of(DateTimeOffset at)
    {
        var ticks = (ulong)(at - Epoch).Ticks;
        var seconds = ticks / TimeSpan.TicksPerSecond;
        return (seconds << 32) | (ticks % TimeSpan.TicksPerSecond << 32) / TimeSpan.TicksPerSecond;
    }

    /// <summary>Milliseconds from one to the other; negative when it is earlier. Differences of 32 bits, so that the era of 2036 is no matter.</summary>
    public static double Milliseconds(ulong from, ulong to) => unchecked((long)(to - from)) * 1000.0 / (1L << 32);

    /// <param name="error">Seconds; null for a clock that nobody compares.</param>
    public static ushort ErrorOf(double? error)
    {
        if (error is not { } seconds) return WorstScale << 8 | 0xFF;
        var units = Math.Max(1, Math.Ceiling(Math.Abs(seconds) * (1L << 32)));
        var scale = 0;
        while (units > byte.MaxValue)
        {
            units = Math.Ceiling(units / 2);
            scale++;
        }

        return (ushort)(Synchronised | scale << 8 | (int)units);
    }

    /// <summary>Seconds; null when the clock is not known to be right.</summary>
    public static double? SecondsOf(ushort estimate) =>
        (estimate & Synchronised) == 0 ? null : (estimate & 0xFF) * Math.Pow(2, (estimate >> 8 & 0x3F) - 32);
}

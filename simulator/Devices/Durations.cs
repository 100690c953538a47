using System.Globalization;

namespace AvGateway.Simulator.Devices;

/// <summary>Durations as people type them: <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>24h</c>, <c>3d</c>.</summary>
public static class Durations
{
    private static readonly (string Unit, TimeSpan Size)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Longest duration taken: thirty days, well below what a timer can hold.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Reads a whole or decimal number followed by a unit; negative and longer than <see cref="Longest"/> are refused.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, size) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            var number = text.AsSpan(0, text.Length - unit.Length);
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)) continue;
            if (count > (decimal)Longest.Ticks / size.Ticks) return false;
            duration = TimeSpan.FromTicks((long)(count * size.Ticks));
            return true;
        }

        return false;
    }

    /// <summary>Writes the duration in the largest unit that keeps it whole.</summary>
    public static string Format(TimeSpan duration)
    {
        for (var i = Units.Length - 1; i >= 0; i--)
        {
            var (unit, size) = Units[i];
            if (duration.Ticks % size.Ticks == 0 && (duration != TimeSpan.Zero || unit == "s"))
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / size.Ticks}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
    }
}

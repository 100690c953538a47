using System.Globalization;

namespace AvGateway.Host.Site;

/// <summary>Durations as the site file writes them: <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>24h</c>, <c>3d</c>.</summary>
internal static class Durations
{
    public const string Form = "write for example 500ms, 5s, 2m, 24h or 3d";

    private static readonly (string Unit, TimeSpan One)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, one) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) break;
            duration = one * count;
            return true;
        }

        duration = default;
        return false;
    }
}

using System.Globalization;
using System.Text.Json;

namespace AvGateway.Operations.Probes;

/// <summary>
/// How fast something fills: one point an hour over the last week, and a straight line through them. A day that deletes is as true as one that
/// records, so all points count alike.
/// </summary>
public sealed class GrowthMeter
{
    /// <summary>Told where nothing grows: longer than anybody plans.</summary>
    public const double FarAway = 3650;

    private static readonly TimeSpan Window = TimeSpan.FromDays(7);
    private static readonly TimeSpan Apart = TimeSpan.FromHours(1);

    // A few hours of a single hearing say nothing about a week.
    private static readonly TimeSpan Least = TimeSpan.FromHours(12);

    private readonly List<(DateTimeOffset At, double Value)> _points = [];
    private double _last;

    /// <returns>True when a point was added that is worth keeping.</returns>
    public bool Add(DateTimeOffset at, double value)
    {
        _last = value;
        if (_points is [.., var newest] && at - newest.At < Apart && at >= newest.At) return false;

        // A clock that was set back makes the later points untrue.
        _points.RemoveAll(p => p.At >= at || at - p.At > Window);
        _points.Add((at, value));
        return true;
    }

    /// <summary>Days until the line reaches <paramref name="full"/>, or null while too little is known.</summary>
    public double? DaysUntil(double full)
    {
        if (_points.Count < 3 || _points[^1].At - _points[0].At < Least) return null;
        var first = _points[0].At;
        var days = _points.Average(p => (p.At - first).TotalDays);
        var mean = _points.Average(p => p.Value);
        var above = _points.Sum(p => ((p.At - first).TotalDays - days) * (p.Value - mean));
        var below = _points.Sum(p => Math.Pow((p.At - first).TotalDays - days, 2));
        var slope = above / below;
        return slope <= 0 ? FarAway : Math.Round(Math.Clamp((full - _last) / slope, 0, FarAway), 1);
    }

    public string Write() => JsonSerializer.Serialize(_points.Select(p => new[] { p.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), p.Value.ToString("R", CultureInfo.InvariantCulture) }));

    /// <summary>Takes up kept points; what cannot be read is worth no refusal to start.</summary>
    public void Read(string json)
    {
        try
        {
            foreach (var point in JsonSerializer.Deserialize<string[][]>(json) ?? [])
            {
                if (point is [var at, var value] && long.TryParse(at, CultureInfo.InvariantCulture, out var seconds) && double.TryParse(value, CultureInfo.InvariantCulture, out var number))
                    _points.Add((DateTimeOffset.FromUnixTimeSeconds(seconds), number));
            }
        }
        catch (JsonException)
        {
            // A growth that begins anew tells nothing for half a day, which is the truth then.
            _points.Clear();
        }
    }
}

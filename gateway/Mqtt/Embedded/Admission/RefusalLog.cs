using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AvGateway.Mqtt.Embedded;

/// <summary>Counts what was refused and says it once a minute for each user, so that a flood cannot fill the log.</summary>
internal sealed partial class RefusalLog(BrokerMeter meter, TimeProvider time, ILogger log)
{
    private const int MostUsers = 1_000;
    private const string Others = "(others)";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedDictionary<string, int>> _counts = new(StringComparer.Ordinal);
    private long _told = time.GetTimestamp();

    /// <param name="user">The signed-in user, or the address of somebody who is none.</param>
    /// <param name="reason">One of a few fixed words.</param>
    public void Add(string user, string reason)
    {
        meter.Refused(reason);
        lock (_gate)
        {
            var key = _counts.Count < MostUsers || _counts.ContainsKey(user) ? user : Others;
            if (!_counts.TryGetValue(key, out var reasons)) _counts[key] = reasons = new(StringComparer.Ordinal);
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }
    }

    /// <summary>Writes what has come together once the interval is over; called often.</summary>
    public void Tick(bool atOnce = false)
    {
        List<KeyValuePair<string, SortedDictionary<string, int>>> due;
        lock (_gate)
        {
            if (_counts.Count == 0 || (!atOnce && time.GetElapsedTime(_told) < Interval)) return;
            due = [.. _counts];
            _counts.Clear();
            _told = time.GetTimestamp();
        }

        foreach (var (user, reasons) in due)
            LogRefused(log, user, string.Join(", ", reasons.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} {r.Value} times"))));
    }

    [LoggerMessage(4101, LogLevel.Warning, "refused to {User}: {Reasons}")]
    private static partial void LogRefused(ILogger log, string user, string reasons);
}

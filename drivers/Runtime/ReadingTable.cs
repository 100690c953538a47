using System.Collections.Immutable;
using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

/// <summary>The values of one device with their freshness. Written from the mailbox, read from anywhere.</summary>
internal sealed class ReadingTable(DriverManifest manifest, TimeProvider time, SequenceSource sequence)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);

    // Values that must be seen again to stay good; empty for most devices, so that a poll costs nothing here.
    private readonly List<Row> _ageing = [];

    public bool TryGet(string property, out Reading reading)
    {
        lock (_gate)
        {
            var found = _rows.TryGetValue(property, out var row);
            reading = found ? row!.Reading : default;
            return found;
        }
    }

    public ImmutableSortedDictionary<string, Reading> Copy()
    {
        lock (_gate) return _rows.ToImmutableSortedDictionary(r => r.Key, r => r.Value.Reading, StringComparer.Ordinal);
    }

    /// <summary>False when nothing changed but its freshness.</summary>
    public bool Set(string property, Value value, Quality quality, ReadingSource source, out Reading reading)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(property, out var row))
            {
                row = new(property, MaxAgeOf(property));
                _rows.Add(property, row);
                if (row.MaxAge is not null) _ageing.Add(row);
            }

            row.SeenAt = time.GetTimestamp();
            if (row.Reading.Sequence != 0 && row.Reading.Value == value && row.Reading.Quality == quality)
            {
                reading = row.Reading;
                return false;
            }

            reading = row.Reading = new(value, time.GetUtcNow(), quality, source, sequence.Next());
            return true;
        }
    }

    /// <summary>Turns every good or assumed value stale and names those that changed.</summary>
    public List<(string Property, Reading Reading)> Stale()
    {
        lock (_gate) return [.. _rows.Values.Where(IsBelieved).Select(Age)];
    }

    /// <summary>Turns values stale that were not seen again within their own age.</summary>
    public List<(string Property, Reading Reading)> StaleByAge()
    {
        if (_ageing.Count == 0) return [];
        lock (_gate) return [.. _ageing.Where(r => IsBelieved(r) && time.GetElapsedTime(r.SeenAt) > r.MaxAge).Select(Age)];
    }

    public bool Forget(string property, out Reading reading)
    {
        lock (_gate)
        {
            reading = default;
            if (!_rows.TryGetValue(property, out var row) || row.Reading.Quality is Quality.Unknown) return false;
            reading = row.Reading = row.Reading with { Value = Value.None, Quality = Quality.Unknown, At = time.GetUtcNow(), Sequence = sequence.Next() };
            return true;
        }
    }

    private static bool IsBelieved(Row row) => row.Reading.Quality is Quality.Good or Quality.Assumed;

    private (string, Reading) Age(Row row)
    {
        // Stale values keep the time when they were last seen: that is what people are shown beside them.
        row.Reading = row.Reading with { Quality = Quality.Stale, At = time.GetUtcNow() - time.GetElapsedTime(row.SeenAt), Sequence = sequence.Next() };
        return (row.Property, row.Reading);
    }

    private TimeSpan? MaxAgeOf(string property) => manifest.Properties.FirstOrDefault(p => p.Matches(property, out _))?.MaxAge;

    private sealed class Row(string property, TimeSpan? maxAge)
    {
        public string Property { get; } = property;
        public TimeSpan? MaxAge { get; } = maxAge;
        public Reading Reading { get; set; }
        public long SeenAt { get; set; }
    }
}

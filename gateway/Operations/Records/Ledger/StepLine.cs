namespace AvGateway.Operations.Records.Ledger;

/// <summary>A value that jumps at moments. Filled in any order, by time and place in the record, then asked.</summary>
public sealed class StepLine<T>(T before)
{
    private readonly List<(DateTimeOffset At, long Place, T Value)> _steps = [];
    private bool _isSorted = true;

    public void Add(DateTimeOffset at, long place, T value)
    {
        _isSorted = _isSorted && (_steps.Count == 0 || Compare(_steps[^1], (at, place, value)) <= 0);
        _steps.Add((at, place, value));
    }

    public bool IsEmpty => _steps.Count == 0;

    public IEnumerable<DateTimeOffset> Moments => Sorted().Select(s => s.At);

    public IEnumerable<(DateTimeOffset At, T Value)> Steps => Sorted().Select(s => (s.At, s.Value));

    /// <summary>The value from the last step at or before this moment.</summary>
    public T At(DateTimeOffset moment)
    {
        var steps = Sorted();
        var (low, high) = (0, steps.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (steps[middle].At <= moment) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? before : steps[low - 1].Value;
    }

    private List<(DateTimeOffset At, long Place, T Value)> Sorted()
    {
        if (!_isSorted) _steps.Sort(Compare);
        _isSorted = true;
        return _steps;
    }

    private static int Compare((DateTimeOffset At, long Place, T) one, (DateTimeOffset At, long Place, T) other) =>
        one.At.CompareTo(other.At) is var byTime and not 0 ? byTime : one.Place.CompareTo(other.Place);
}

/// <summary>Cuts a stretch of time into stretches of one value each: without gaps, without overlap, from end to end.</summary>
public static class Partition
{
    public static List<LedgerSpan> Of(DateTimeOffset from, DateTimeOffset until, IEnumerable<DateTimeOffset> moments, Func<DateTimeOffset, LedgerValue> valueAt)
    {
        var spans = new List<LedgerSpan>();
        if (until <= from) return spans;
        var cuts = moments.Where(m => m > from && m < until).Append(from).Distinct().Order().ToList();
        for (var i = 0; i < cuts.Count; i++)
        {
            var end = i + 1 < cuts.Count ? cuts[i + 1] : until;
            var value = valueAt(cuts[i]);
            if (spans.Count > 0 && spans[^1].Value == value) spans[^1] = spans[^1] with { Until = end };
            else spans.Add(new(cuts[i], end, value));
        }

        return spans;
    }

    /// <summary>The parts of stretches that lie in others; both in order and without overlap.</summary>
    public static IEnumerable<LedgerSpan> Within(IReadOnlyList<LedgerSpan> spans, IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> windows)
    {
        var first = 0;
        foreach (var (from, until) in windows)
        {
            while (first < spans.Count && spans[first].Until <= from) first++;
            for (var i = first; i < spans.Count && spans[i].From < until; i++)
            {
                var (begins, ends) = (Max(spans[i].From, from), Min(spans[i].Until, until));
                if (ends > begins) yield return spans[i] with { From = begins, Until = ends };
            }
        }
    }

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

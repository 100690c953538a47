using System.Globalization;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Operations.Records.Reading;

/// <summary>A calendar month.</summary>
public readonly record struct YearMonth(int Year, int Month)
{
    public static bool TryParse(string text, out YearMonth month)
    {
        var isGood = DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && text.Length == 7;
        month = isGood ? new(first.Year, first.Month) : default;
        return isGood;
    }

    public DateOnly First => new(Year, Month, 1);
    public DateOnly Last => First.AddMonths(1).AddDays(-1);
    public YearMonth Next => First.AddMonths(1) is var next ? new(next.Year, next.Month) : default;
    public YearMonth Before => First.AddDays(-1) is var last ? new(last.Year, last.Month) : default;

    public bool Has(DateOnly date) => date.Year == Year && date.Month == Month;

    public override string ToString() => First.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

/// <summary>The month in the site's zone; it ends early while it is not over.</summary>
public sealed record MonthPeriod(YearMonth Month, LocalClock Clock, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>The month is not over: figures until now, and no report to file.</summary>
    public bool IsProvisional { get; init; }

    public TimeSpan Length => End - Start;

    public bool Has(DateTimeOffset at) => at >= Start && at < End;

    /// <summary>Its local days as far as it goes.</summary>
    public IEnumerable<(DateOnly Date, DateTimeOffset From, DateTimeOffset Until)> Days
    {
        get
        {
            for (var date = Month.First; Month.Has(date); date = date.AddDays(1))
            {
                if (Clock.At(date, TimeOnly.MinValue) is not { } from || from >= End) continue;
                var until = Clock.At(date.AddDays(1), TimeOnly.MinValue) ?? End;
                yield return (date, from, until < End ? until : End);
            }
        }
    }

    public static MonthPeriod Of(YearMonth month, LocalClock clock) =>
        new(month, clock, clock.At(month.First, TimeOnly.MinValue) ?? throw new ArgumentException("the month has no beginning in this zone"), clock.At(month.Next.First, TimeOnly.MinValue) ?? throw new ArgumentException("the month has no end in this zone"));
}

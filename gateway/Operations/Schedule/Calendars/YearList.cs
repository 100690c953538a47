using System.Collections.Immutable;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>How far the list of a year may be believed.</summary>
public enum ListStatus
{
    /// <summary>Nothing is known of the year but the law.</summary>
    Missing,

    /// <summary>Days of the law alone: transfers and make-up workdays are not known.</summary>
    Provisional,

    /// <summary>The notice of the year, complete.</summary>
    Published,
}

/// <summary>Days off of one holiday, both ends included.</summary>
public sealed record OffSpan(string Name, DateOnly From, DateOnly To)
{
    public IEnumerable<DateOnly> Days
    {
        get
        {
            for (var day = From; day <= To; day = day.AddDays(1)) yield return day;
        }
    }
}

/// <summary>A day that is worked for a holiday.</summary>
public sealed record MakeUpDay(DateOnly Date, string For);

/// <summary>A person's word for a list.</summary>
/// <param name="Word">What the person said to a change that comes close to a power action; null where it does not.</param>
public sealed record Approval(string By, DateOnly On, string? Word = null);

/// <summary>The days off and make-up workdays of one year, with where they are from.</summary>
/// <param name="Source">The notice, or what it was taken from; empty: it names none.</param>
/// <param name="Published">The date of the notice.</param>
public sealed record YearList(int Year, string Source, DateOnly? Published, ImmutableArray<OffSpan> Off, ImmutableArray<MakeUpDay> MakeUp)
{
    /// <summary>Lists since 2007 have 22 days off or more; a file with fewer is not finished.</summary>
    public const int LeastDaysOff = 20;

    /// <summary>The file calls itself provisional.</summary>
    public bool IsProvisional { get; init; }

    public Approval? Approval { get; init; }

    /// <summary>Counts what was approved for this year on this site; 0 for a list that came with the program or the site file.</summary>
    public int Version { get; init; }

    public int DaysOff => Off.Sum(o => o.To.DayNumber - o.From.DayNumber + 1);

    /// <summary>That a file exists does not make it published: it must name a notice and have enough days off.</summary>
    public ListStatus Status =>
        IsProvisional && DaysOff > 0 ? ListStatus.Provisional : !IsProvisional && Source.Length > 0 && DaysOff >= LeastDaysOff ? ListStatus.Published : ListStatus.Missing;

    /// <summary>What keeps the list from being published; null when nothing does.</summary>
    public string? Lacks =>
        Status is ListStatus.Published ? null
        : IsProvisional ? "it calls itself provisional"
        : Source.Length == 0 ? $"it names no notice, and has {DaysOff} days off"
        : $"it has {DaysOff} days off, and a whole year has {LeastDaysOff} or more";
}

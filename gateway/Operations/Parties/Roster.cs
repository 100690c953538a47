using System.Collections.Immutable;

namespace AvGateway.Operations.Parties;

/// <summary>Somebody's turn.</summary>
public sealed record Shift(DateTimeOffset From, DateTimeOffset Until, string Contact);

/// <summary>Turns that come round for ever: from <paramref name="From"/> on, one contact after the other, for so many days each.</summary>
/// <param name="HandOver">Local time of day at which the next one takes over.</param>
public sealed record Rotation(DateOnly From, TimeOnly HandOver, int Days, ImmutableArray<string> Contacts);

/// <summary>A stretch for which nobody stands in the roster.</summary>
public sealed record RosterGap(DateTimeOffset From, DateTimeOffset Until);

/// <summary>Who is on duty when: single shifts, which go before, over a rotation.</summary>
/// <param name="Shifts">Ordered by their beginning; where two overlap the later one counts.</param>
public sealed record Roster(string Id, ImmutableArray<Shift> Shifts, Rotation? Rotation, TimeZoneInfo Zone)
{
    /// <summary>Who is on duty; null before the beginning and after the end.</summary>
    public string? At(DateTimeOffset moment) => Shifts.LastOrDefault(s => s.From <= moment && moment < s.Until)?.Contact ?? InRotation(moment);

    /// <summary>When it ends; null for a rotation, which does not.</summary>
    public DateTimeOffset? Ends => Rotation is not null || Shifts.IsEmpty ? null : Shifts.Max(s => s.Until);

    /// <summary>What is left open between its beginning and its end. A rotation has no gap from its first day on.</summary>
    public IEnumerable<RosterGap> Gaps()
    {
        if (Shifts.IsEmpty) yield break;
        var covered = Shifts[0].Until;
        foreach (var shift in Shifts.Skip(1))
        {
            var open = InRotation(shift.From.AddTicks(-1)) is null || InRotation(covered) is null;
            if (shift.From > covered && open) yield return new(covered, shift.From);
            if (shift.Until > covered) covered = shift.Until;
        }
    }

    private string? InRotation(DateTimeOffset moment)
    {
        if (Rotation is not { } turns) return null;
        var local = TimeZoneInfo.ConvertTime(moment, Zone).DateTime;
        var date = DateOnly.FromDateTime(local);
        var day = date.DayNumber - turns.From.DayNumber - (TimeOnly.FromDateTime(local) < turns.HandOver ? 1 : 0);
        return day < 0 ? null : turns.Contacts[day / turns.Days % turns.Contacts.Length];
    }
}

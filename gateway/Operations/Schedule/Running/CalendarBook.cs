using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Schedule.Calendars;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>
/// The calendar in force. It follows the lists of the program, the site file and the data directory, but holds a change back that comes closer than two
/// weeks to a power action unless a person said a word to it; what is in force outlives a restart.
/// </summary>
/// <param name="given">What the program and the site file bring: at most one list a year.</param>
/// <param name="folder">What persons approved here; it goes before what is given.</param>
public sealed partial class CalendarBook(
    ImmutableArray<YearList> given, OwnDays own, CalendarFolder? folder, IStateTable state, IServiceJournal journal, TimeProvider time, ILogger<CalendarBook> log)
{
    private const string Kind = "calendar-in-force";

    private readonly SortedDictionary<int, YearList> _inForce = [];
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);
    private bool _isLoaded;
    private string? _fingerprint;
    private DateOnly _lookedOn;

    public SiteCalendar Current { get; private set; } = new(given, own);

    /// <summary>Years whose new list waits for a person's word.</summary>
    public ImmutableArray<int> Held { get; private set; } = [];

    /// <summary>Looks whether the lists have changed. True when another calendar is in force than before.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now; the calendar stays as it was.</exception>
    public async Task<bool> RefreshAsync(DateOnly today, CancellationToken cancellation)
    {
        var fingerprint = folder?.Fingerprint ?? "";
        if (_isLoaded && fingerprint == _fingerprint && (Held.IsEmpty || today == _lookedOn)) return false;
        if (!_isLoaded) await LoadAsync(cancellation);
        var isFirst = _inForce.Count == 0;
        var wished = given.Concat(folder?.Approved(Damaged) ?? []).GroupBy(l => l.Year).ToDictionary(g => g.Key, g => g.Last());
        var held = new List<int>();
        var before = new SiteCalendar(_inForce.Values, own);
        foreach (var year in wished.Keys.Union(_inForce.Keys).Order().ToList())
        {
            var (list, old) = (wished.GetValueOrDefault(year), _inForce.GetValueOrDefault(year));
            if (Same(list, old)) continue;
            if (!isFirst && Close(year, list, today) is { Length: > 0 } close && list?.Approval?.Word is null)
            {
                held.Add(year);
                if (!Held.Contains(year)) Hold(year, close[0]);
                continue;
            }

            await TakeAsync(year, list, cancellation);
        }

        (_isLoaded, _fingerprint, _lookedOn, Held) = (true, fingerprint, today, [.. held]);
        Current = new(_inForce.Values, own);
        var diff = isFirst ? null : CalendarDiff.Of(before, Current, wished.Keys.Union(_inForce.Keys), today);
        if (diff is { Changes.IsEmpty: false }) Changed(log, diff.Changes.Length, diff.Changes[0].Date, diff.Changes[^1].Date);
        return true;
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var document in await state.LoadAllAsync(Kind, cancellation))
        {
            var reading = YearListJson.Read(Encoding.UTF8.GetBytes(document.Json));
            if (reading.IsGood) _inForce[reading.Lists[0].Year] = reading.Lists[0];
            else Damaged($"the list in force {document.Key}: {reading.Findings[0].Says.En}");
        }
    }

    private async Task TakeAsync(int year, YearList? list, CancellationToken cancellation)
    {
        var key = year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var line = new JournalEntry(time.GetUtcNow(), "calendar.in-force", key, list?.Approval?.By ?? "gateway",
            JsonSerializer.Serialize(new { version = list?.Version, status = list?.Status.ToString(), daysOff = list?.DaysOff, makeUp = list?.MakeUp.Length, word = list?.Approval?.Word }));
        var batch = new StoreBatch().Record(line);
        await state.CommitAsync(list is null ? batch.Delete(Kind, key) : batch.Put(Kind, key, Encoding.UTF8.GetString(YearListJson.Write(list))), cancellation);
        if (list is null) _inForce.Remove(year);
        else _inForce[year] = list;
    }

    private ImmutableArray<DateOnly> Close(int year, YearList? list, DateOnly today)
    {
        var others = _inForce.Values.Where(l => l.Year != year).ToList();
        var after = new SiteCalendar(list is null ? others : [.. others, list], own);
        return CalendarDiff.Of(new(_inForce.Values, own), after, [year], today).Close;
    }

    // Who approved it, and in which version, changes no day.
    private static bool Same(YearList? one, YearList? other) =>
        one is null || other is null ? ReferenceEquals(one, other) : one.Status == other.Status && one.Off.SequenceEqual(other.Off) && one.MakeUp.SequenceEqual(other.MakeUp);

    private void Hold(int year, DateOnly close)
    {
        HeldBack(log, year, close);
        journal.Append(new(time.GetUtcNow(), "calendar.held", $"{year}", "gateway", JsonSerializer.Serialize(new { close })));
    }

    private void Damaged(string what)
    {
        if (_damaged.Add(what)) NotUsed(log, what);
    }

    [LoggerMessage(EventId = 2700, Level = LogLevel.Warning, Message = "Calendar: {What}. It is not used; import the list again and approve it")]
    private static partial void NotUsed(ILogger log, string what);

    [LoggerMessage(EventId = 2701, Level = LogLevel.Warning, Message = "Calendar: the new list of {Year} changes {Date}, less than two weeks ahead, and is held back. Approve it with a word (avgateway calendar approve {Year} --by NAME --word REASON), or wait")]
    private static partial void HeldBack(ILogger log, int year, DateOnly date);

    [LoggerMessage(EventId = 2702, Level = LogLevel.Information, Message = "Calendar: {Count} dates changed, from {First} to {Last}; all jobs are planned anew")]
    private static partial void Changed(ILogger log, int count, DateOnly first, DateOnly last);
}

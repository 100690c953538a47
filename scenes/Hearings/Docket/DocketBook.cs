using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Docket;

/// <summary>One reserved time of one room. The id is the docket's opaque one; titles, parties and case numbers are never read in.</summary>
public sealed record DocketEntry(string Room, string Id, DateTimeOffset Start, DateTimeOffset End, bool IsPublic);

/// <summary>What a docket file held.</summary>
/// <param name="Findings">Not empty: nothing of the file is used.</param>
public sealed record DocketReading(ImmutableArray<DocketEntry> Entries, ImmutableArray<Finding> Findings)
{
    /// <summary>A larger file is not read.</summary>
    public const int MaximumBytes = 4 * 1024 * 1024;

    public bool IsGood => Findings.IsEmpty;
}

/// <summary>How far the docket may be believed.</summary>
public enum DocketState
{
    /// <summary>This site says that it has none: the clerk's word alone counts.</summary>
    NotUsed,
    Known,

    /// <summary>Nothing good came for too long.</summary>
    Silent,

    /// <summary>It says two things at once.</summary>
    Contradictory,
}

/// <summary>What the docket says of one room.</summary>
public sealed record DocketView(DocketState State, ImmutableArray<DocketEntry> Entries)
{
    public static readonly DocketView NotUsed = new(DocketState.NotUsed, []);
    public bool IsUnknown => State is DocketState.Silent or DocketState.Contradictory;

    /// <summary>The entry that has begun or begins within <paramref name="ahead"/>, if it is not over.</summary>
    public DocketEntry? Near(DateTimeOffset now, TimeSpan ahead, string? exceptId)
    {
        foreach (var entry in Entries)
            if (entry.Start - ahead <= now && now < entry.End && entry.Id != exceptId) return entry;
        return null;
    }
}

/// <summary>Where a docket comes from. A site may have one of each; then both are believed, and both must speak.</summary>
public enum DocketSource { File, Push }

/// <summary>The docket of a site as it was last brought. Read from any thread.</summary>
public sealed class DocketBook
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ImmutableArray<DocketSource> _sources;
    private volatile Page _page;

    /// <param name="sources">None: this site has no docket, and the clerk's word alone counts.</param>
    public DocketBook(TimeProvider time, params ReadOnlySpan<DocketSource> sources)
    {
        _time = time;
        _sources = [.. sources];
        _page = new([.. _sources.Select(_ => Sheet.Missing)], ImmutableDictionary<string, Room>.Empty);
    }

    /// <summary>A docket that was not renewed for this long is silent.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromHours(26);

    public bool Takes(DocketSource source) => _sources.Contains(source);

    /// <summary>
    /// Takes a new docket in the place of this source's old one. One with findings changes nothing: the old one ages until it is silent.
    /// </summary>
    /// <param name="age">How long ago it was brought, when it was kept over a restart.</param>
    public bool Accept(DocketSource source, DocketReading reading, TimeSpan age = default)
    {
        if (!reading.IsGood || !Takes(source)) return false;
        Replace(source, new(reading.Entries, _time.GetTimestamp() - (long)(age.TotalSeconds * _time.TimestampFrequency)));
        return true;
    }

    /// <summary>When the source itself says that it cannot answer.</summary>
    public void Lose(DocketSource source)
    {
        if (Takes(source)) Replace(source, _page.Sheets[_sources.IndexOf(source)] with { ReadAt = null });
    }

    public DocketView Of(string room)
    {
        if (_sources.IsEmpty) return DocketView.NotUsed;
        var page = _page;
        var entries = page.Rooms.TryGetValue(room, out var found) ? found : Room.Empty;
        foreach (var sheet in page.Sheets)
            if (sheet.ReadAt is not { } readAt || _time.GetElapsedTime(readAt) > SilentAfter) return entries.Silent;
        return entries.Known;
    }

    private void Replace(DocketSource source, Sheet sheet)
    {
        lock (_gate)
        {
            var sheets = _page.Sheets.SetItem(_sources.IndexOf(source), sheet);

            // What both say alike is said once; where they differ the room has two hearings at a time, or one id twice.
            var rooms = sheets.SelectMany(s => s.Entries).Distinct().GroupBy(e => e.Room).ToImmutableDictionary(r => r.Key, r => Room.Of(r));
            _page = new(sheets, rooms);
        }
    }

    private sealed record Page(ImmutableArray<Sheet> Sheets, ImmutableDictionary<string, Room> Rooms);

    private sealed record Sheet(ImmutableArray<DocketEntry> Entries, long? ReadAt)
    {
        public static readonly Sheet Missing = new([], null);
    }

    // Both views are made once, so that asking allocates nothing.
    private sealed record Room(DocketView Known, DocketView Silent)
    {
        public static readonly Room Empty = new(new(DocketState.Known, []), new(DocketState.Silent, []));

        public static Room Of(IEnumerable<DocketEntry> entries)
        {
            ImmutableArray<DocketEntry> sorted = [.. entries.OrderBy(e => e.Start)];
            var torn = sorted.Zip(sorted.Skip(1)).Any(pair => pair.Second.Start < pair.First.End)
                || sorted.Select(e => e.Id).Distinct().Count() < sorted.Length;
            return new(new(torn ? DocketState.Contradictory : DocketState.Known, sorted), new(DocketState.Silent, sorted));
        }
    }
}

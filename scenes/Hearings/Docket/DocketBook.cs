using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Docket;

/// <summary>One reserved time of one room. The id is the docket's opaque one; titles, parties and case numbers are never read in.</summary>
public sealed record DocketEntry(string Room, string Id, DateTimeOffset Start, DateTimeOffset End, bool IsPublic);

/// <summary>What a docket file held.</summary>
/// <param name="Findings">Not empty: nothing of the file is used.</param>
public sealed record DocketReading(ImmutableArray<DocketEntry> Entries, ImmutableArray<Finding> Findings)
{
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

/// <summary>The docket of a site as it was last brought. Read from any thread.</summary>
public sealed class DocketBook(TimeProvider time, bool isUsed = true)
{
    /// <summary>A docket that was not renewed for this long is silent.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromHours(26);

    private volatile Page _page = new(ImmutableDictionary<string, Room>.Empty, null);

    /// <summary>Takes a new docket in the place of the old one. A file with findings changes nothing: the old one ages until it is
    /// silent.</summary>
    public bool Accept(DocketReading reading)
    {
        if (!reading.IsGood) return false;
        var rooms = reading.Entries.GroupBy(e => e.Room).ToImmutableDictionary(r => r.Key, r => Room.Of(r));
        _page = new(rooms, time.GetTimestamp());
        return true;
    }

    /// <summary>When the source itself says that it cannot answer.</summary>
    public void Lose() => _page = _page with { ReadAt = null };

    public DocketView Of(string room)
    {
        if (!isUsed) return DocketView.NotUsed;
        var page = _page;
        var entries = page.Rooms.TryGetValue(room, out var found) ? found : Room.Empty;
        if (page.ReadAt is not { } readAt || time.GetElapsedTime(readAt) > SilentAfter) return entries.Silent;
        return entries.Known;
    }

    private sealed record Page(ImmutableDictionary<string, Room> Rooms, long? ReadAt);

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

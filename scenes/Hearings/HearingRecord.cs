using System.Collections.Immutable;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings;

/// <summary>What must survive a restart in the middle of a hearing. No case data: the hearing's id is the docket's opaque one.</summary>
/// <param name="Hearing">Opaque id; null before the first one.</param>
/// <param name="Before">The phase that "resume" leads back to.</param>
/// <param name="IsPublic">Marked public by the court: the only state in which a stream may run.</param>
/// <param name="Since">When the stage began (UTC).</param>
/// <param name="Version">Grows with every change, so that an old copy is recognised.</param>
public sealed record HearingRecord(string Room, string? Hearing, Stage Stage, Stage Before, bool IsPublic, DateTimeOffset Since,
    long Version)
{
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What each recorder was last wished to do, by device name.</summary>
    public ImmutableSortedDictionary<string, RecordingWish> RecordingWishes { get; init; } = ImmutableSortedDictionary<string,
        RecordingWish>.Empty;

    /// <summary>Recorders that were seen idle and then switched off on purpose: their silence is no reason to guard the room.</summary>
    public ImmutableSortedSet<string> Parked { get; init; } = [];

    /// <summary>Where each recorder's counter stood when it was last stored, by device name.</summary>
    public ImmutableSortedDictionary<string, Watermark> Watermarks { get; init; } = ImmutableSortedDictionary<string, Watermark>.Empty;

    public RecordingLog Log { get; init; } = RecordingLog.Empty;

    public static HearingRecord New(string room, DateTimeOffset now) => new(room, null, Stage.Closed, Stage.Opened, false, now, 0);
}

/// <summary>Keeps the hearings of all rooms durably.</summary>
public interface IHearingStore
{
    /// <summary>Completes when the record is durable; replaces the room's earlier one.</summary>
    /// <exception cref="IOException">Nothing can be stored now (disk full, store broken).</exception>
    ValueTask PutAsync(HearingRecord record, CancellationToken cancellation);

    /// <summary>The last record of every room; read once at start.</summary>
    ValueTask<IReadOnlyList<HearingRecord>> LoadAsync(CancellationToken cancellation);
}

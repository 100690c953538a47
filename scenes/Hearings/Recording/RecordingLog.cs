using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Recording;

/// <summary>A stretch of a hearing that is missing or marked.</summary>
/// <param name="Recorder">Device name; null when it concerns the whole hearing.</param>
/// <param name="Legal">The legal reason, or <see cref="LegalReason.None"/> for a fault.</param>
/// <param name="Fault">Code of the fault; null with a legal reason.</param>
/// <param name="IsSealed">The recording went on and this stretch carries a seal instead of a gap.</param>
/// <param name="To">Null while it lasts.</param>
public sealed record Interruption(DateTimeOffset From, DateTimeOffset? To, string? Recorder, LegalReason Legal, string? Fault,
    bool IsSealed);

/// <summary>When one recorder began and ended.</summary>
public sealed record RecordedSpan(string Recorder, RecorderRole Role, DateTimeOffset From, DateTimeOffset? To);

/// <summary>The recording log of one hearing (R53): begin, end, each interruption with its reason. Rows are added and ended, never
/// removed.</summary>
public sealed record RecordingLog(ImmutableArray<RecordedSpan> Spans, ImmutableArray<Interruption> Interruptions)
{
    /// <summary>A flapping recorder must not fill the store: from here on only the last row is lengthened.</summary>
    public const int MaximumRows = 500;

    public static readonly RecordingLog Empty = new([], []);

    public bool HasFault => Interruptions.Any(i => i.Fault is not null);

    public RecordingLog Begin(string recorder, RecorderRole role, DateTimeOffset at) =>
        Spans.Length >= MaximumRows || Spans.Any(s => s.Recorder == recorder && s.To is null) ? this
            : this with { Spans = Spans.Add(new(recorder, role, at, null)) };

    public RecordingLog End(string recorder, DateTimeOffset at) =>
        this with { Spans = [.. Spans.Select(s => s.Recorder == recorder && s.To is null ? s with { To = at } : s)] };

    public RecordingLog Interrupt(string? recorder, LegalReason legal, string? fault, bool isSealed, DateTimeOffset at)
    {
        if (Interruptions.Any(i => i.To is null && i.Recorder == recorder && i.Legal == legal && i.Fault == fault)) return this;
        return Interruptions.Length >= MaximumRows ? this
            : this with { Interruptions = Interruptions.Add(new(at, null, recorder, legal, fault, isSealed)) };
    }

    /// <summary>Ends what is open: of one recorder's faults, or of the hearing's legal interruptions.</summary>
    public RecordingLog Resume(string? recorder, DateTimeOffset at) =>
        this with
        {
            Interruptions = [.. Interruptions
            .Select(i => i.Recorder == recorder && i.To is null ? i with { To = at < i.From ? i.From : at } : i)]
        };

    public RecordingLog Add(Interruption ended) =>
        Interruptions.Length >= MaximumRows ? this : this with { Interruptions = Interruptions.Add(ended) };

    /// <summary>Whether another recorder went on while this one was missing.</summary>
    public bool IsCovered(Interruption gap) => gap.Recorder is { } missing && Spans.Any(s =>
        s.Recorder != missing && s.From <= gap.From && (s.To is null || s.To >= (gap.To ?? DateTimeOffset.MaxValue))
        && !Interruptions.Any(i =>
            i.Recorder == s.Recorder && i.Fault is not null && i.From < (gap.To ?? DateTimeOffset.MaxValue)
            && (i.To ?? DateTimeOffset.MaxValue) > gap.From));
}

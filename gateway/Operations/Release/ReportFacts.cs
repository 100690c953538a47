using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Release;

/// <summary>A state of the device from this time on. The mode is null when it is no word of its driver.</summary>
public readonly record struct SeenState(DateTimeOffset At, string State, string Reason, string? Mode);

/// <summary>Something that the service record has of the time before; its kind alone.</summary>
public readonly record struct SeenChange(DateTimeOffset At, string Kind);

/// <summary>A measured value of climate or power.</summary>
/// <param name="Value">A figure, or a word of the device class.</param>
public sealed record SeenMeasure(string Source, string Name, string Value, string? Unit, DateTimeOffset At, bool IsPower);

/// <summary>Another product that works with the one that failed.</summary>
public sealed record LinkedProduct(string Device, string Class, string? Model, string? Firmware);

/// <summary>What the last inspection found on the device, in codes.</summary>
public sealed record InspectedState(string Inspection, DateTimeOffset At, string State, string Reason, bool IsSigned, ImmutableArray<(string Check, string State, string Reason)> Checks);

/// <summary>Hearings that ran into the fault, and for how long together.</summary>
public readonly record struct HearingImpact(int Hearings, TimeSpan Lasting);

/// <summary>One probe with its history.</summary>
public sealed record ProbeEvidence(ProbeView View, ImmutableArray<ProbePoint> Points, ImmutableArray<ProbeResult> Failures);

/// <summary>Everything that the gateway knows of a fault and that a report or its evidence is made from. Nothing in it was asked of a device for this.</summary>
public sealed record ReportFacts(Fault Fault, FaultKind What, ReleaseSite Site, DateTimeOffset At)
{
    public ReportKind Kind { get; init; }
    public string? Party { get; init; }
    public Supplier? Supplier { get; init; }
    public SiteDevice? Device { get; init; }
    public string? State { get; init; }
    public string? Reason { get; init; }

    // As the device tells them, in characters that name no person.
    public string? Model { get; init; }
    public string? Serial { get; init; }
    public string? Firmware { get; init; }

    public double? ClockOffsetMilliseconds { get; init; }
    public DateTimeOffset? LastGood { get; init; }
    public ImmutableArray<SeenState> States { get; init; } = [];
    public ImmutableArray<SeenChange> Changes { get; init; } = [];
    public ImmutableArray<SeenMeasure> Surroundings { get; init; } = [];
    public ImmutableArray<LinkedProduct> Linked { get; init; } = [];
    public HearingImpact Impact { get; init; }
    public InspectedState? Inspection { get; init; }
    public ImmutableArray<ProbeEvidence> Probes { get; init; } = [];
    public ImmutableArray<ContractClock> Clocks { get; init; } = [];
    public LineMeasurement? Line { get; init; }

    /// <summary>Open faults of the same kind on other things.</summary>
    public int Alike { get; init; }

    /// <summary>Devices on the branch that still answer; null when it is no branch.</summary>
    public int? StillThere { get; init; }

    /// <summary>The frames as they may leave: those that were kept when the fault was opened, and the last ones.</summary>
    public ImmutableArray<string> FramesThen { get; init; } = [];
    public ImmutableArray<string> FramesNow { get; init; } = [];

    public CoverState Cover => Supplier?.Of(Fault.Subject, Today) ?? CoverState.Unknown;
    public DateOnly Today => DateOnly.FromDateTime(Local(At).DateTime);
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Site.Zone);
}

namespace AvGateway.Operations.Faults;

/// <summary>How much a fault matters (domain: P1 hits a hearing, P4 is a reminder). Lower is worse.</summary>
public enum Severity { P1 = 1, P2 = 2, P3 = 3, P4 = 4 }

/// <summary>What a room is used for now; decides how much a fault in it matters.</summary>
public enum Occupancy
{
    /// <summary>No hearing is known within a day.</summary>
    Empty,

    /// <summary>Nobody can tell: the docket is silent, contradicts itself, or the site has none.</summary>
    Unknown,

    /// <summary>A hearing is near.</summary>
    HearingNear,
    InSession,
}

/// <summary>The severity of one kind of fault by what the room is used for. It is rated anew as time goes by.</summary>
public readonly record struct SeverityRule(Severity Empty, Severity Unknown, Severity Near, Severity InSession)
{
    /// <summary>Makes a room unusable for a hearing.</summary>
    public static readonly SeverityRule Unusable = new(Severity.P4, Severity.P3, Severity.P2, Severity.P1);

    /// <summary>The room works, with less in reserve.</summary>
    public static readonly SeverityRule Degraded = new(Severity.P4, Severity.P3, Severity.P3, Severity.P2);

    public static SeverityRule Always(Severity severity) => new(severity, severity, severity, severity);

    public Severity In(Occupancy occupancy) => occupancy switch
    {
        Occupancy.InSession => InSession,
        Occupancy.HearingNear => Near,
        Occupancy.Unknown => Unknown,
        _ => Empty,
    };
}

/// <summary>Tells what rooms are used for.</summary>
public interface IRoomUse
{
    /// <summary>Of a room, or of the whole site where <paramref name="room"/> is null: the busiest of its rooms.</summary>
    Occupancy Of(string? room);
}

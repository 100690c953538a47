namespace AvGateway.Operations.Lines;

/// <summary>How a stretch of the way looks now.</summary>
public enum LegState
{
    /// <summary>Not looked at, never answered yet, or not seen for long enough to tell.</summary>
    Missing,

    /// <summary>Answers, and loses and delays no more than it may.</summary>
    Good,

    /// <summary>Answers, with losses or delays beyond the limits.</summary>
    Poor,

    /// <summary>Answered before and does not now.</summary>
    Silent,
}

/// <summary>A port of a router as the router itself shows it.</summary>
public enum PortState
{
    /// <summary>Not asked, no answer, or an answer from before the trouble.</summary>
    Missing,
    Up,

    /// <summary>Switched on, and nothing at its other end.</summary>
    Down,

    /// <summary>Switched off by its administrator.</summary>
    Disabled,
}

/// <summary>Whether the gateway's own network connection has a link.</summary>
public enum LinkState { Missing, Up, Down }

/// <summary>What other courts see of the far one.</summary>
public enum ThirdSight
{
    /// <summary>No third court watches it, or none can be heard.</summary>
    Missing,

    /// <summary>One reaches it well now.</summary>
    Reaches,

    /// <summary>One that we reach well does not reach it either.</summary>
    Loses,
}

/// <summary>One end of a line as the gateway there sees it: its own connection, its router, the router's outer port, the carrier's first hop.</summary>
public readonly record struct LineEnd(LinkState Link, LegState Router, PortState Port, LegState Carrier)
{
    public static readonly LineEnd Unseen = new(LinkState.Missing, LegState.Missing, PortState.Missing, LegState.Missing);
}

/// <summary>Everything that speaks for or against somebody, as it was seen since the trouble began. What is older is missing here.</summary>
/// <param name="Near">Our end.</param>
/// <param name="FarRouter">The far court's router, seen from here.</param>
/// <param name="Stream">The far gateway's reflector, seen from here.</param>
public sealed record LineEvidence(LineEnd Near, LegState FarRouter, LegState Stream)
{
    /// <summary>The far end as the far gateway tells of it, while we hear it; null when we do not.</summary>
    public LineEnd? Far { get; init; }

    public ThirdSight Third { get; init; }

    /// <summary>Whether every other line over the same router is silent as well; null when there is no other.</summary>
    public bool? OthersAreSilent { get; init; }
}

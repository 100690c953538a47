namespace AvGateway.Operations.Escalation;

/// <summary>How a delivery ended.</summary>
public enum DeliveryOutcome
{
    /// <summary>The far end took it. That is no acknowledgement by a person.</summary>
    Taken,

    /// <summary>Not this time; may be tried again.</summary>
    Later,

    /// <summary>Will never work as it is: a wrong address, a refused receiver.</summary>
    Refused,
}

/// <summary>The answer of a channel.</summary>
/// <param name="Detail">For engineers: what the far end said, without secrets and without the notice's text.</param>
/// <param name="After">Not before this long, when the far end said so.</param>
public readonly record struct Delivery(DeliveryOutcome Outcome, string Detail, TimeSpan? After = null);

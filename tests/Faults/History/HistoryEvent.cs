namespace AvGateway.Faults.History;

/// <summary>What an event of a history is about.</summary>
public enum EventKind
{
    /// <summary>The gateway is about to be started.</summary>
    Started,

    /// <summary>Its ready line was read.</summary>
    Ready,

    /// <summary>It got SIGKILL.</summary>
    Killed,

    /// <summary>A client published a request, or the same once more.</summary>
    Asked,

    /// <summary>A client got an answer.</summary>
    Answered,

    /// <summary>A client got a retained topic or a change of it; no text: it was emptied.</summary>
    Shown,

    /// <summary>A device heard a frame.</summary>
    Heard,

    /// <summary>A device was reached or left, or a switch was used.</summary>
    Noted,

    /// <summary>The load has ended and everything had time to settle; the text is the device's own truth.</summary>
    Settled,
}

/// <summary>One line of a history. Times are milliseconds since its beginning on one monotonic clock, for both sides the same.</summary>
/// <param name="Subject">Device as <c>room/device</c>, or a topic for <see cref="EventKind.Shown"/>.</param>
public sealed record HistoryEvent(long Number, double At, EventKind Kind, string Subject = "")
{
    /// <summary>Id of a command.</summary>
    public string? Id { get; init; }

    /// <summary>What tells the one effect of a command from all others on its device; of a frame the same.</summary>
    public string? Effect { get; init; }

    /// <summary>Milliseconds within which the gateway may carry out a request.</summary>
    public double? Expiry { get; init; }

    /// <summary>Payload, frame or words.</summary>
    public string? Text { get; init; }
}

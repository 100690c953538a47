namespace AvGateway.Devices;

/// <summary>How a command ended. Each has one row in CONTRACT §3.</summary>
public enum CommandOutcome
{
    /// <summary>The device itself showed the effect.</summary>
    Verified,

    /// <summary>The device acknowledged, and its driver declares that nothing can be read back.</summary>
    AcknowledgedOnly,

    /// <summary>Not possible for this device as it is now; nothing was sent.</summary>
    Rejected,

    /// <summary>A newer wish for the same slot took its place.</summary>
    Superseded,

    /// <summary>Its time ran out before it was sent.</summary>
    Expired,

    /// <summary>The device's queue is full; nothing was sent.</summary>
    Busy,

    /// <summary>The device said no.</summary>
    Refused,

    /// <summary>The link is down, or went down before an answer came.</summary>
    Unreachable,

    /// <summary>Sent, and no answer came.</summary>
    NoReply,

    /// <summary>Acknowledged, and the effect was not seen.</summary>
    NotSeen,

    /// <summary>The hearing guard stopped it before its next frame.</summary>
    Guarded,

    /// <summary>The caller took it back before it was sent.</summary>
    Cancelled,

    /// <summary>A bug of ours.</summary>
    Crashed,
}

/// <summary>The end of a command.</summary>
/// <param name="Reason">For people and logs; for <see cref="CommandOutcome.Refused"/> the device's raw words.</param>
/// <param name="Attempts">How often a frame went out for it.</param>
/// <param name="Retryable">Trying again later can help.</param>
/// <param name="Reported">What the device showed last of the wished property, where one was wished.</param>
public sealed record CommandResult(
    CommandOutcome Outcome, string? Reason = null, int Attempts = 0, bool Retryable = false, Reading? Reported = null, string? Fault = null)
{
    /// <summary>Says more than the outcome where the outcome has several codes; else null.</summary>
    public string? Code { get; init; }

    public static readonly CommandResult Verified = new(CommandOutcome.Verified);
    public static readonly CommandResult AcknowledgedOnly = new(CommandOutcome.AcknowledgedOnly);

    public static CommandResult Rejected(string reason) => new(CommandOutcome.Rejected, reason);
    public static CommandResult SupersededBy(CommandRequest newer) => new(CommandOutcome.Superseded, $"replaced by {newer.Id}");
    public static CommandResult Refused(string rawWords, bool retryable = false) => new(CommandOutcome.Refused, rawWords, Retryable: retryable);
    public static CommandResult NotSeen(string reason) => new(CommandOutcome.NotSeen, reason, Retryable: true);
    /// <param name="code">A code of CONTRACT §3 that begins with AVG-GUARD.</param>
    public static CommandResult Guarded(string code, string reason, bool retryable) => new(CommandOutcome.Guarded, reason, Retryable: retryable) { Code = code };
    public static CommandResult Unreachable(string reason) => new(CommandOutcome.Unreachable, reason, Retryable: true);
}

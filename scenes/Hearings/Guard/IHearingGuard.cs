using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Hearings.Guard;

public enum GuardDecision { Allowed, Refused, Deferred }

/// <summary>What makes a room untouchable.</summary>
public enum GuardReason
{
    None, StateUnknown, Preparing, InSession, Adjourned, Deliberation, JustClosed, Reserved, DocketUnknown,
    RecorderBusy, RecorderUnknown, CallActive, RouteForbidden, NoLegalReason, UnknownEffect,
}

/// <summary>What the guard says to one frame.</summary>
/// <param name="RetryAfter">When asking again makes sense; for a deferred act.</param>
public readonly record struct GuardVerdict(GuardDecision Decision, GuardReason Reason, TimeSpan RetryAfter = default,
    RouteConflict? Conflict = null)
{
    public static readonly GuardVerdict Allowed = new(GuardDecision.Allowed, GuardReason.None);
    public bool IsAllowed => Decision is GuardDecision.Allowed;

    /// <summary>The code of CONTRACT §3 (409); null when allowed.</summary>
    public string? Code => IsAllowed ? null : GuardTexts.Code(Reason);
    public Wording Says => Conflict?.Rule.Why ?? GuardTexts.Says(Reason);
}

/// <summary>
/// Stands between every disturbing act and the courtroom. Asked right before each frame (I11): a verdict is good for that frame and no
/// longer.
/// Synchronous, without I/O, never throws, safe from any thread.
/// </summary>
public interface IHearingGuard
{
    GuardVerdict Judge(IDevice device, CommandRequest command);
}

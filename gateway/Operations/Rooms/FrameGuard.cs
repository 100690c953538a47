using AvGateway.Devices;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Operations.Rooms;

/// <summary>
/// The site's hearing guard as the devices ask it. They exist before it, since it looks at the rooms through them: until it is there,
/// nothing passes.
/// </summary>
public sealed class FrameGuard : ICommandGuard
{
    private static readonly CommandResult NotYet = Refused(new(GuardDecision.Refused, GuardReason.StateUnknown));

    private volatile IHearingGuard? _guard;

    public void Join(IHearingGuard guard) => _guard = guard;

    public CommandResult? Refusal(IDevice device, CommandRequest command)
    {
        if (_guard is not { } guard) return NotYet;
        var verdict = guard.Judge(device, command);
        return verdict.IsAllowed ? null : Refused(verdict);
    }

    private static CommandResult Refused(GuardVerdict verdict) =>
        CommandResult.Guarded(verdict.Code!, verdict.Says.En, retryable: verdict.Decision is GuardDecision.Deferred);
}

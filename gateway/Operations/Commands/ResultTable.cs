using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>The one table from how a command ended at its device to what its caller is told.</summary>
public static class ResultTable
{
    /// <param name="state">The device's state when the command ended: a device behind a dead parent is not to blame.</param>
    public static AnswerCode CodeOf(CommandResult result, DeviceState state) =>
        result.Outcome is CommandOutcome.Guarded ? AnswerCodes.OfRoom(result.Code) : CodeOf(result.Outcome, state);

    private static AnswerCode CodeOf(CommandOutcome outcome, DeviceState state) => outcome switch
    {
        CommandOutcome.Verified => AnswerCodes.Verified,
        CommandOutcome.AcknowledgedOnly => AnswerCodes.AcknowledgedOnly,
        CommandOutcome.Rejected => AnswerCodes.NotNow,
        CommandOutcome.Superseded => AnswerCodes.Superseded,
        CommandOutcome.Cancelled => AnswerCodes.Superseded,
        CommandOutcome.Expired => AnswerCodes.Expired,
        CommandOutcome.Busy => AnswerCodes.Busy,
        CommandOutcome.Refused => AnswerCodes.Refused,
        CommandOutcome.Unreachable => state is DeviceState.ParentDown ? AnswerCodes.ParentDown : AnswerCodes.Offline,
        CommandOutcome.NoReply or CommandOutcome.NotSeen => AnswerCodes.NoReply,
        _ => AnswerCodes.Internal,
    };

    /// <summary>Our words, then the device's or the driver's own.</summary>
    public static string TitleOf(AnswerCode code, CommandResult result)
    {
        if (result is { Outcome: CommandOutcome.Guarded, Reason: { Length: > 0 } why }) return SafeText.Shown(why, LongestReason);
        var words = result.Outcome switch
        {
            CommandOutcome.NotSeen => "acknowledged, but the effect was not seen",
            CommandOutcome.Cancelled => "taken back before it was sent",
            _ => code.Title,
        };
        return result.Reason is { Length: > 0 } reason ? $"{words}: {SafeText.Shown(reason, LongestReason)}" : words;
    }

    private const int LongestReason = 200;
}

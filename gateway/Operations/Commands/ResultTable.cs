using AvGateway.Devices;
using AvGateway.Scenes.Model;

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

    /// <summary>Our words, then the device's or the driver's own. In Chinese a driver's English stands where nothing else tells it: what the device itself said.</summary>
    public static Wording TitleOf(AnswerCode code, CommandResult result)
    {
        if (result is { Outcome: CommandOutcome.Guarded, Reason: { Length: > 0 } why }) return new(code.Zh, SafeText.Shown(why, LongestReason));
        var words = result.Outcome switch
        {
            CommandOutcome.NotSeen => new("设备已应答，但未见执行", "acknowledged, but the effect was not seen"),
            CommandOutcome.Cancelled => new("发送前已撤回", "taken back before it was sent"),
            _ => code.Says,
        };
        if (result.Reason is not { Length: > 0 } reason) return words;
        var shown = SafeText.Shown(reason, LongestReason);
        return new(result.Outcome is CommandOutcome.Refused ? $"{words.Zh}：{shown}" : words.Zh, $"{words.En}: {shown}");
    }

    /// <summary>Why it ended so, where it says why: the reason as it stands, and in Chinese what the outcome means.</summary>
    public static Wording? WhyOf(CommandResult result) =>
        result.Reason is not { Length: > 0 } reason ? null
        : result.Outcome is CommandOutcome.Verified or CommandOutcome.AcknowledgedOnly ? Wording.Own(reason)
        : new(TitleOf(CodeOf(result, DeviceState.Online), result).Zh, reason);

    private const int LongestReason = 200;
}

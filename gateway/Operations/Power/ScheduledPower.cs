using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;

namespace AvGateway.Operations.Power;

/// <summary>
/// Lets schedules order power runs. The run itself waits for rooms that are guarded, so the job runs until the last of them is done; after a restart the
/// same order finds the run that it began.
/// </summary>
/// <param name="allRooms">A job for all of them is a run of the whole site, which leaves out the rooms that feed others.</param>
public sealed class ScheduledPower(PowerAct act, PowerRuns runs, IUserDirectory users, IReadOnlyCollection<string> allRooms) : IScheduledAct
{
    public string Name => act is PowerAct.Off ? Acts.PowerOff : Acts.PowerOn;

    public async Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation)
    {
        if (runs.FindByKey(order.Key) is not { } id)
        {
            // The guard puts off what a scheduler asks and refuses anybody else: a frame is always sent in a user's name.
            if (CallerOf(order) is not { } caller)
                return new(ActResult.Refused, new("没有角色为 scheduler 的账号，无法以其名义执行", "there is no account of role scheduler in whose name it could be done"), AnswerCodes.NoUser.Code);
            var isSite = allRooms.All(order.Rooms.Contains);
            var answer = await runs.StartAsync(new(act, isSite ? [] : order.Rooms, caller, null, order.Reason.En) { Key = order.Key }, cancellation);
            if (answer.Refusal is { } refusal) return NotBegun(refusal);
            id = answer.Run!;
        }

        if (runs.EndOf(id) is not { } ended) return new(ActResult.Failed, new("执行记录已不在", "the run is not kept any more"));
        var end = (await ended.WaitAsync(cancellation)).Record;
        return end.Phase switch
        {
            RunPhase.Done => ActOutcome.Done,
            RunPhase.Cancelled => new(ActResult.Failed, new("已被取消", "it was taken back"), AnswerCodes.Superseded.Code),
            _ => new(ActResult.Failed, new("部分完成，详见各步骤", "done in part: its steps tell what is true now"), AnswerCodes.Partial.Code),
        };
    }

    private string? CallerOf(ActOrder order) =>
        users.Find(order.By) is { Role: Role.Scheduler } named ? named.Name : users.Users.Where(u => u.Role is Role.Scheduler).Select(u => u.Name).Order(StringComparer.Ordinal).FirstOrDefault();

    // What is busy or cannot be stored now may be asked again; what cannot be at all may not.
    private static ActOutcome NotBegun(Refusal refusal) =>
        new(refusal.Code.Retryable ? ActResult.Deferred : ActResult.Refused, new(refusal.Title, refusal.Title), refusal.Code.Code);
}

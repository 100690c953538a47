using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;

namespace AvGateway.Operations.Inspections;

/// <summary>
/// Lets schedules order inspections. A job is done when its inspection has ended, whatever that found; one that a dead gateway left in the
/// middle is not begun again by itself.
/// </summary>
/// <param name="profileOf">The profile that a job names.</param>
/// <param name="allRooms">A job for all of them is an inspection of the whole site.</param>
public sealed class ScheduledInspection(Inspector inspector, IUserDirectory users, Func<string, string> profileOf, IReadOnlyCollection<string> allRooms) : IScheduledAct
{
    public string Name => Acts.Inspect;

    public async Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation)
    {
        if (inspector.FindByKey(order.Key) is not { } inspection)
        {
            if (CallerOf(order) is not { } caller)
                return new(ActResult.Refused, new("没有角色为 scheduler 的账号，无法以其名义执行", "there is no account of role scheduler in whose name it could be done"), AnswerCodes.NoUser.Code);
            var answer = await inspector.StartAsync(new(profileOf(order.Job), allRooms.All(order.Rooms.Contains) ? [] : order.Rooms, caller, order.Key), cancellation);
            if (answer.Refusal is { } refusal) return new(refusal.Code.Retryable ? ActResult.Deferred : ActResult.Refused, new(refusal.Title, refusal.Title), refusal.Code.Code);
            inspection = answer.Inspection!;
        }

        var ended = inspector.EndOf(inspection.Id) is { } end ? await end.WaitAsync(cancellation) : inspection;
        cancellation.ThrowIfCancellationRequested();
        return ended.State switch
        {
            InspectionState.Done when ended.FindingCount == 0 => new(ActResult.Done, new($"{ended.Id}：无异常", $"{ended.Id}: no findings")),
            InspectionState.Done => new(ActResult.Done, new($"{ended.Id}：{ended.FindingCount} 项异常", $"{ended.Id}: {ended.FindingCount} findings")),
            InspectionState.Cancelled => new(ActResult.Failed, new($"{ended.Id}：已取消", $"{ended.Id}: cancelled"), AnswerCodes.Superseded.Code),
            _ => new(ActResult.Failed, new($"{ended.Id}：中断", $"{ended.Id}: interrupted"), AnswerCodes.Partial.Code),
        };
    }

    private string? CallerOf(ActOrder order) =>
        users.Find(order.By) is { } named && Rights.MayInspect(named) ? named.Name
            : users.Users.Where(u => u.Role is Role.Scheduler).Select(u => u.Name).Order(StringComparer.Ordinal).FirstOrDefault();
}

using System.Collections.Immutable;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>What a job asks of whoever does its act.</summary>
/// <param name="Key">Names this order for ever. The same key again, after a restart or because it was put off, is the same order: what it did already is not done twice.</param>
/// <param name="Date">The local date that it counts for.</param>
/// <param name="By">A user, or <c>gateway</c>.</param>
public sealed record ActOrder(string Key, string Job, string Act, DateOnly Date, ImmutableArray<string> Rooms, Wording Reason, string By);

public enum ActResult
{
    Done,

    /// <summary>Not all of it could be done now, because a hearing is guarded; the order comes again.</summary>
    Deferred,

    /// <summary>Done in part or not at all, after its own tries; the act has raised its faults.</summary>
    Failed,

    /// <summary>A person must say yes first.</summary>
    Asked,

    /// <summary>Nothing of it was begun, and asking again does not help.</summary>
    Refused,
}

/// <param name="Says">For the decision's row and for people.</param>
/// <param name="Code">An answer's code of CONTRACT §3 that fits better than the result's own; null: none does.</param>
public sealed record ActOutcome(ActResult Ending, Wording Says, string? Code = null)
{
    public static readonly ActOutcome Done = new(ActResult.Done, new("已完成", "done"));

    /// <summary>With <see cref="ActResult.Deferred"/>: when the order should come again; null: after the usual five minutes.</summary>
    public TimeSpan? Again { get; init; }
}

/// <summary>
/// Does what schedules order. It guards each step itself, right before it: an order is a wish and no permission. It may take as long as it needs; when
/// <c>cancellation</c> comes the gateway stops, and the order comes again at the next start.
/// </summary>
public interface IScheduledAct
{
    /// <summary>One of <see cref="Acts"/>.</summary>
    string Name { get; }

    Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation);
}

/// <summary>Acts by their names; what nobody serves is refused aloud.</summary>
public sealed class ActTable(params IEnumerable<IScheduledAct> acts)
{
    private readonly Dictionary<string, IScheduledAct> _acts = acts.ToDictionary(a => a.Name, StringComparer.Ordinal);

    public Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation) =>
        _acts.TryGetValue(order.Act, out var act)
            ? act.DoAsync(order, cancellation)
            : Task.FromResult(new ActOutcome(ActResult.Refused, new($"没有部件执行“{Acts.Says(order.Act).Zh}”", $"nothing serves this kind of act ({order.Act})"), "AVG-REQ-UNKNOWN"));
}

using System.Collections.Concurrent;
using AvGateway.Operations.Access;

namespace AvGateway.Operations.Commands;

/// <summary>The turns of all callers of one desk. Its names are the gateway's own users, so it cannot grow beyond them.</summary>
internal sealed class CallerTurnBook(RouterOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, CallerTurns> _turns = new(StringComparer.Ordinal);

    /// <summary>Null when it is this user's turn, which is then taken.</summary>
    public Refusal? Refusal(User user)
    {
        var turns = _turns.GetOrAdd(user.Name, static (_, clock) => new(clock), time);
        var rate = Rights.MaySeeSite(user) ? options.ServiceRate : options.RoomRate;
        return turns.TryTake(rate, out var wait) ? null : new(AnswerCodes.Busy, "too many requests in a short time") { RetryAfter = wait };
    }
}

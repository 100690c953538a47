using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation.Silences;
using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Escalation;

/// <summary>What a silence is wished to be.</summary>
/// <param name="From">Null: at once.</param>
public sealed record SilenceWish(string Reason, DateTimeOffset? From, TimeSpan For)
{
    public string? Fault { get; init; }
    public string? Subject { get; init; }
    public string? Code { get; init; }
}

/// <summary>Takes wishes about the telling of faults. What is not durable is said not to be done.</summary>
public sealed class EscalationDesk(EscalationBoard board, FaultWatch faults, ActDesk acts, TimeProvider time)
{
    private static readonly Refusal NotStored = new(AnswerCodes.NoStore, "the gateway cannot store this now; it holds until the gateway ends, and not beyond");

    public void Silence(ActAsk ask, SilenceWish wish, IAnswers answers) => acts.Ask(ask, Judge, async turn =>
    {
        var now = time.GetUtcNow();
        var silence = new Silence(Ulid.Make(time).ToLowerInvariant(), turn.By.Name, wish.Reason, wish.From ?? now, (wish.From ?? now) + wish.For)
        {
            Fault = wish.Fault,
            Subject = wish.Subject,
            Code = wish.Code,
        };
        var (refusal, isStored) = await faults.InTurnAsync(() => board.Add(silence), CancellationToken.None);
        if (refusal is not null) return new(new(AnswerCodes.OutOfRange, refusal));
        return isStored ? ActEnd.Done("silenced", json => json.WriteString("silence"u8, silence.Id)) : new(NotStored);
    }, answers);

    public void Lift(ActAsk ask, string silence, IAnswers answers) =>
        Do(ask, user => board.Lift(silence, user.Name), "what it held calls again", $"there is no silence {silence}", answers);

    public void Settle(ActAsk ask, string contact, string key, bool retry, IAnswers answers) => Do(
        ask,
        user => board.Notices.Any(n => n.Key == key && n.Contact == contact) && board.Settle(key, retry, user.Name),
        retry ? "it is tried anew" : "it is laid aside",
        $"{contact} has no dead letter of this key",
        answers);

    public void Try(ActAsk ask, string contact, IAnswers answers) =>
        Do(ask, user => board.Try(contact, user.Name), "it is on its way; the contact tells whether it came", $"nothing reaches {contact} today", answers);

    private void Do(ActAsk ask, Func<User, bool> act, string done, string otherwise, IAnswers answers) => acts.Ask(ask, Judge, async turn =>
    {
        var (isDone, isStored) = await faults.InTurnAsync(() => act(turn.By), CancellationToken.None);
        if (!isDone) return new(new(AnswerCodes.Unknown, otherwise));
        return isStored ? ActEnd.Done(done) : new(NotStored);
    }, answers);

    private static Refusal? Judge(User user) => Rights.MayTendEscalation(user) ? null : new(AnswerCodes.NoRight, $"{user.Name} may not tend the telling of faults");
}

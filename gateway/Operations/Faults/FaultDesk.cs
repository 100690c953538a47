using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Faults;

/// <summary>A wish about a fault, as somebody uttered it.</summary>
/// <param name="Fault">Its id; empty where a new one is reported.</param>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
public sealed record FaultAsk(string Caller, string Fault, string Verb, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
    public IReadOnlyList<RawArgument> Args { get; init; } = [];
}

/// <summary>What a report may name.</summary>
/// <param name="IsRoom">A room of the site.</param>
/// <param name="IsDevice"><c>room/device</c> of the site.</param>
/// <param name="IsContact">Somebody of the contact book.</param>
public sealed record FaultIntake(Func<string, bool> IsRoom, Func<string, bool> IsDevice, Func<string, bool> IsContact);

/// <summary>
/// Takes wishes about faults, and reports of new ones. The same id again within a day acts no second time (E7: a vendor's answer may arrive twice).
/// </summary>
public sealed class FaultDesk(FaultWatch faults, FaultIntake intake, ActDesk acts, TimeProvider time)
{
    /// <summary>The verb that needs no fault: somebody reports one.</summary>
    public const string Raise = "raise";

    /// <summary>The verbs of CONTRACT §3 by their words.</summary>
    public static IReadOnlyDictionary<string, FaultVerb> Verbs { get; } = new Dictionary<string, FaultVerb>
    {
        ["ack"] = FaultVerb.Acknowledge,
        ["accept"] = FaultVerb.Accept,
        ["answer"] = FaultVerb.Answer,
        ["note"] = FaultVerb.Note,
        ["assign"] = FaultVerb.Assign,
        ["resolve"] = FaultVerb.Resolve,
        ["close"] = FaultVerb.Close,
        ["reopen"] = FaultVerb.Reopen,
        ["arrive"] = FaultVerb.Arrive,
        ["release"] = FaultVerb.Release,
        ["pause"] = FaultVerb.Pause,
        ["continue"] = FaultVerb.Continue,
        ["follow-up"] = FaultVerb.FollowUp,
    };

    public void Ask(FaultAsk ask, IAnswers answers)
    {
        var act = new ActAsk(ask.Caller, ask.Target, FaultArguments.Canonical(ask.Args), ask.Arrived) { Id = ask.Id, Ttl = ask.Ttl };
        if (ask.Fault.Length == 0) AskToRaise(ask, act, answers);
        else AskToAct(ask, act, answers);
    }

    private void AskToAct(FaultAsk ask, ActAsk act, IAnswers answers)
    {
        FaultAct wished = null!;
        acts.Ask(
            act,
            user => Judge(user, ask, out wished),
            async _ => Ended(await faults.ActAsync(ask.Fault, wished, CancellationToken.None), ask.Fault),
            answers);
    }

    private void AskToRaise(FaultAsk ask, ActAsk act, IAnswers answers)
    {
        ReportWish wished = null!;
        acts.Ask(
            act,
            user => JudgeReport(user, ask, out wished),
            async turn =>
            {
                // Who speaks for himself is his own reporter; an engineer at the phone takes another one's words down.
                var reporter = new FaultReporter(wished.Reporter ?? turn.By.Name, turn.By.Name, wished.Contact, time.GetUtcNow());
                return Ended(await faults.RaiseAsync(new(wished.Subject, wished.What, reporter) { IsUnusable = wished.IsUnusable }, CancellationToken.None), null);
            },
            answers);
    }

    private static ActEnd Ended(FaultAnswer done, string? asked)
    {
        var id = done.Fault?.Id ?? asked;
        var outcome = done.Refusal ?? new(AnswerCodes.Verified, FaultJson.Word(done.Fault!.Step));
        return new(outcome, json =>
        {
            if (id is not null) json.WriteString("fault"u8, id);
        });
    }

    private Refusal? Judge(User user, FaultAsk ask, out FaultAct act)
    {
        act = null!;
        if (!Verbs.TryGetValue(ask.Verb, out var verb))
            return new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(ask.Verb)}\" here: known are {string.Join(", ", Verbs.Keys.Order(StringComparer.Ordinal))}");
        var fault = faults.Find(ask.Fault);
        return Rights.MayActOnFault(user, verb, fault?.Party) || (fault is not null && Rights.MaySpeakAsReporter(user, verb, fault.Reporters.Any(r => r.Name == user.Name)))
            ? FaultArguments.Read(ask.Args, verb, user.Name, out act)
            : new(AnswerCodes.NoRight, $"{user.Name} may not do this to this fault");
    }

    private Refusal? JudgeReport(User user, FaultAsk ask, out ReportWish wish)
    {
        wish = null!;
        if (ask.Verb != Raise) return new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(ask.Verb)}\" here: known is {Raise}");
        if (FaultArguments.ReadReport(ask.Args, out wish) is { } refusal) return refusal;
        var (subject, room) = (wish.Subject, wish.Subject.Split('/')[0]);
        if (!Rights.MayReport(user, room)) return new(AnswerCodes.NoRight, $"{user.Name} may not report anything about {SafeText.Shown(room)}");
        if (!(subject.Contains('/', StringComparison.Ordinal) ? intake.IsDevice(subject) : intake.IsRoom(subject)))
            return new(AnswerCodes.BadArgument, $"the site has no \"{SafeText.Shown(subject)}\": name a \"room\" or a \"device\" (ROOM/DEVICE) of it");
        if (wish.Contact is { } contact && !intake.IsContact(contact)) return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(contact)}\" stands in no contact book: nothing is ever sent to who does not");
        return null;
    }
}

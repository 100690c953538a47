using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Faults;

/// <summary>A wish about a fault, as somebody uttered it.</summary>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
public sealed record FaultAsk(string Caller, string Fault, string Verb, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
    public IReadOnlyList<RawArgument> Args { get; init; } = [];
}

/// <summary>
/// Takes wishes about faults: judges who asks, remembers the id, acts, and gives exactly one final answer. The same id again within a day acts
/// no second time (E7: a vendor's answer may arrive twice).
/// </summary>
public sealed partial class FaultDesk(
    FaultWatch faults, IUserDirectory users, RouterOptions options, AnswerWriter writer, ICommandLedger ledger, IServiceJournal journal, TimeProvider time, ILogger<FaultDesk> log)
{
    /// <summary>Requests that may be under way at once; each takes a commit or two.</summary>
    public const int MostRunning = 64;

    private const int LongestText = 500;
    private const int LongestParty = 48;

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
    };

    private readonly RefusalRecord _refusals = new(journal, time);
    private readonly ConcurrentDictionary<(string Caller, string Id), byte> _running = new();

    public void Ask(FaultAsk ask, IAnswers answers)
    {
        var id = ask.Id ?? RequestId.Make(time);
        if (Judge(ask, out var act) is { } refusal)
        {
            Refuse(ask, id, refusal, answers);
            return;
        }

        if (_running.Count >= MostRunning || !_running.TryAdd((ask.Caller, id), 0))
        {
            Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = options.RetryAfter }, answers);
            return;
        }

        _ = CarryOutAsync(ask, id, act, answers);
    }

    private Refusal? Judge(FaultAsk ask, out FaultAct act)
    {
        act = null!;
        if (users.Find(ask.Caller) is not { } user) return new(AnswerCodes.NoUser);
        if (user.Until is { } end && end <= time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        if (!Verbs.TryGetValue(ask.Verb, out var verb))
            return new(AnswerCodes.Unknown, $"there is no verb \"{SafeText.Shown(ask.Verb)}\" here: known are {string.Join(", ", Verbs.Keys.Order(StringComparer.Ordinal))}");
        var fault = faults.Find(ask.Fault);
        if (!Rights.MayActOnFault(user, verb, fault?.Party)) return new(AnswerCodes.NoRight, $"{user.Name} may not do this to this fault");
        if (ReadArguments(ask, verb, user.Name, out act) is { } wrong) return wrong;
        var ttl = ask.Ttl ?? options.DefaultExpiry;
        return time.GetElapsedTime(ask.Arrived) >= (ttl > options.LongestExpiry ? options.LongestExpiry : ttl) ? new(AnswerCodes.Expired) : null;
    }

    private static Refusal? ReadArguments(FaultAsk ask, FaultVerb verb, string caller, out FaultAct act)
    {
        act = new(verb, caller);
        foreach (var argument in ask.Args)
        {
            var isText = argument is { Shape: ArgumentShape.Scalar, Value.Kind: ValueKind.Text };
            switch (argument.Name)
            {
                case "text" when isText && argument.Value.Text.Length is > 0 and <= LongestText:
                    if (SafeText.FirstForbidden(argument.Value.Text) is { } forbidden) return new(AnswerCodes.BadText, $"\"text\" holds {forbidden}");
                    act = act with { Text = argument.Value.Text };
                    break;
                case "to" when isText && verb is FaultVerb.Assign && IsReceiver(argument.Value.Text): act = act with { To = argument.Value.Text }; break;
                case "reason" when isText && verb is FaultVerb.Pause && PauseWords.Given.TryGetValue(argument.Value.Text, out var reason): act = act with { Reason = reason }; break;
                case "proof" when isText && verb is FaultVerb.Pause && argument.Value.Text.Length is > 0 and <= LongestText:
                    if (SafeText.FirstForbidden(argument.Value.Text) is { } bad) return new(AnswerCodes.BadText, $"\"proof\" holds {bad}");
                    act = act with { Proof = argument.Value.Text };
                    break;
                default:
                    return new(AnswerCodes.BadArgument, $"\"{SafeText.Shown(argument.Name)}\": known are text (1 to {LongestText} characters) and, for assign, to (a user, vendor:ID, carrier:ID, part, hearing or dispatch), for pause reason ({string.Join(", ", PauseWords.Given.Keys.Order(StringComparer.Ordinal))}) and proof");
            }
        }

        if (verb is FaultVerb.Assign && act.To is null) return new(AnswerCodes.BadArgument, "\"to\" is missing: a user, vendor:ID, carrier:ID, part, hearing or dispatch");
        if (verb is FaultVerb.Pause && act.Reason is null) return new(AnswerCodes.BadArgument, $"\"reason\" is missing: {string.Join(", ", PauseWords.Given.Keys.Order(StringComparer.Ordinal))}");
        if (verb is FaultVerb.Pause && act is { Reason: not PauseReason.Hearing, Proof: null }) return new(AnswerCodes.BadArgument, "\"proof\" is missing: what shows that it is so, for example an order number");
        return verb is FaultVerb.Note or FaultVerb.Answer && act.Text is null ? new(AnswerCodes.BadArgument, "\"text\" is missing") : null;
    }

    private static bool IsReceiver(string to) => to.Length is > 0 and <= LongestParty && to.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or ':');

    private async Task CarryOutAsync(FaultAsk ask, string id, FaultAct act, IAnswers answers)
    {
        Answer final;
        try
        {
            final = await OnceAsync(ask, id, act, answers);
        }
        catch (Exception bug)
        {
            // A top loop: whatever goes wrong, the caller gets an end.
            var trace = Ulid.Make(time);
            Crashed(log, bug, trace, ask.Fault);
            final = Refused(ask, id, new(AnswerCodes.Internal, $"{AnswerCodes.Internal.Title}; trace {trace}"));
        }

        answers.Give(final);
        _running.TryRemove((ask.Caller, id), out _);
    }

    private async Task<Answer> OnceAsync(FaultAsk ask, string id, FaultAct act, IAnswers answers)
    {
        var arguments = Arguments.None;
        if (act.Text is { } text) arguments = arguments.With("text", text);
        if (act.To is { } to) arguments = arguments.With("to", to);
        if (act.Reason is { } reason) arguments = arguments.With("reason", PauseWords.Of(reason));
        if (act.Proof is { } proof) arguments = arguments.With("proof", proof);
        var canonical = CommandDigest.Canonical(arguments);
        Admitted admitted;
        try
        {
            admitted = await ledger.AdmitAsync(new(ask.Caller, id, CommandDigest.Of(ask.Target, canonical), ask.Target, canonical, time.GetUtcNow()), CancellationToken.None)
                .AsTask().WaitAsync(options.StoreWithin, time);
        }
        catch (Exception unwell) when (unwell is TimeoutException or StoreUnavailableException)
        {
            return Refused(ask, id, new(AnswerCodes.NoStore));
        }

        switch (admitted.Admission)
        {
            case Admission.Conflict: return Refused(ask, id, new(AnswerCodes.IdReused));
            case Admission.Settled when admitted.Answer is { } stored: return new(true, stored.Stat, stored.Code, stored.Json);
            case Admission.Running: return Refused(ask, id, CommandRecovery.OutcomeUnknown);
            case Admission.Unavailable: return Refused(ask, id, new(AnswerCodes.NoStore));
        }

        answers.Give(Said(ask, id, false, AnswerCodes.Accepted, AnswerCodes.Accepted.Title, null));
        var done = await faults.ActAsync(ask.Fault, act, CancellationToken.None);
        var final = done.Refusal is { } refusal ? Refused(ask, id, refusal)
            : Said(ask, id, true, AnswerCodes.Verified, FaultJson.Word(done.Fault!.Step), done.Fault);
        try
        {
            await ledger.SettleAsync(ask.Caller, id, new(final.Stat, final.Code, final.Json), CancellationToken.None).AsTask().WaitAsync(options.StoreWithin, time);
        }
        catch (Exception broken) when (broken is TimeoutException or StoreUnavailableException)
        {
            EndNotStored(log, broken, ask.Fault);
        }

        return final;
    }

    private void Refuse(FaultAsk ask, string id, Refusal refusal, IAnswers answers) => answers.Give(Refused(ask, id, refusal));

    private Answer Refused(FaultAsk ask, string id, Refusal refusal)
    {
        _refusals.Add(ask.Caller, ask.Target, id, refusal);
        return writer.Refused(id, null, refusal, time.GetElapsedTime(ask.Arrived));
    }

    private Answer Said(FaultAsk ask, string id, bool final, AnswerCode code, string title, Fault? fault) =>
        writer.OfFault(id, fault?.Id ?? ask.Fault, final, code, title, time.GetElapsedTime(ask.Arrived));

    [LoggerMessage(EventId = 2710, Level = LogLevel.Error, Message = "Trace {Trace}: a request about {Fault} failed by an error of ours")]
    private static partial void Crashed(ILogger log, Exception bug, string trace, string fault);

    [LoggerMessage(EventId = 2711, Level = LogLevel.Error, Message = "The end of a request about {Fault} could not be stored; its caller is told all the same")]
    private static partial void EndNotStored(ILogger log, Exception broken, string fault);
}

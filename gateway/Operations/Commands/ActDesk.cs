using System.Collections.Concurrent;
using System.Text.Json;
using AvGateway.Operations.Access;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Commands;

/// <summary>A wish that no device and no scene carries out, but the gateway itself: to take a docket, to let somebody pass the guard.</summary>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
/// <param name="Canonical">What makes two wishes with one target the same, beside it. Never a secret and never case data: the ledger keeps it.</param>
/// <param name="Arrived">Timestamp of the injected clock when it came in.</param>
public sealed record ActAsk(string Caller, string Target, string Canonical, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
}

/// <summary>How an act ended.</summary>
/// <param name="More">Members of the answer beyond those of every answer.</param>
public sealed record ActEnd(Refusal Outcome, Action<Utf8JsonWriter>? More = null)
{
    public static ActEnd Done(string title, Action<Utf8JsonWriter>? more = null) => new(new(AnswerCodes.Verified, title), more);
}

/// <summary>An act that is under way.</summary>
/// <param name="Left">What is left of its time.</param>
/// <param name="Tell">Tells the caller what it waits for.</param>
public sealed record ActTurn(User By, TimeSpan Left, Action<string> Tell);

/// <summary>
/// Takes wishes that the gateway itself carries out: judges who asks, remembers the id durably before anything is done, and gives exactly one
/// final answer. What cannot be stored is not done.
/// </summary>
public sealed partial class ActDesk(RouterOptions options, IUserDirectory users, AnswerWriter writer, ICommandLedger ledger, IServiceJournal journal, TimeProvider time, ILogger<ActDesk> log)
{
    /// <summary>Acts that may be under way; one that waits for a second person takes up to a minute.</summary>
    public const int Most = 64;

    private readonly RefusalRecord _refusals = new(journal, time);
    private readonly CallerTurnBook _turns = new(options, time);
    private readonly ConcurrentDictionary<(string Caller, string Id), (string Digest, Hearers Hearers)> _running = new();

    /// <param name="judge">Null when this user may.</param>
    public void Ask(ActAsk ask, Func<User, Refusal?> judge, Func<ActTurn, Task<ActEnd>> act, IAnswers answers)
    {
        var id = ask.Id ?? RequestId.Make(time);
        var digest = CommandDigest.Of(ask.Target, ask.Canonical);
        if (Judge(ask, judge, out var user, out var left) is { } refusal)
        {
            Refuse(ask, id, refusal, answers);
            return;
        }

        var hearers = new Hearers(answers);
        var (key, taken) = ((ask.Caller, id), (digest, hearers));
        if (_running.Count < Most && _running.TryAdd(key, taken)) _ = CarryOutAsync(ask, id, digest, new(user, left, title => hearers.Give(Interim(ask, id, title))), act, hearers);
        else if (!_running.TryGetValue(key, out var running)) Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = options.RetryAfter }, answers);
        else if (running.Digest != digest) Refuse(ask, id, new(AnswerCodes.IdReused), answers);
        else if (running.Hearers.TryAdd(answers)) answers.Give(Interim(ask, id, AnswerCodes.Accepted.Title));
        else Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = options.RetryAfter }, answers);
    }

    private Refusal? Judge(ActAsk ask, Func<User, Refusal?> judge, out User user, out TimeSpan left)
    {
        user = null!;
        var ttl = ask.Ttl ?? options.DefaultExpiry;
        left = (ttl > options.LongestExpiry ? options.LongestExpiry : ttl) - time.GetElapsedTime(ask.Arrived);
        if (users.Find(ask.Caller) is not { } found) return new(AnswerCodes.NoUser);
        user = found;
        if (user.Until is { } end && end <= time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        if (!Rights.MayAsk(user)) return new(AnswerCodes.NoRight, $"{user.Name} may not ask for anything");
        if (judge(user) is { } refusal) return refusal;
        return left <= TimeSpan.Zero ? new(AnswerCodes.Expired) : _turns.Refusal(user);
    }

    private async Task CarryOutAsync(ActAsk ask, string id, string digest, ActTurn turn, Func<ActTurn, Task<ActEnd>> act, Hearers hearers)
    {
        Answer final;
        try
        {
            final = await AdmitAsync(new(ask.Caller, id, digest, ask.Target, ask.Canonical, time.GetUtcNow()), ask) ?? await DoAsync(ask, id, turn, act, hearers);
        }
        catch (Exception bug)
        {
            // A top loop: whatever an act throws, its caller gets an end.
            var trace = Ulid.Make(time);
            ActCrashed(log, bug, trace, ask.Target);
            final = Ended(ask, id, new(new(AnswerCodes.Internal, $"{AnswerCodes.Internal.Title}; trace {trace}")));
        }

        hearers.GiveLast(final);
        _running.TryRemove((ask.Caller, id), out _);
    }

    /// <summary>Null when it may be done; else its answer of an earlier time, or why it may not.</summary>
    private async Task<Answer?> AdmitAsync(LedgerEntry entry, ActAsk ask)
    {
        Task<Admitted>? admitting = null;
        Admitted admitted;
        try
        {
            admitting = ledger.AdmitAsync(entry, CancellationToken.None).AsTask();
            admitted = await admitting.WaitAsync(options.StoreWithin, time);
        }
        catch (Exception unwell) when (unwell is TimeoutException or StoreUnavailableException)
        {
            var refused = Ended(ask, entry.Id, new(new(AnswerCodes.NoStore)));
            if (unwell is TimeoutException) _ = LateAdmission.SettleAsync(admitting!, ledger, entry, refused, failure => LateEnd(log, failure, ask.Target));
            return refused;
        }

        return admitted.Admission switch
        {
            Admission.New => null,
            Admission.Settled when admitted.Answer is { } stored => new(true, stored.Stat, stored.Code, stored.Json),
            Admission.Conflict => Ended(ask, entry.Id, new(new(AnswerCodes.IdReused))),
            Admission.Running => Ended(ask, entry.Id, new(CommandRecovery.OutcomeUnknown)),
            _ => Ended(ask, entry.Id, new(new(AnswerCodes.NoStore))),
        };
    }

    private async Task<Answer> DoAsync(ActAsk ask, string id, ActTurn turn, Func<ActTurn, Task<ActEnd>> act, Hearers hearers)
    {
        hearers.Give(Interim(ask, id, AnswerCodes.Accepted.Title));
        var final = Ended(ask, id, await act(turn));
        try
        {
            await ledger.SettleAsync(ask.Caller, id, new(final.Stat, final.Code, final.Json), CancellationToken.None).AsTask().WaitAsync(options.StoreWithin, time);
        }
        catch (Exception broken) when (broken is TimeoutException or StoreUnavailableException)
        {
            // The caller is told all the same; the next start ends it as unknown.
            LateEnd(log, broken, ask.Target);
        }

        return final;
    }

    private void Refuse(ActAsk ask, string id, Refusal refusal, IAnswers answers) => answers.Give(Ended(ask, id, new(refusal)));

    private Answer Interim(ActAsk ask, string id, string title) =>
        writer.OfAct(id, false, new(AnswerCodes.Accepted, title), time.GetElapsedTime(ask.Arrived));

    private Answer Ended(ActAsk ask, string id, ActEnd end)
    {
        if (end.Outcome.Code != AnswerCodes.Verified && end.Outcome.Code != AnswerCodes.AcknowledgedOnly) _refusals.Add(ask.Caller, ask.Target, id, end.Outcome);
        return writer.OfAct(id, true, end.Outcome, time.GetElapsedTime(ask.Arrived), end.More);
    }

    [LoggerMessage(EventId = 2220, Level = LogLevel.Error, Message = "Trace {Trace}: a request {Target} failed by an error of ours")]
    private static partial void ActCrashed(ILogger log, Exception bug, string trace, string target);

    [LoggerMessage(EventId = 2221, Level = LogLevel.Error, Message = "The end of a request {Target} could not be stored; its caller is told all the same")]
    private static partial void LateEnd(ILogger log, Exception broken, string target);
}

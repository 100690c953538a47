using System.Collections.Concurrent;
using System.Text.Json;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Scenes.Hearings.Guard;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Power;

/// <summary>What the power desk stands on.</summary>
public sealed record PowerDeskParts(
    PowerRuns Runs, IStateTable State, IUserDirectory Users, RouterOptions Router, PowerOptions Options, AnswerWriter Writer, ICommandLedger Ledger, IServiceJournal Journal, TimeProvider Time,
    ILogger<PowerDesk> Log);

/// <summary>
/// Takes orders about power: judges who asks, wants a preview and a second person before the whole site goes off, remembers the id, and gives
/// exactly one final answer.
/// </summary>
public sealed partial class PowerDesk(PowerDeskParts parts)
{
    /// <summary>Requests that may be under way; each waits for the end of its run.</summary>
    public const int Most = 256;

    private readonly RefusalRecord _refusals = new(parts.Journal, parts.Time);
    private readonly PowerTable _table = new(parts.State);
    private readonly ConcurrentDictionary<(string Caller, string Id), Request> _running = new();
    private readonly ConcurrentDictionary<(PowerAct Act, string Scope), Pending> _pending = new();

    /// <summary>The first person's order, which waits for the second's.</summary>
    private sealed record Pending(string By, string Second, string Plan, long Since);

    private sealed class Request(PowerAsk ask, string id, string digest, PowerArguments arguments, IAnswers first)
    {
        private const int MostListeners = 8;
        private readonly Lock _gate = new();
        private readonly List<IAnswers> _listeners = [first];
        private bool _hasEnded;

        public PowerAsk Ask { get; } = ask;
        public string Id { get; } = id;
        public string Digest { get; } = digest;
        public PowerArguments Arguments { get; } = arguments;
        public bool IsSettled { get; set; }

        public bool TryListen(IAnswers answers)
        {
            lock (_gate)
            {
                if (_hasEnded || _listeners.Count >= MostListeners) return false;
                if (!_listeners.Contains(answers)) _listeners.Add(answers);
                return true;
            }
        }

        public void Give(in Answer answer)
        {
            lock (_gate)
            {
                _hasEnded |= answer.Final;
                foreach (var listener in _listeners) listener.Give(answer);
            }
        }
    }

    public void Ask(PowerAsk ask, IAnswers answers)
    {
        var id = ask.Id ?? RequestId.Make(parts.Time);
        if (Judge(ask, out var arguments) is { } refusal)
        {
            Refuse(ask, id, refusal, answers);
            return;
        }

        var digest = CommandDigest.Of(ask.Target, CommandDigest.Canonical(arguments.Canonical()));
        var request = new Request(ask, id, digest, arguments, answers);
        var taken = _running.GetOrAdd((ask.Caller, id), request);
        if (!ReferenceEquals(taken, request))
        {
            if (taken.Digest != digest) Refuse(ask, id, new(AnswerCodes.IdReused), answers);
            else if (taken.TryListen(answers)) answers.Give(Accepted(taken, null));
            else Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = parts.Router.RetryAfter }, answers);
            return;
        }

        if (_running.Count > Most) End(request, Refused(request, new(AnswerCodes.Busy) { RetryAfter = parts.Router.RetryAfter }));
        else _ = CarryOutAsync(request);
    }

    private Refusal? Judge(PowerAsk ask, out PowerArguments arguments)
    {
        arguments = null!;
        if (parts.Users.Find(ask.Caller) is not { } user) return new(AnswerCodes.NoUser);
        if (user.Until is { } end && end <= parts.Time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        if (!Rights.MayAsk(user) || !Rights.MaySwitchPower(user)) return new(AnswerCodes.NoRight, $"{user.Name} may not order power runs: a scheduler, an engineer or an admin may");
        if (PowerArguments.Read(ask.Args, ask.Wish, out arguments) is { } wrong) return wrong;
        foreach (var room in arguments.Rooms)
            if (!parts.Runs.Graph.Rooms.Contains(room)) return new(AnswerCodes.Unknown, $"there is no room \"{SafeText.Shown(room)}\"");
        if (arguments.Second is { } second && parts.Users.Find(second) is var other && (other is null || !Rights.MaySwitchPower(other) || second == ask.Caller))
            return new(AnswerCodes.SecondPerson, $"\"{SafeText.Shown(second)}\" cannot be the second person: another scheduler, engineer or admin can");
        var ttl = ask.Ttl ?? parts.Router.DefaultExpiry;
        return parts.Time.GetElapsedTime(ask.Arrived) >= (ttl > parts.Router.LongestExpiry ? parts.Router.LongestExpiry : ttl) ? new(AnswerCodes.Expired) : null;
    }

    private async Task CarryOutAsync(Request request)
    {
        Answer final;
        try
        {
            final = await AdmitAsync(request) ?? await DoAsync(request);
        }
        catch (OperationCanceledException)
        {
            final = Refused(request, new(AnswerCodes.Busy, "the gateway is stopping; its next start goes on with the run"));
        }
        catch (Exception bug)
        {
            // A top loop: whatever an order throws, its caller gets an end.
            var trace = Ulid.Make(parts.Time);
            OrderCrashed(parts.Log, bug, trace);
            final = Refused(request, new(AnswerCodes.Internal, $"{AnswerCodes.Internal.Title}; trace {trace}"));
        }

        await SettleAsync(request, final);
        End(request, final);
    }

    private async Task<Answer?> AdmitAsync(Request request)
    {
        var ask = request.Ask;
        Admitted admitted;
        try
        {
            var entry = new LedgerEntry(ask.Caller, request.Id, request.Digest, ask.Target, CommandDigest.Canonical(request.Arguments.Canonical()), parts.Time.GetUtcNow());
            admitted = await parts.Ledger.AdmitAsync(entry, CancellationToken.None).AsTask().WaitAsync(parts.Router.StoreWithin, parts.Time);
        }
        catch (Exception unwell) when (unwell is TimeoutException or StoreUnavailableException)
        {
            admitted = new(Admission.Unavailable);
        }

        switch (admitted.Admission)
        {
            case Admission.Conflict: return Refused(request, new(AnswerCodes.IdReused));
            case Admission.Settled when admitted.Answer is { } stored:
                request.IsSettled = true;
                return new(true, stored.Stat, stored.Code, stored.Json);
            case Admission.Running: return Refused(request, CommandRecovery.OutcomeUnknown);
            case Admission.Unavailable:
                // Nothing is switched that cannot be recorded.
                request.IsSettled = true;
                return Refused(request, new(AnswerCodes.NoStore));
            default: return null;
        }
    }

    private async Task<Answer> DoAsync(Request request)
    {
        var arguments = request.Arguments;
        var caller = request.Ask.Caller;
        switch (request.Ask.Wish)
        {
            case PowerWish.Preview: return await PreviewAsync(request);
            case PowerWish.Cancel:
                return parts.Runs.Cancel(arguments.Run!, caller, arguments.Reason ?? "")
                    ? Final(request, AnswerCodes.Verified, "what was not sent is taken back", null)
                    : Refused(request, new(AnswerCodes.Unknown, $"there is no run \"{SafeText.Shown(arguments.Run!)}\" under way"));
        }

        var second = arguments.Second;
        if (arguments is { Rooms.IsEmpty: true, Act: PowerAct.Off })
        {
            var (missing, first) = await TwoPersonsAsync(request);
            if (missing is not null) return Refused(request, missing);
            (caller, second) = (first!, caller);
        }

        var answer = await parts.Runs.StartAsync(new(arguments.Act, arguments.Rooms, caller, second, arguments.Reason), CancellationToken.None);
        if (answer.Refusal is { } refusal) return Refused(request, refusal);
        request.Give(Accepted(request, answer.Run));
        return Ending(request, await answer.Ended!);
    }

    private Answer Ending(Request request, PowerPicture end)
    {
        var once = end.Progress.Count(p => p.State is StepState.Unverified);
        return end.Record.Phase switch
        {
            RunPhase.Done => Final(request, AnswerCodes.Verified, once == 0 ? "every step was seen by two signs" : $"every step was seen, {once} by one sign only", json => PowerJson.Write(json, end)),
            RunPhase.Cancelled => Final(request, AnswerCodes.Superseded, "taken back before it was done", json => PowerJson.Write(json, end)),
            _ => Final(request, AnswerCodes.Partial, "done in part: the steps tell what is true now", json => PowerJson.Write(json, end)),
        };
    }

    private async Task<Answer> PreviewAsync(Request request)
    {
        var arguments = request.Arguments;
        var plan = parts.Runs.Plan(arguments.Act, arguments.Rooms);
        var scope = new PowerOrder(arguments.Act, arguments.Rooms, request.Ask.Caller, null, null).Scope;
        try
        {
            await _table.PutPreviewAsync(new(scope, arguments.Act, PowerRuns.HashOf(plan), request.Ask.Caller, parts.Time.GetUtcNow()), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return Refused(request, new(AnswerCodes.NoStore));
        }

        return Final(request, AnswerCodes.Verified, "this is what it would do; nothing was sent", json => PowerJson.Write(json, plan, WhyGuarded));
    }

    /// <summary>The whole site goes off only when it was previewed as it is now, and when two persons gave the same order.</summary>
    /// <returns>What is missing, or the first person.</returns>
    private async Task<(Refusal? Missing, string? First)> TwoPersonsAsync(Request request)
    {
        var caller = request.Ask.Caller;
        var hash = PowerRuns.HashOf(parts.Runs.Plan(PowerAct.Off, []));
        var preview = await _table.FindPreviewAsync(PowerAct.Off, "site", CancellationToken.None);
        var age = preview is null ? TimeSpan.MaxValue : parts.Time.GetUtcNow() - preview.At;
        if (preview is null || preview.Plan != hash || age < TimeSpan.Zero || age > parts.Options.PreviewLasts)
            return (Missing(caller, new(AnswerCodes.NotPreviewed)), null);

        var key = (PowerAct.Off, "site");
        if (_pending.TryGetValue(key, out var pending) && pending.Second == caller && pending.Plan == hash && parts.Time.GetElapsedTime(pending.Since) <= parts.Options.SecondWithin)
        {
            // Two that come at once start one run: who takes the entry away has it.
            if (_pending.TryRemove(new(key, pending))) return (null, pending.By);
        }

        if (request.Arguments.Second is not { } second) return (Missing(caller, new(AnswerCodes.SecondPerson, "the whole site goes off only when two persons give the order: name the other as \"second\"")), null);
        _pending[key] = new(caller, second, hash, parts.Time.GetTimestamp());
        var minutes = (int)parts.Options.SecondWithin.TotalMinutes;
        return (Missing(caller, new(AnswerCodes.SecondPerson, $"{second} must give the same order within {minutes} minutes")), null);
    }

    private Refusal Missing(string caller, Refusal refusal)
    {
        parts.Journal.Append(new(parts.Time.GetUtcNow(), "power.refused", "site", caller, JsonSerializer.Serialize(new { code = refusal.Code.Code })));
        return refusal;
    }

    private string? WhyGuarded(string room) => parts.Runs.WhyGuarded(room) is var why and not GuardReason.None ? GuardTexts.Code(why) : null;

    private async Task SettleAsync(Request request, Answer final)
    {
        if (request.IsSettled || final.Code == AnswerCodes.IdReused.Code) return;
        try
        {
            await parts.Ledger.SettleAsync(request.Ask.Caller, request.Id, new(final.Stat, final.Code, final.Json), CancellationToken.None).AsTask().WaitAsync(parts.Router.StoreWithin, parts.Time);
        }
        catch (Exception broken)
        {
            // As with the router: a store that hangs or fails keeps no caller waiting. The next start ends it as unknown.
            EndNotStored(parts.Log, broken);
        }
    }

    private void End(Request request, Answer final)
    {
        request.Give(final);
        _running.TryRemove(new((request.Ask.Caller, request.Id), request));
    }

    private void Refuse(PowerAsk ask, string id, Refusal refusal, IAnswers answers)
    {
        _refusals.Add(ask.Caller, ask.Target, id, refusal);
        answers.Give(parts.Writer.OfSite(id, true, refusal.Code, refusal.Title, parts.Time.GetElapsedTime(ask.Arrived)));
    }

    private Answer Refused(Request request, Refusal refusal)
    {
        _refusals.Add(request.Ask.Caller, request.Ask.Target, request.Id, refusal);
        return Final(request, refusal.Code, refusal.Title, null);
    }

    private Answer Accepted(Request request, string? run) => parts.Writer.OfSite(
        request.Id, false, AnswerCodes.Accepted, AnswerCodes.Accepted.Title, parts.Time.GetElapsedTime(request.Ask.Arrived),
        run is null ? null : json => WriteRun(json, run));

    private static void WriteRun(Utf8JsonWriter json, string run)
    {
        json.WriteStartObject("run"u8);
        json.WriteString("id"u8, run);
        json.WriteEndObject();
    }

    private Answer Final(Request request, AnswerCode code, string title, Action<Utf8JsonWriter>? more) =>
        parts.Writer.OfSite(request.Id, true, code, title, parts.Time.GetElapsedTime(request.Ask.Arrived), more);

    [LoggerMessage(EventId = 2643, Level = LogLevel.Error, Message = "Trace {Trace}: a power order failed by an error of ours")]
    private static partial void OrderCrashed(ILogger log, Exception bug, string trace);

    [LoggerMessage(EventId = 2644, Level = LogLevel.Error, Message = "The end of a power order could not be stored; its caller is told all the same")]
    private static partial void EndNotStored(ILogger log, Exception broken);
}

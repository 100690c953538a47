using System.Collections.Concurrent;
using System.Globalization;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Scenes;
using AvGateway.Scenes.Running;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Rooms;

/// <summary>
/// Takes wishes for rooms: judges who asks, remembers the id, runs, previews or takes back the scene, and gives exactly one final answer. A
/// store that is away keeps no hearing from opening and no microphone from being muted: then an id is remembered in memory alone.
/// </summary>
public sealed partial class RoomDesk(
    Courthouse house, IUserDirectory users, RouterOptions options, AnswerWriter writer, ICommandLedger ledger, IServiceJournal journal, TimeProvider time, ILogger<RoomDesk> log)
{
    /// <summary>Requests of one room that may be under way; the slot of the room runs one, and refuses the others at once.</summary>
    public const int MostPerRoom = 32;

    // Silence at one touch: whoever hammers at it must not be made to wait for it.
    private const string NeverTooOften = "panic-mute";

    private readonly RefusalRecord _refusals = new(journal, time);
    private readonly CallerTurnBook _turns = new(options, time);
    private readonly ConcurrentDictionary<(string Caller, string Id), RoomRequest> _running = new();
    private readonly ConcurrentDictionary<string, int> _places = new(StringComparer.Ordinal);

    public void Ask(RoomAsk ask, IAnswers answers)
    {
        var id = ask.Id ?? RequestId.Make(time);
        if (Judge(ask, out var room, out var arguments) is { } refusal)
        {
            Refuse(ask, id, refusal, answers);
            return;
        }

        var digest = CommandDigest.Of(ask.Target, CommandDigest.Canonical(Canonical(arguments)));
        var request = new RoomRequest(ask, id, digest, arguments, answers);
        var taken = _running.GetOrAdd((ask.Caller, id), request);
        if (!ReferenceEquals(taken, request))
        {
            if (taken.Digest != digest) Refuse(ask, id, new(AnswerCodes.IdReused), answers);
            else if (taken.Hearers.TryAdd(answers)) answers.Give(Accepted(taken));
            else Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = options.RetryAfter }, answers);
            return;
        }

        if (_places.AddOrUpdate(room.Room, 1, static (_, n) => n + 1) > MostPerRoom)
        {
            End(request, Refused(request, new(AnswerCodes.Busy) { RetryAfter = options.RetryAfter }));
            return;
        }

        _ = CarryOutAsync(room, request);
    }

    private Refusal? Judge(RoomAsk ask, out Courtroom room, out RoomArguments arguments)
    {
        room = null!;
        arguments = null!;
        if (house.Stopping.IsCancellationRequested) return new(AnswerCodes.Busy, "the gateway is stopping") { RetryAfter = options.RetryAfter };
        if (users.Find(ask.Caller) is not { } user) return new(AnswerCodes.NoUser);
        if (user.Until is { } end && end <= time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        if (!Rights.MayAsk(user) || !Rights.MayCommand(user, ask.Room)) return new(AnswerCodes.NoRight, $"{user.Name} may not command this room");
        if (house.Find(ask.Room) is not { } found) return new(AnswerCodes.Unknown, $"there is no room \"{ask.Room}\"");
        room = found;
        if (room.Board.Find(ask.Scene) is null)
        {
            return new(AnswerCodes.NoScene, $"room \"{ask.Room}\" has no scene \"{ask.Scene}\": it has {string.Join(", ", room.Scenes.Select(s => s.Id).Order(StringComparer.Ordinal))}");
        }

        if (RoomArguments.Read(ask.Args, out arguments) is { } badArgument) return badArgument;
        var ttl = ask.Ttl ?? options.DefaultExpiry;
        if (time.GetElapsedTime(ask.Arrived) >= (ttl > options.LongestExpiry ? options.LongestExpiry : ttl)) return new(AnswerCodes.Expired);
        return ask.Scene == NeverTooOften ? null : _turns.Refusal(user);
    }

    private async Task CarryOutAsync(Courtroom room, RoomRequest request)
    {
        Answer final;
        try
        {
            final = await AdmitAsync(request) ?? await DoAsync(room, request);
        }
        catch (OperationCanceledException) when (house.Stopping.IsCancellationRequested)
        {
            final = Refused(request, new(AnswerCodes.Busy, "the gateway is stopping; the next start goes on with the scene or lists what is true"));
        }
        catch (Exception bug)
        {
            // A top loop: whatever a scene throws, its caller gets an end and the room can be asked again.
            var trace = Ulid.Make(time);
            RoomCrashed(log, bug, trace, room.Room);
            final = Refused(request, new(AnswerCodes.Internal, $"{AnswerCodes.Internal.Title}; trace {trace}"));
        }

        await SettleAsync(request, final);
        End(request, final);
    }

    /// <summary>Null when the request may run; else its answer of an earlier time, or why it may not.</summary>
    private async Task<Answer?> AdmitAsync(RoomRequest request)
    {
        var ask = request.Ask;
        var entry = new LedgerEntry(ask.Caller, request.Id, request.Digest, ask.Target, CommandDigest.Canonical(Canonical(request.Arguments)), time.GetUtcNow());
        var admitted = await WithinAsync(request, entry);
        switch (admitted.Admission)
        {
            case Admission.Conflict: return Refused(request, new(AnswerCodes.IdReused));
            case Admission.Settled when admitted.Answer is { } stored:
                request.IsSettled = true;
                return new(true, stored.Stat, stored.Code, stored.Json);
            case Admission.Running: return Refused(request, CommandRecovery.OutcomeUnknown);
            case Admission.Unavailable:
                request.IsSettled = true;
                NotStored(log, ask.Room);
                break;
        }

        request.Hearers.Give(Accepted(request));
        return null;
    }

    private async Task<Admitted> WithinAsync(RoomRequest request, LedgerEntry entry)
    {
        Task<Admitted>? admitting = null;
        try
        {
            admitting = ledger.AdmitAsync(entry, CancellationToken.None).AsTask();
            return await admitting.WaitAsync(options.StoreWithin, time);
        }
        catch (Exception unwell) when (unwell is TimeoutException or StoreUnavailableException)
        {
            if (unwell is TimeoutException) request.Late = (entry, admitting!);
            return new(Admission.Unavailable);
        }
    }

    private async Task<Answer> DoAsync(Courtroom room, RoomRequest request)
    {
        var ask = request.Ask;
        var arguments = request.Arguments;
        if (ask.Act is RoomAct.Preview)
        {
            var plan = room.Preview(ask.Scene, arguments.IsPublic)!;
            return Final(request, AnswerCodes.Verified, "this is what it would do; nothing was sent", json => RunJson.Write(json, "plan"u8, plan));
        }

        var run = new RunRequest(Ulid.Make(time), ask.Scene, house.ActorOf(ask.Caller)!, arguments.Confirmed, arguments.Insist, arguments.IsPublic, arguments.Hearing);
        var answer = ask.Act is RoomAct.RollBack ? await room.RollBackAsync(run, house.Stopping) : await room.RunAsync(run, house.Stopping);
        if (answer.Ended is not { } running) return Refused(request, new(AnswerCodes.OfRoom(answer.Code), answer.Says?.En ?? ""));

        var ended = await running;
        var isWhole = ended.State is RunState.Done || (ended is { State: RunState.RolledBack, IsRollback: true });
        var (code, title) = isWhole ? (AnswerCodes.Verified, AnswerCodes.Verified.Title)
            : (AnswerCodes.Partial, ended.State is RunState.RolledBack ? $"taken back, since {ended.FailedAt} failed" : $"done in part: {ended.FailedAt}");
        return Final(request, code, title, json => RunJson.Write(json, "run"u8, ended));
    }

    private async Task SettleAsync(RoomRequest request, Answer final)
    {
        if (request.Late is { } late) _ = LateAdmission.SettleAsync(late.Admitting, ledger, late.Entry, final, failure => EndNotStored(log, failure, request.Ask.Room));
        if (request.IsSettled || final.Code == AnswerCodes.IdReused.Code) return;
        try
        {
            await ledger.SettleAsync(request.Ask.Caller, request.Id, new(final.Stat, final.Code, final.Json), CancellationToken.None).AsTask().WaitAsync(options.StoreWithin, time);
        }
        catch (Exception broken)
        {
            // As with the router: a store that hangs or fails keeps no caller waiting and no place taken. The next start ends it as unknown.
            EndNotStored(log, broken, request.Ask.Room);
        }
    }

    private void End(RoomRequest request, Answer final)
    {
        request.Hearers.GiveLast(final);
        _running.TryRemove(new((request.Ask.Caller, request.Id), request));
        _places.AddOrUpdate(request.Ask.Room, 0, static (_, n) => n - 1);
    }

    private void Refuse(RoomAsk ask, string id, Refusal refusal, IAnswers answers)
    {
        _refusals.Add(ask.Caller, ask.Target, id, refusal);
        answers.Give(writer.OfRoom(id, SceneOf(ask), true, refusal.Code, refusal.Title, time.GetElapsedTime(ask.Arrived)));
    }

    private Answer Refused(RoomRequest request, Refusal refusal)
    {
        _refusals.Add(request.Ask.Caller, request.Ask.Target, request.Id, refusal);
        return Final(request, refusal.Code, refusal.Title, null);
    }

    private Answer Accepted(RoomRequest request) =>
        writer.OfRoom(request.Id, SceneOf(request.Ask), false, AnswerCodes.Accepted, AnswerCodes.Accepted.Title, time.GetElapsedTime(request.Ask.Arrived));

    private Answer Final(RoomRequest request, AnswerCode code, string title, Action<System.Text.Json.Utf8JsonWriter>? more) =>
        writer.OfRoom(request.Id, SceneOf(request.Ask), true, code, title, time.GetElapsedTime(request.Ask.Arrived), more);

    private static string SceneOf(RoomAsk ask) => string.Create(CultureInfo.InvariantCulture, $"{ask.Room}/$scene/{ask.Scene}");

    private static Arguments Canonical(RoomArguments arguments)
    {
        var all = Arguments.None.With("confirmed", arguments.Confirmed).With("insist", arguments.Insist);
        if (arguments.IsPublic is { } isPublic) all = all.With("public", isPublic);
        return arguments.Hearing is { } hearing ? all.With("hearing", hearing) : all;
    }

    [LoggerMessage(EventId = 2610, Level = LogLevel.Error, Message = "Trace {Trace}: a request for room {Room} failed by an error of ours")]
    private static partial void RoomCrashed(ILogger log, Exception bug, string trace, string room);

    [LoggerMessage(EventId = 2612, Level = LogLevel.Error, Message = "The end of a request for room {Room} could not be stored; its caller is told all the same")]
    private static partial void EndNotStored(ILogger log, Exception broken, string room);

    [LoggerMessage(EventId = 2611, Level = LogLevel.Warning, Message = "A request for room {Room} could not be stored; it was carried out all the same")]
    private static partial void NotStored(ILogger log, string room);
}

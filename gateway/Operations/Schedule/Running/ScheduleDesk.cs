using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Schedule.Rules;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Schedule.Running;

public enum ScheduleAct { Run, Skip, Preview }

/// <summary>A wish about a job, as somebody uttered it.</summary>
/// <param name="Target">The topic levels after the caller, for ledger and digest.</param>
/// <param name="Arrived">Timestamp of the injected clock when it came in.</param>
public sealed record ScheduleAsk(string Caller, string Job, ScheduleAct Act, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
    public IReadOnlyList<RawArgument> Args { get; init; } = [];
}

/// <summary>Takes wishes about jobs: judges who asks, remembers the id, runs, skips or shows, and gives exactly one final answer.</summary>
public sealed partial class ScheduleDesk(
    ScheduleLoop loop, string site, IUserDirectory users, RouterOptions options, AnswerWriter writer, ICommandLedger ledger, IServiceJournal journal, TimeProvider time, ILogger<ScheduleDesk> log)
{
    /// <summary>Requests that may be under way; a job runs one at a time, and refuses the others at once.</summary>
    public const int MostRunning = 32;

    private readonly RefusalRecord _refusals = new(journal, time);
    private readonly ConcurrentDictionary<(string Caller, string Id), string> _running = new();

    public void Ask(ScheduleAsk ask, IAnswers answers)
    {
        var id = ask.Id ?? RequestId.Make(time);
        if (Judge(ask, out var arguments) is { } refusal) Refuse(ask, id, refusal, answers);
        else if (ask.Act is ScheduleAct.Preview) answers.Give(Preview(ask, id, arguments));
        else if (_running.Count >= MostRunning || !_running.TryAdd((ask.Caller, id), ask.Target)) Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = options.RetryAfter }, answers);
        else _ = CarryOutAsync(ask, id, arguments, answers);
    }

    private Refusal? Judge(ScheduleAsk ask, out ScheduleArguments arguments)
    {
        arguments = ScheduleArguments.None;
        if (users.Find(ask.Caller) is not { } user) return new(AnswerCodes.NoUser);
        if (user.Until is { } end && end <= time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        if (ask.Act is ScheduleAct.Preview ? !Rights.MaySeeSite(user) : !Rights.MaySchedule(user)) return new(AnswerCodes.NoRight, $"{user.Name} may not do this with schedules");
        if (loop.Find(ask.Job) is null) return new(AnswerCodes.Unknown, $"there is no schedule \"{ask.Job}\": known are {string.Join(", ", loop.Jobs.Select(j => j.Id).Order(StringComparer.Ordinal))}");
        if (ScheduleArguments.Read(ask.Act, ask.Args, out arguments) is { } bad) return bad;
        var ttl = ask.Ttl ?? options.DefaultExpiry;
        return time.GetElapsedTime(ask.Arrived) >= (ttl > options.LongestExpiry ? options.LongestExpiry : ttl) ? new(AnswerCodes.Expired) : null;
    }

    private async Task CarryOutAsync(ScheduleAsk ask, string id, ScheduleArguments arguments, IAnswers answers)
    {
        Answer final;
        var isAdmitted = false;
        try
        {
            var canonical = CommandDigest.Canonical(arguments.Canonical);
            var admitted = await ledger.AdmitAsync(new(ask.Caller, id, CommandDigest.Of(ask.Target, canonical), ask.Target, canonical, time.GetUtcNow()), CancellationToken.None).AsTask().WaitAsync(options.StoreWithin, time);
            isAdmitted = admitted.Admission is Admission.New;
            final = admitted.Admission switch
            {
                Admission.New => await DoAsync(ask, id, arguments, answers),
                Admission.Settled when admitted.Answer is { } stored => new(true, stored.Stat, stored.Code, stored.Json),
                Admission.Conflict => Refused(ask, id, new(AnswerCodes.IdReused)),
                Admission.Unavailable => Refused(ask, id, new(AnswerCodes.NoStore)),
                _ => Refused(ask, id, CommandRecovery.OutcomeUnknown),
            };
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            final = Refused(ask, id, new(AnswerCodes.NoStore));
        }
        catch (Exception bug)
        {
            // A top loop: whatever a job throws, its caller gets an end.
            var trace = Ulid.Make(time);
            Crashed(log, bug, trace, ask.Job);
            final = Refused(ask, id, new(AnswerCodes.Internal, $"{AnswerCodes.Internal.Title}; trace {trace}"));
        }

        if (isAdmitted) await SettleAsync(ask, id, final);
        _running.TryRemove((ask.Caller, id), out _);
        answers.Give(final);
    }

    private async Task<Answer> DoAsync(ScheduleAsk ask, string id, ScheduleArguments arguments, IAnswers answers)
    {
        answers.Give(Write(ask, id, final: false, AnswerCodes.Accepted, AnswerCodes.Accepted.Title, null));
        if (ask.Act is ScheduleAct.Skip)
        {
            return await loop.SkipAsync(ask.Job, ask.Caller, arguments.Reason, CancellationToken.None) is { } skipped
                ? Write(ask, id, final: true, AnswerCodes.Verified, $"skipped: {skipped.Date:yyyy-MM-dd}", json => ScheduleJson.Write(json, "decision"u8, skipped))
                : Refused(ask, id, new(AnswerCodes.NotNow, "nothing is due within a year"));
        }

        if (await loop.RunAsync(ask.Job, ask.Caller, CancellationToken.None) is not { } running) return Refused(ask, id, new(AnswerCodes.Busy, "a room of this job is busy with another job") { RetryAfter = options.RetryAfter });
        var row = await running;
        var code = row.State switch
        {
            DecisionState.Done => AnswerCodes.Verified,
            DecisionState.Deferred => AnswerCodes.Deferred,
            DecisionState.Asked => AnswerCodes.Unconfirmed,
            DecisionState.Started => AnswerCodes.Busy,
            DecisionState.Refused => AnswerCodes.Unknown,
            _ => AnswerCodes.Partial,
        };
        if (row.Code is { } own) code = AnswerCodes.OfRoom(own);
        return Write(ask, id, final: true, code, row.State is DecisionState.Started ? "the gateway is stopping; the next start goes on" : row.Says.En, json => ScheduleJson.Write(json, "decision"u8, row));
    }

    private Answer Preview(ScheduleAsk ask, string id, ScheduleArguments arguments)
    {
        var from = arguments.From ?? loop.Clock.DateOf(time.GetUtcNow());
        var all = loop.Preview(ask.Job, from, arguments.Days);
        var shown = all.Take(ScheduleJson.MostShown).ToList();
        return Write(ask, id, final: true, AnswerCodes.Verified, "this is what is due; nothing was done", json =>
        {
            ScheduleJson.Write(json, "preview"u8, shown, loop.Calendar.Current);
            if (all.Count > shown.Count) json.WriteNumber("leftOut"u8, all.Count - shown.Count);
            if (arguments.IsFile) json.WriteString("ics"u8, EventFile.Write(EventFile.Of(site, shown), time.GetUtcNow()));
        });
    }

    private async Task SettleAsync(ScheduleAsk ask, string id, Answer final)
    {
        try { await ledger.SettleAsync(ask.Caller, id, new(final.Stat, final.Code, final.Json), CancellationToken.None).AsTask().WaitAsync(options.StoreWithin, time); }
        catch (Exception broken)
        {
            // As with the router: a store that hangs or fails keeps no caller waiting. The next start ends it as unknown.
            EndNotStored(log, broken, ask.Job);
        }
    }

    private void Refuse(ScheduleAsk ask, string id, Refusal refusal, IAnswers answers) => answers.Give(Refused(ask, id, refusal));

    private Answer Refused(ScheduleAsk ask, string id, Refusal refusal)
    {
        _refusals.Add(ask.Caller, ask.Target, id, refusal);
        return Write(ask, id, final: true, refusal.Code, refusal.Title, json =>
        {
            if (refusal.RetryAfter is { } after) json.WriteNumber("retryAfterMs"u8, (long)after.TotalMilliseconds);
        });
    }

    private Answer Write(ScheduleAsk ask, string id, bool final, AnswerCode code, string title, Action<Utf8JsonWriter>? more) =>
        writer.OfSite(id, "schedule", $"$schedule/{ask.Job}", final, code, title, time.GetElapsedTime(ask.Arrived), more);

    [LoggerMessage(EventId = 2720, Level = LogLevel.Error, Message = "Trace {Trace}: a request for schedule {Job} failed by an error of ours")]
    private static partial void Crashed(ILogger log, Exception bug, string trace, string job);

    [LoggerMessage(EventId = 2721, Level = LogLevel.Error, Message = "The end of a request for schedule {Job} could not be stored; its caller is told all the same")]
    private static partial void EndNotStored(ILogger log, Exception broken, string job);
}

/// <summary>The arguments of a request about a job.</summary>
/// <param name="IsFile">The preview as an iCalendar file as well.</param>
internal sealed record ScheduleArguments(string? Reason, DateOnly? From, int Days, bool IsFile)
{
    public static readonly ScheduleArguments None = new(null, null, 90, false);

    private const int LongestReason = 200;

    public Arguments Canonical => Reason is null ? Arguments.None : Arguments.None.With("reason", Reason);

    public static Refusal? Read(ScheduleAct act, IReadOnlyList<RawArgument> raw, out ScheduleArguments arguments)
    {
        arguments = None;
        foreach (var argument in raw)
        {
            switch (argument.Name)
            {
                case "reason" when act is ScheduleAct.Skip && argument is { Shape: ArgumentShape.Scalar, Value.Kind: Devices.ValueKind.Text } && argument.Value.Text is { Length: > 0 and <= LongestReason } text && !text.Any(char.IsControl):
                    arguments = arguments with { Reason = text };
                    break;
                case "days" when act is ScheduleAct.Preview && argument is { Value.Kind: Devices.ValueKind.Integer, Value.Integer: >= 1 and <= ScheduleLoop.MostDays }:
                    arguments = arguments with { Days = (int)argument.Value.Integer };
                    break;
                case "ics" when act is ScheduleAct.Preview && argument is { Value.Kind: Devices.ValueKind.Flag }:
                    arguments = arguments with { IsFile = argument.Value.Flag };
                    break;
                case "from" when act is ScheduleAct.Preview && argument is { Shape: ArgumentShape.Scalar, Value.Kind: Devices.ValueKind.Text }
                    && DateOnly.TryParseExact(argument.Value.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from) && from.Year is > 2000 and < 2097:
                    arguments = arguments with { From = from };
                    break;
                default:
                    return new(AnswerCodes.BadArgument, act switch
                    {
                        ScheduleAct.Skip => $"\"{SafeText.Shown(argument.Name)}\": known is reason (a text of at most {LongestReason} characters)",
                        ScheduleAct.Preview => $"\"{SafeText.Shown(argument.Name)}\": known are from (2026-10-10), days (1 to {ScheduleLoop.MostDays}) and ics (true or false)",
                        _ => $"\"{SafeText.Shown(argument.Name)}\": run has no arguments",
                    });
            }
        }

        return null;
    }
}

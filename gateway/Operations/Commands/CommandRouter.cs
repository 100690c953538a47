using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Operations.Journal;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Commands;

/// <summary>
/// Takes wishes from MQTT, from the command line and from scenes alike: judges them, records them durably, hands them to their devices in the
/// order in which they came, and gives every one exactly one final answer. Safe from any thread; never waits.
/// </summary>
public sealed partial class CommandRouter : IDisposable
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    private readonly RouterOptions _options;
    private readonly CommandGate _gate;
    private readonly AnswerWriter _writer;
    private readonly ICommandLedger _ledger;
    private readonly CommandJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger<CommandRouter> _log;
    private readonly ConcurrentDictionary<(string Caller, string Id), CommandRun> _running = new();
    private readonly ConcurrentDictionary<DeviceId, DeviceLane> _lanes = new();
    private readonly ConcurrentDictionary<string, CallerTurns> _turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CallerShare> _shares = new(StringComparer.Ordinal);
    private readonly Action<CommandRun> _begin;
    private readonly CancellationTokenSource _withdrawn = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _watch;
    private int _places;
    private bool _isClosing;

    public CommandRouter(
        RouterOptions options, CommandGate gate, AnswerWriter writer, ICommandLedger ledger, IServiceJournal journal, TimeProvider time, ILogger<CommandRouter> log)
    {
        _options = options;
        _gate = gate;
        _writer = writer;
        _ledger = ledger;
        _journal = new(journal, time);
        _time = time;
        _log = log;
        _begin = Begin;
        _watch = time.CreateTimer(static router => ((CommandRouter)router!).Watch(), this, WatchEvery, WatchEvery);
    }

    /// <summary>Commands that were taken and have no final answer yet.</summary>
    public int Running => Volatile.Read(ref _places);

    /// <summary>Carries out a wish or refuses it; <paramref name="answers"/> hears everything from here on.</summary>
    public void Ask(CommandAsk ask, IAnswers answers)
    {
        var id = ask.Id ?? RequestId.Make(_time);
        var deadline = DeadlineOf(ask);
        if (Judge(ask, deadline, out var judged) is { } refusal)
        {
            Refuse(ask, id, refusal, answers);
            return;
        }

        var canonical = CommandDigest.Canonical(judged.Asked);
        var digest = CommandDigest.Of(ask.Target, canonical);
        if (_running.TryGetValue((ask.Caller, id), out var known))
        {
            Repeat(known, ask, digest, answers);
            return;
        }

        if (!TryTakePlace(ask, out var lane, out var share))
        {
            Refuse(ask, id, new(AnswerCodes.Busy) { RetryAfter = _options.RetryAfter }, answers);
            return;
        }

        var request = new CommandRequest(id, judged.Verb.Name, judged.Args, deadline, ask.Caller);
        var run = new CommandRun(ask, request, judged, digest, lane, share, _writer, _time);
        run.TryListen(answers);
        if (!_running.TryAdd(run.Key, run))
        {
            FreePlace(run);
            Ask(ask, answers);
            return;
        }

        lane.QueueUp(run);
        _ = AdmitAsync(run, new(ask.Caller, id, digest, ask.Target, canonical, _time.GetUtcNow()) { Record = _journal.Accepted(run) });
    }

    /// <summary>Takes nothing more, takes back what was not sent, and waits for what was.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        Volatile.Write(ref _isClosing, true);
        await _withdrawn.CancelAsync();
        if (Running == 0) _drained.TrySetResult();
        await _drained.Task.WaitAsync(cancellation);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _withdrawn.Dispose();
    }

    private Refusal? Judge(CommandAsk ask, Deadline deadline, out JudgedCommand judged)
    {
        judged = null!;
        if (Volatile.Read(ref _isClosing)) return new(AnswerCodes.Busy, "the gateway is stopping") { RetryAfter = _options.RetryAfter };
        if (_gate.Judge(ask, out judged) is { } refusal) return refusal;
        if (deadline.HasPassed(_time)) return new(AnswerCodes.Expired);

        // The name passed the gate, so the map cannot grow beyond the gateway's own users.
        var turns = _turns.GetOrAdd(ask.Caller, static (_, time) => new(time), _time);
        var rate = _gate.IsService(ask.Caller) ? _options.ServiceRate : _options.RoomRate;
        return turns.TryTake(rate, out var wait) ? null : new(AnswerCodes.Busy, "too many requests in a short time") { RetryAfter = wait };
    }

    private Deadline DeadlineOf(CommandAsk ask)
    {
        var ttl = ask.Ttl ?? _options.DefaultExpiry;
        if (ttl > _options.LongestExpiry) ttl = _options.LongestExpiry;
        return new(ask.Arrived + (long)(ttl.TotalSeconds * _time.TimestampFrequency));
    }

    private void Refuse(CommandAsk ask, string id, Refusal refusal, IAnswers answers)
    {
        _journal.Refused(ask, id, refusal);
        answers.Give(_writer.Refused(id, ask.Device, refusal, _time.GetElapsedTime(ask.Arrived)));
    }

    private void Repeat(CommandRun known, CommandAsk ask, string digest, IAnswers answers)
    {
        if (known.Digest != digest) Refuse(ask, known.Request.Id, new(AnswerCodes.IdReused), answers);
        else if (!known.TryListen(answers)) Refuse(ask, known.Request.Id, new(AnswerCodes.Busy) { RetryAfter = _options.RetryAfter }, answers);
    }

    private bool TryTakePlace(CommandAsk ask, out DeviceLane lane, out CallerShare share)
    {
        // Both names passed the gate, so neither map can grow beyond the site's own devices and users.
        lane = _lanes.GetOrAdd(ask.Device, static _ => new());
        share = _shares.GetOrAdd(ask.Caller, static _ => new());
        if (Interlocked.Increment(ref _places) <= _options.Most)
        {
            if (share.TryEnter(_options.MostPerCaller))
            {
                if (lane.TryEnter(_options.MostPerDevice)) return true;
                share.Leave();
            }
        }

        LeavePlace();
        return false;
    }

    private void FreePlace(CommandRun run)
    {
        run.Lane.Leave(run.WasBegun);
        run.Share.Leave();
        LeavePlace();
    }

    private void LeavePlace()
    {
        if (Interlocked.Decrement(ref _places) == 0 && Volatile.Read(ref _isClosing)) _drained.TrySetResult();
    }

    private async Task AdmitAsync(CommandRun run, LedgerEntry entry)
    {
        var admitted = new Admitted(Admission.Unavailable);
        try
        {
            admitted = await _ledger.AdmitAsync(entry, CancellationToken.None);
        }
        catch (Exception broken)
        {
            // A top loop: whatever a broken store throws, the caller still gets an answer.
            LedgerFailed(_log, broken, run.Request.Id);
        }

        run.Admit(admitted);
        run.Lane.Drain(_begin);

        // The watch gave up on the store and told the caller that nothing was sent: what came to be stored after all must say the same.
        if (!run.WasBegun && run.IsDecided && admitted.Admission is Admission.New) await SettleAsync(run);
    }

    private void Begin(CommandRun run)
    {
        switch (run.Admitted.Admission)
        {
            case Admission.New:
                if (run.TryBegin()) Start(run);
                break;
            case Admission.Settled when run.Admitted.Answer is { } stored:
                if (run.TryDecideEarly(new(true, stored.Stat, stored.Code, stored.Json))) Deliver(run);
                break;
            case Admission.Conflict:
                RefuseEarly(run, new(AnswerCodes.IdReused));
                break;
            case Admission.Running:
                // Taken by an earlier run that could not store its end: what became of it is not known any more.
                RefuseEarly(run, CommandRecovery.OutcomeUnknown);
                _ = SettleAsync(run);
                break;
            default:
                RefuseEarly(run, new(AnswerCodes.NoStore));
                break;
        }
    }

    private void RefuseEarly(CommandRun run, Refusal refusal)
    {
        if (!run.TryDecideEarly(_writer.Refused(run.Request.Id, run.Device.Id, refusal, run.Elapsed))) return;
        _journal.Refused(run.Ask, run.Request.Id, refusal);
        Deliver(run);
    }

    private void Start(CommandRun run)
    {
        var ahead = run.Lane.Advance();
        if (run.Request.Deadline.HasPassed(_time))
        {
            _ = EndAsync(run, new(CommandOutcome.Expired));
            return;
        }

        run.Accept(ahead);
        _ = CarryOutAsync(run);
    }

    private async Task CarryOutAsync(CommandRun run)
    {
        CommandResult result;
        try
        {
            result = await run.Device.AskAsync(run.Request, run, _withdrawn.Token);
        }
        catch (Exception bug)
        {
            // A device promises not to throw; a promise broken must not leave a caller without its answer.
            DeviceThrew(_log, bug, run.Device.Id, run.Request.Id);
            result = new(CommandOutcome.Crashed, bug.Message);
        }

        await EndAsync(run, result);
    }

    private async Task EndAsync(CommandRun run, CommandResult result)
    {
        var code = ResultTable.CodeOf(result, run.Device.Status.State);
        var title = code == AnswerCodes.Internal ? TraceBug(run, result) : ResultTable.TitleOf(code, result);
        var details = new FinalDetails(run.Elapsed, result.Attempts, result.Reported, result.Fault, code == AnswerCodes.Busy ? _options.RetryAfter : null);
        if (!run.TryDecide(_writer.Final(run.Request.Id, run.Device.Id, code, title, result.Retryable || code.Retryable, details), result.Attempts)) return;

        // Stored before it is given: else a crash between the two would let the next start give a second, different end.
        await SettleAsync(run);
        Deliver(run);
    }

    private async Task SettleAsync(CommandRun run)
    {
        try
        {
            var final = run.Final;
            var stored = new SettledAnswer(final.Stat, final.Code, final.Json) { Record = _journal.Ended(run) };
            await _ledger.SettleAsync(run.Ask.Caller, run.Request.Id, stored, CancellationToken.None);
        }
        catch (Exception broken)
        {
            // As with admission: the caller's answer does not depend on the store being well.
            LedgerFailed(_log, broken, run.Request.Id);
        }
    }

    private void Deliver(CommandRun run)
    {
        if (!run.TryGiveFinal()) return;
        _running.TryRemove(new(run.Key, run));
        FreePlace(run);
    }

    private Wording TraceBug(CommandRun run, CommandResult result)
    {
        var trace = Ulid.Make(_time);
        CommandCrashed(_log, trace, run.Device.Id, run.Request.Id, result.Reason ?? "");
        return new($"{AnswerCodes.Internal.Zh}，追踪号 {trace}", $"{AnswerCodes.Internal.Title}; trace {trace}");
    }

    /// <summary>Nothing is waited for without end: not the store, and not a device that forgot a command.</summary>
    private void Watch()
    {
        foreach (var run in _running.Values)
        {
            if (run.IsDecided)
            {
                if (_time.GetElapsedTime(run.DecidedAt) >= _options.StoreWithin) Deliver(run);
            }
            else if (run.IsAdmitting && !run.IsReady)
            {
                if (run.Elapsed < _options.StoreWithin) continue;
                RefuseEarly(run, new(AnswerCodes.NoStore));
                run.Lane.Drain(_begin);
            }
            else if (!run.IsAdmitting && run.Request.Deadline.HasPassed(_time) && Overdue(run) >= _options.DeviceGrace)
            {
                _ = EndAsync(run, new(CommandOutcome.Crashed, "the device did not end the command by its deadline"));
            }
        }
    }

    private TimeSpan Overdue(CommandRun run) => _time.GetElapsedTime(run.Request.Deadline.Timestamp);
}

using AvGateway.Operations.Durable;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Escalation.Silences;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation;

/// <summary>
/// Who is told of which fault, and when: one case a fault, one lane a receiver. Synchronous and without a clock of its own, like the board of
/// faults whose looks it follows; whoever owns it serialises and stores. Timers of rungs run by the monotonic clock, so that a step of the clock
/// on the wall neither loses nor doubles one.
/// </summary>
public sealed partial class EscalationBoard(EscalationRules rules, TimeProvider time)
{
    private const string CaseKind = "escalation";
    private const string SilenceKind = "silence";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, CaseRun> _cases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Silence> _silences = new(StringComparer.Ordinal);
    private readonly HashSet<string> _silencesChanged = new(StringComparer.Ordinal);
    private readonly List<JournalEntry> _rows = [];
    private readonly List<FaultChange> _said = [];
    private readonly List<(string Fault, int Revision)> _reports = [];
    private readonly NoticeOutbox _outbox = new(rules.Outbox, time);
    private readonly NoticeText _text = new(rules.Kinds, rules.Zone, rules.ReleasedOf);

    public EscalationRules Rules => rules;

    /// <summary>Messages that wait or are dead, in their order.</summary>
    public IEnumerable<OutboxNotice> Notices => _outbox.All;

    public IEnumerable<Silence> Silences => _silences.Values.OrderBy(s => s.Until);

    public EscalationCase? CaseOf(string fault) => _cases.GetValueOrDefault(fault)?.Case;

    /// <summary>How long a receiver is left alone after a failure.</summary>
    public TimeSpan HeldFor(OutboxNotice notice) => _outbox.HeldFor(notice.Lane);

    public bool HasToWrite => _outbox.HasChanged || _ended.Count > 0 || _silencesChanged.Count > 0 || _rows.Count > 0 || _cases.Values.Any(c => c.IsChanged);

    /// <summary>Takes up what an earlier process left.</summary>
    /// <exception cref="System.Text.Json.JsonException">A stored text is damaged.</exception>
    public async Task RestoreAsync(IStateTable state, CancellationToken cancellation)
    {
        foreach (var document in await state.LoadAllAsync(CaseKind, cancellation))
        {
            var run = new CaseRun(EscalationJson.Read<EscalationCase>(document.Json), time);
            run.Resume();
            _cases[run.Case.Fault] = run;
        }

        foreach (var document in await state.LoadAllAsync(SilenceKind, cancellation)) _silences[document.Key] = EscalationJson.Read<Silence>(document.Json);
        _outbox.Restore((await state.LoadAllAsync(NoticeOutbox.Kind, cancellation)).Select(d => EscalationJson.Read<OutboxNotice>(d.Json)));
    }

    /// <summary>When to look again if nothing happens before.</summary>
    public TimeSpan NextLook
    {
        get
        {
            if (_outbox.HasEnds) return TimeSpan.Zero;
            var now = time.GetUtcNow();
            var soonest = LookEvery;
            void Sooner(TimeSpan? left)
            {
                if (left is { } span && span < soonest) soonest = span > TimeSpan.Zero ? span : TimeSpan.Zero;
            }

            Sooner(_outbox.Next is { } next ? next > TimeSpan.Zero ? next : null : null);
            foreach (var run in _cases.Values)
            {
                Sooner(run.Left);
                Sooner(run.NextMark - now);
                if (!run.Case.Waiting.IsEmpty) Sooner(_gatesLeft);
            }

            foreach (var silence in _silences.Values) Sooner(silence.IsActive(now) ? silence.Until - now : silence.From - now);
            return soonest;
        }
    }

    /// <summary>Decides, and gives the lines that it added to faults.</summary>
    public IReadOnlyList<FaultChange> Look(FaultBoard board)
    {
        _said.Clear();
        foreach (var failing in _outbox.TakeEnds()) GoAround(failing);
        EndSilences();
        foreach (var fault in board.Faults.Where(f => !f.IsClosed && !_cases.ContainsKey(f.Id)).ToList()) Begin(fault);
        foreach (var run in _cases.Values.ToList()) LookAt(board, run);
        HandReports(board);
        Compose(board);
        var dead = _outbox.Dead;
        board.Tell(new(FaultKinds.GatewaySubject, FaultKinds.Undelivered), dead > 0, dead > 0 ? new($"{dead} 条通知未能送达", $"{dead} notices could not be delivered") : null);
        return [.. _said];
    }

    /// <summary>The messages that are to be delivered now. Only after they were stored.</summary>
    public IReadOnlyList<ReadyNotice> TakeReady()
    {
        var today = rules.DateOf(time.GetUtcNow());
        var ready = new List<ReadyNotice>();
        foreach (var notice in _outbox.TakeReady())
        {
            // Nothing goes to an address that the book does not hold today, whatever it held when the message was made.
            var way = rules.Parties.Contact(notice.Contact)?.On(today).FirstOrDefault(w => w.Channel == notice.Channel);
            if (way is null) _outbox.Ended(notice.Key, new(DeliveryOutcome.Refused, "not in the contact book today"));
            else ready.Add(new(notice, way.Address));
        }

        return ready;
    }

    /// <summary>How a delivery ended; from any thread, counts at the next look.</summary>
    public void Ended(string key, Delivery delivery) => _outbox.Ended(key, delivery);

    public void Write(StoreBatch batch)
    {
        foreach (var run in _cases.Values.Where(c => c.IsChanged)) batch.Put(CaseKind, run.Case.Fault, EscalationJson.Write(run.Case));
        foreach (var fault in _ended) batch.Delete(CaseKind, fault);
        foreach (var id in _silencesChanged)
        {
            if (_silences.TryGetValue(id, out var silence)) batch.Put(SilenceKind, id, EscalationJson.Write(silence));
            else batch.Delete(SilenceKind, id);
        }

        foreach (var row in _rows) batch.Record(row);
        _outbox.Write(batch);
    }

    public void Written()
    {
        foreach (var run in _cases.Values) run.IsChanged = false;
        _ended.Clear();
        _silencesChanged.Clear();
        _rows.Clear();
        _outbox.Written();
    }

    private void Say(FaultBoard board, Fault fault, string word, string text) => _said.Add(board.Say(fault, word, text));

    private void Say(FaultBoard board, Fault fault, string word, Wording says) => _said.Add(board.Say(fault, word, says));

    private void Record(string kind, string subject, string by, string details) => _rows.Add(new(time.GetUtcNow(), kind, subject, by, details));
}

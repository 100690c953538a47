using System.Globalization;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Lines;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Faults;

/// <summary>A fault after a change, with the line that tells it.</summary>
public sealed record FaultChange(Fault Fault, FaultLine Line);

/// <summary>What the board decides by.</summary>
public sealed record FaultRules(FaultKinds Kinds, SiteGraph Graph, IRoomUse Rooms, TimeZoneInfo Zone)
{
    /// <summary>A symptom must stay away for this long before the fault counts as recovered; a carrier's line longer.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan LineStableFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After a cause is gone, what it hid has this long to come back by itself.</summary>
    public TimeSpan HoldDown { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>When a restored fault that nobody closed is closed: the third workday after (R36).</summary>
    public Func<DateTimeOffset, DateTimeOffset> ClosesBy { get; init; } = static at => at.AddDays(3);

    /// <summary>What nobody objects to is closed after so many workdays, and as many are given to ask how it went.</summary>
    public const int WorkdaysAfter = 3;

    /// <summary>By when whom a closed fault had hit is asked how it went (R36).</summary>
    public Func<DateTimeOffset, DateTimeOffset> FollowUpBy { get; init; } = static at => at.AddDays(3);

    /// <summary>Branches with fewer devices are never taken for a cause: one silent device is a silent device.</summary>
    public int LeastDevices { get; init; } = 2;

    /// <summary>Whether a device is away on purpose: switched off by a power run, or in maintenance. Then its silence is no fault.</summary>
    public Func<string, bool> IsPlannedAway { get; init; } = static _ => false;

    /// <summary>A visit needs the superior court's word first.</summary>
    public bool NeedsDispatch { get; init; }

    /// <summary>Who answers for what a code speaks of; null: whoever keeps the branch that it is on.</summary>
    public Func<string, string?> PartyOf { get; init; } = static _ => null;

    /// <summary>Whose trouble a line has now; null for one that nobody watches, or that is well.</summary>
    public Func<string, LineVerdict?> VerdictOf { get; init; } = static _ => null;

    /// <summary>When a watched line was last seen to be well.</summary>
    public Func<string, DateTimeOffset?> LastWell { get; init; } = static _ => null;

    /// <summary>A closed fault that comes again within this time is told as a repeat.</summary>
    public TimeSpan RepeatWithin { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>
/// All faults of a site. Symptoms come and go; the board waits, explains one by another, and keeps one fault for what belongs together.
/// Synchronous and without a clock of its own: whoever owns it serialises, calls <see cref="Look"/> when <see cref="Tell"/> was called and when
/// <see cref="NextLook"/> has passed, and stores what it returns.
/// </summary>
public sealed partial class FaultBoard(FaultRules rules, TimeProvider time)
{
    /// <summary>More open faults than a site has things that can fail would be a fault of ours.</summary>
    public const int MostFaults = 10_000;

    private const string Planned = "planned";

    // Whoever was not asked a month after that will not be; the service record says so.
    private static readonly TimeSpan GivenUp = TimeSpan.FromDays(30);

    private static readonly TimeSpan RateEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhileMoving = TimeSpan.FromSeconds(1);

    private readonly Dictionary<SymptomKey, Symptom> _symptoms = [];
    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dark = new(StringComparer.Ordinal);
    private readonly List<FaultChange> _changes = [];
    private readonly List<string> _dropped = [];
    private Dictionary<int, int> _numbers = [];

    /// <summary>Every fault that is not closed, and the closed ones that may still be taken up again.</summary>
    public IReadOnlyCollection<Fault> Faults => _faults.Values;

    public Fault? Find(string id) => _faults.GetValueOrDefault(id);

    public FaultRules Rules => rules;

    /// <summary>Last number given, by year: to be stored with every opened fault.</summary>
    public IReadOnlyDictionary<int, int> Numbers => _numbers;

    /// <summary>When to look again if nothing is told before.</summary>
    public TimeSpan NextLook =>
        _symptoms.Values.Any(s => s.IsPresent ? s.Fault is null && s.HiddenBy is null : s.Fault is not null || s.HiddenBy is not null) ? WhileMoving : RateEvery;

    /// <summary>Takes up what an earlier process left. A symptom of an open fault is taken for present until it was looked at.</summary>
    public void Restore(IEnumerable<Fault> kept, IReadOnlyDictionary<int, int> numbers)
    {
        _numbers = numbers.ToDictionary();
        foreach (var fault in kept)
        {
            _faults[fault.Id] = fault;
            if (fault.IsClosed) continue;
            var symptom = SymptomOf(new(fault.Subject, fault.Code));
            symptom.Fault = fault.Id;
            symptom.Tell(fault.IsPresent, fault.Detail);
            symptom.Returns = 0;
            if (rules.Graph.Find(fault.Subject) is { } branch && fault.IsPresent && fault.Code == FaultKinds.OfBranch(branch.Kind)) _dark.Add(branch.Id);
        }
    }

    /// <summary>A symptom came (again) or went. Cheap; <see cref="Look"/> decides what it means.</summary>
    /// <param name="rated">How grave it is; counts for kinds that are of the site.</param>
    public void Tell(SymptomKey key, bool isPresent, Wording? detail = null, Severity? rated = null)
    {
        if (!isPresent && !_symptoms.ContainsKey(key)) return;
        var symptom = SymptomOf(key);
        symptom.Tell(isPresent, detail);
        symptom.Rated = rated ?? symptom.Rated;
    }

    /// <summary>Codes that are known of a subject, present or not; whoever re-reads a subject whole tells each of them anew.</summary>
    public IReadOnlyCollection<string> CodesOf(string subject) => [.. _symptoms.Keys.Where(k => k.Subject == subject).Select(k => k.Code)];

    /// <summary>Takes the closed faults that are too old to be taken up again; the service record has them still.</summary>
    public IReadOnlyList<string> TakeDropped()
    {
        string[] dropped = [.. _dropped];
        _dropped.Clear();
        return dropped;
    }

    /// <summary>Decides, and returns what changed, in order.</summary>
    public IReadOnlyList<FaultChange> Look()
    {
        _changes.Clear();
        LookAtBranches();
        foreach (var symptom in _symptoms.Values.Where(s => s.IsPresent).OrderBy(s => s.ChangedAt).ThenBy(s => s.Key.Subject, StringComparer.Ordinal).ToList()) LookAtPresent(symptom);
        foreach (var fault in _faults.Values.Where(f => !f.IsClosed).ToList()) LookAtFault(fault);
        foreach (var forgotten in _symptoms.Values.Where(s => !s.IsPresent && s.Fault is null && s.HiddenBy is null && s.Flaps.IsQuiet).ToList()) _symptoms.Remove(forgotten.Key);
        DropOld();
        return [.. _changes];
    }

    private void LookAtPresent(Symptom symptom)
    {
        symptom.Flaps.Look();
        var explanation = ExplanationOf(symptom);
        if (explanation is null && symptom.HiddenBy is not null) symptom.UnhiddenAt = time.GetTimestamp();
        symptom.HiddenBy = explanation;
        if (symptom.Fault is not null || explanation is not null) return;
        var kind = rules.Kinds.Of(symptom.Key.Code);
        var wait = symptom.UnhiddenAt is null ? kind.VisibleAfter : kind.VisibleAfter > rules.HoldDown ? kind.VisibleAfter : rules.HoldDown;
        if (symptom.Lasted < wait && !symptom.Flaps.IsFlapping) return;
        if (_faults.Count < MostFaults) Open(symptom);
    }

    private string Open(Symptom symptom, FaultReporter? reporter = null)
    {
        var now = time.GetUtcNow();
        var branch = rules.Graph.Find(symptom.Key.Subject);
        var kind = rules.Kinds.Of(symptom.Key.Code);
        var verdict = FaultKinds.IsOfLine(symptom.Key.Code) ? rules.VerdictOf(symptom.Key.Subject) : null;
        var room = symptom.Key.Room ?? (branch is null && !symptom.Key.IsOfSite && !kind.IsOfSite ? symptom.Key.Subject : null);
        var fault = new Fault(NewId(now), symptom.Key.Code, symptom.Key.Subject, symptom.Since, now)
        {
            Severity = kind.IsOfSite && symptom.Rated is { } rated ? rated : kind.Rule.In(rules.Rooms.Of(room)),
            Room = room,
            Detail = symptom.Detail ?? (branch?.Circuit is { } circuit ? FaultTexts.Circuit(circuit) : null),
            Affected = branch is null ? [] : rules.Graph.DevicesOn(branch.Id),
            Owner = rules.PartyOf(symptom.Key.Code) ?? (verdict is null or { Side: LineSide.Carrier } ? branch?.Party : null),
            Verdict = verdict,
            Circuit = branch?.Circuit,
            LastGood = branch is null ? null : LastGoodOf(branch.Id) ?? rules.LastWell(branch.Id),
            Reporters = reporter is null ? [] : [reporter],
        };
        fault = fault with { Terms = [new(fault.Severity, now)] };
        var repeated = _faults.Values.Where(f => f.IsClosed && f.Subject == fault.Subject && f.Code == fault.Code && now - f.ClosedAt <= rules.RepeatWithin).MaxBy(f => f.ClosedAt);
        if (repeated is not null) fault = fault with { Reopens = repeated.Id };
        symptom.Fault = fault.Id;
        symptom.UnhiddenAt = null;
        Put(fault, now, FaultWords.Opened, repeated is null ? null : new Wording($"与 {repeated.Id} 重复", $"repeats {repeated.Id}"));
        if (repeated is not null) Put(repeated with { ReopenedAs = fault.Id }, now, FaultWords.Reopened, FaultTexts.As(fault.Id));
        if (branch is not null && fault.Code is not FaultKinds.LineDegraded) ExplainBy(fault);
        return fault.Id;
    }

    private void LookAtFault(Fault fault)
    {
        var now = time.GetUtcNow();
        var symptom = SymptomOf(new(fault.Subject, fault.Code));
        symptom.Flaps.Look();
        if (symptom.Returns > 0)
        {
            fault = fault with { Times = fault.Times + symptom.Returns, IsPresent = true, Detail = symptom.Detail ?? fault.Detail };
            symptom.Returns = 0;
            if (fault.RecoveredAt is { } away)
                fault = fault with { RecoveredAt = null, Pauses = fault.Pauses.Add(new(PauseReason.Recovered, "measured", "gateway", away, symptom.Since)) };
            fault = Move(fault, FaultMove.Relapsed, now, symptom.Flaps.IsFlapping || fault.IsFlapping ? null : FaultWords.Relapsed);
        }

        if (symptom.Flaps.IsFlapping != fault.IsFlapping)
            fault = Put(fault with { IsFlapping = symptom.Flaps.IsFlapping }, now, symptom.Flaps.IsFlapping ? FaultWords.FlappingBegan : FaultWords.FlappingEnded);

        if (fault.CausedBy is { } cause && (!_faults.TryGetValue(cause, out var causing) || causing.IsClosed || causing.Step is FaultStep.Restored or FaultStep.Solved))
            fault = Put(fault with { CausedBy = null }, now, FaultWords.Unexplained, cause);

        if (symptom.IsPresent && FaultKinds.IsOfLine(fault.Code) && rules.VerdictOf(fault.Subject) is { } verdict) fault = Judge(fault, symptom, verdict, now);

        var stable = FaultKinds.IsOfLine(fault.Code) ? rules.LineStableFor : rules.StableFor;
        if (!symptom.IsPresent && !fault.IsFlapping && fault.Step is not (FaultStep.Restored or FaultStep.Solved) && symptom.Lasted >= stable)
            fault = Move(fault with { IsPresent = false, RecoveredAt = symptom.Since }, FaultMove.Recovered, now, FaultWords.Recovered);

        fault = EndHearingPause(fault, now);
        Rate(fault, now);
        if (fault.Step is FaultStep.Restored or FaultStep.Solved && fault.RecoveredAt is { } recovered && now >= rules.ClosesBy(recovered))
            Close(fault, "gateway", now, "nobody objected within three workdays");
        else if (fault.Step is FaultStep.Restored && rules.Kinds.Of(fault.Code).IsOfSite)
            Close(fault, "gateway", now, "what was missing is there");
    }

    private static bool IsOther(LineVerdict found, LineVerdict? known) => known is null || found.Side != known.Side || found.Reasons[0] != known.Reasons[0];

    // Who has a line's fault follows from whose trouble it is, until a person gives it to somebody.
    private Fault Judge(Fault fault, Symptom symptom, LineVerdict verdict, DateTimeOffset now)
    {
        // Whoever looks still, or sees less than before (after a restart for example), takes nothing back of what was found in this trouble.
        var isLooking = verdict.Reasons[0] == LineReasons.Looking;
        if (verdict.Side is LineSide.Unknown && fault.Verdict is { Side: not LineSide.Unknown } && (isLooking || !symptom.IsAnew)) return fault;
        if (!isLooking) symptom.IsAnew = false;
        if (!IsOther(verdict, fault.Verdict)) return fault;
        var carrier = rules.Graph.Find(fault.Subject)?.Party;
        var isCarriers = verdict.Side is LineSide.Carrier;
        var judged = fault with { Verdict = verdict };
        if (fault.Owner is null || fault.Owner == carrier) judged = judged with { Owner = isCarriers ? carrier : null };
        if (!isCarriers && fault.Party == carrier && fault.Step is not FaultStep.WithCarrier) judged = judged with { Party = null };
        return Put(judged, now, FaultWords.Judged, FaultTexts.Judged(verdict));
    }

    private void Rate(Fault fault, DateTimeOffset now)
    {
        if (fault.Step is FaultStep.Restored or FaultStep.Solved or FaultStep.Closed) return;
        var severity = SeverityOf(fault);
        if (severity == fault.Severity) return;
        var term = new SeverityTerm(severity, severity < fault.Severity ? now : fault.OpenedAt);
        var terms = severity < fault.Severity ? fault.Terms.Add(term) : [term];
        Put(fault with { Severity = severity, Terms = terms }, now, FaultWords.Rated, $"{fault.Severity} → {severity}");
    }

    // What the site itself lacks is as grave as it was told, also before it is told again after a restart.
    private Severity SeverityOf(Fault fault) => rules.Kinds.Of(fault.Code) is { IsOfSite: false } kind
        ? kind.Rule.In(rules.Rooms.Of(fault.Room))
        : SymptomOf(new(fault.Subject, fault.Code)).Rated ?? fault.Severity;

    private void Close(Fault fault, string by, DateTimeOffset now, string? text)
    {
        SymptomOf(new(fault.Subject, fault.Code)).Fault = null;
        Put(fault with { Step = FaultStep.Closed, ClosedAt = now, Party = null, FollowUpBy = NeedsFollowUp(fault) ? rules.FollowUpBy(now) : null }, now, FaultWords.Closed, text, by);
    }

    private Fault Move(Fault fault, FaultMove move, DateTimeOffset now, string? word)
    {
        if (FaultCycle.Next(fault.Step, move) is not { } next) return fault;
        fault = fault with { Step = next };
        if (word is not null) return Put(fault, now, word);

        // A flap is counted and not told, but it is kept.
        _faults[fault.Id] = fault;
        return fault;
    }

    private Fault Put(Fault fault, DateTimeOffset at, string what, string? text = null, string by = "gateway") => Keep(fault.With(at, by, what, text));

    private Fault Put(Fault fault, DateTimeOffset at, string what, Wording? says, string by = "gateway") => Keep(says is null ? fault.With(at, by, what) : fault.With(at, by, what, says));

    private Fault Keep(Fault fault)
    {
        _faults[fault.Id] = fault;
        _changes.Add(new(fault, fault.TimeLine[^1]));
        return fault;
    }

    private void DropOld()
    {
        var now = time.GetUtcNow();
        foreach (var old in _faults.Values.Where(f => f.IsClosed && now - f.ClosedAt > rules.RepeatWithin && (!f.AwaitsFollowUp || now - f.FollowUpBy > GivenUp)).ToList())
        {
            _faults.Remove(old.Id);
            _dropped.Add(old.Id);
        }
    }

    private string NewId(DateTimeOffset now)
    {
        var year = TimeZoneInfo.ConvertTime(now, rules.Zone).Year;
        var number = _numbers.GetValueOrDefault(year) + 1;
        _numbers[year] = number;
        return string.Create(CultureInfo.InvariantCulture, $"F-{year:D4}-{number:D6}");
    }

    private Symptom SymptomOf(SymptomKey key)
    {
        if (_symptoms.TryGetValue(key, out var symptom)) return symptom;
        symptom = new(key, time);
        _symptoms.Add(key, symptom);
        return symptom;
    }
}

using System.Collections.Immutable;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Tests.Faults;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>What a receiver does with a message.</summary>
public enum Mood { Well, Slow, Down, Hangs, Fails, TooMany, Redirects }

/// <summary>The small courthouse of <see cref="BoardBench"/> with people to tell, receivers with moods, a store, and a process that can be killed at every step.</summary>
internal sealed class EscalationBench
{
    private readonly EscalationRules _rules;
    private readonly Dictionary<string, Mood> _moods = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset At, string Key, Delivery Delivery, bool Arrives, Notice Notice, string Lane)> _underWay = [];
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Occupancy> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Fault> _written = new(StringComparer.Ordinal);
    private readonly FaultRules _faultRules;
    private FaultBoard _faults = null!;

    public EscalationBench(Func<Ladder, Ladder>? ladder = null, Func<EscalationRules, EscalationRules>? rules = null, IReadOnlyCollection<string>? devices = null, Func<FaultRules, FaultRules>? faults = null)
    {
        var bench = new BoardBench();
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        _faultRules = bench.Rules() with { Rooms = new Uses(_uses), Graph = devices is null ? bench.Rules().Graph : new([], devices) };
        if (faults is not null) _faultRules = faults(_faultRules);
        var hours = new ServiceHours(new(zone), static () => BuiltInCalendar.Calendar, ServiceHours.UsualOffice);
        var usual = new Ladder("all",
        [
            new(TimeSpan.Zero, ["roster:duty"], []),
            new(TimeSpan.FromMinutes(15), ["contact:lead"], []),
            new(TimeSpan.FromMinutes(30), ["contact:head"], []),
        ])
        { Repeats = 1, Every = TimeSpan.FromMinutes(30) };
        var made = new EscalationRules([(ladder ?? (l => l))(usual)], Book(zone), new(ServiceTerms.Usual(isBasic: false), hours), _faultRules.Kinds, zone);
        _rules = (rules ?? (r => r))(made);
        Start();
    }

    public static PartyBook Book(TimeZoneInfo zone) => new(
        [Person("zhang", "sms", "mail"), Person("li", "sms", "mail"), Person("lead", "sms", "mail"), Person("head", "mail"), Person("carrier-desk", "mail"), Person("acme-desk", "mail"), Person("court-office", "sms")],
        [new Roster("duty", [], new(new(2025, 12, 29), new(8, 0), 7, ["li", "zhang"]), zone)],
        [
            new("carrier-a", new("运营商", "Carrier"), "carrier-desk", "K-7", null, []),
            new("acme", new("厂家", "Acme"), "acme-desk", null, new(2025, 12, 31), []),
        ]);

    private static Contact Person(string id, params string[] channels) => new(id, new(id, id), null, [.. channels.Select(c => new Reach(c, $"{id}@{c}", null, null))]);

    public SteppedClock Clock { get; } = new();
    public FakeState Store { get; } = new();
    public EscalationBoard Board { get; private set; } = null!;
    public List<FaultChange> Changes { get; } = [];

    /// <summary>Every message that arrived, with whom it reached.</summary>
    public List<(DateTimeOffset At, string Lane, Notice Notice)> Arrived { get; } = [];

    /// <summary>What went into which message, once it was stored.</summary>
    public List<(DateTimeOffset At, string Fault, string Step, string Lane)> Told { get; } = [];

    /// <summary>Every try, arrived or not.</summary>
    public List<(DateTimeOffset At, string Lane, string Key)> Tried { get; } = [];

    /// <summary>Answers whether the process dies at this step; counted from 1.</summary>
    public Func<int, string, bool> DiesAt { get; set; } = static (_, _) => false;
    public int Steps { get; private set; }
    public int Kills { get; private set; }

    public IEnumerable<Fault> Open => _faults.Faults.Where(f => !f.IsClosed);
    public Fault Only => Assert.Single(Open);
    public FaultBoard Faults => _faults;

    public void Use(string room, Occupancy use) => _uses[room] = use;
    public void Is(string receiver, Mood mood) => _moods[receiver] = mood;

    public void Gone(params string[] devices)
    {
        _gone.UnionWith(devices);
        foreach (var device in devices) _faults.Tell(new(device, FaultKinds.Unreachable), true, Wording.Own("no-reply"));
    }

    public void Back(params string[] devices)
    {
        _gone.ExceptWith(devices);
        foreach (var device in devices) _faults.Tell(new(device, FaultKinds.Unreachable), false);
    }

    public FaultAnswer Act(string id, FaultVerb verb, string by = "engineer", string? text = null, string? to = null)
    {
        var answer = _faults.Act(id, new(verb, by, text, to), out var changes);
        Changes.AddRange(changes);
        Look(changes);
        return answer;
    }

    /// <summary>Somebody calls, and an engineer takes it down.</summary>
    public Fault Report(string subject, string what, string name, string? contact)
    {
        var answer = _faults.Raise(new(subject, what, new(name, "engineer", contact, Clock.GetUtcNow())), out var changes);
        Changes.AddRange(changes);
        Look(changes);
        return answer.Fault!;
    }

    public FaultAnswer Act(string id, FaultAct act)
    {
        var answer = _faults.Act(id, act, out var changes);
        Changes.AddRange(changes);
        Look(changes);
        return answer;
    }

    /// <summary>Lets time pass, looks as often as the boards ask for, and delivers.</summary>
    public void Pass(TimeSpan span)
    {
        var end = Clock.Elapsed + span;
        while (true)
        {
            Finish();
            Look(_faults.Look());
            var left = end - Clock.Elapsed;
            if (left <= TimeSpan.Zero) return;
            TimeSpan[] waits = [left, _faults.NextLook, Board.NextLook, .. _underWay.Select(u => u.At - Clock.SteadyNow)];
            var next = waits.Min();
            Clock.Pass(next > TimeSpan.FromMilliseconds(1) ? next : TimeSpan.FromMilliseconds(1));
        }
    }

    public void Pass(double minutes) => Pass(TimeSpan.FromMinutes(minutes));

    /// <summary>The process is gone at once; the next one has what was stored.</summary>
    public void Kill()
    {
        Kills++;
        _underWay.Clear();
        Start();
        foreach (var device in _gone) _faults.Tell(new(device, FaultKinds.Unreachable), true, Wording.Own("no-reply"));
        foreach (var device in _faultRules.Graph.Branches.SelectMany(b => _faultRules.Graph.DevicesOn(b.Id)).Except(_gone)) _faults.Tell(new(device, FaultKinds.Unreachable), false);
    }

    public IEnumerable<string> LanesOf(NoticeKind kind) => Arrived.Where(a => a.Notice.Kind == kind).Select(a => a.Lane);

    private void Start()
    {
        _faults = new(_faultRules, Clock);
        var numbers = Store.All.Where(d => d.Kind == "fault-numbers").Select(d => FaultJson.ReadNumbers(d.Json)).FirstOrDefault([]);
        _faults.Restore(Store.All.Where(d => d.Kind == "fault").OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => FaultJson.Read(d.Json)), numbers);
        Board = new(_rules, Clock);
        Assert.True(Board.RestoreAsync(Store, CancellationToken.None).IsCompletedSuccessfully);
    }

    // One look as the watch does it: decide, store in one commit, then hand out.
    private void Look(IReadOnlyList<FaultChange> changes)
    {
        IReadOnlyList<FaultChange> all = [.. changes, .. Board.Look(_faults)];
        var batch = new StoreBatch();
        var changed = _faults.Faults.Where(f => !_written.TryGetValue(f.Id, out var before) || !ReferenceEquals(before, f)).ToList();
        foreach (var fault in changed) batch.Put("fault", fault.Id, FaultJson.Write(fault));
        batch.Put("fault-numbers", "all", FaultJson.Write(_faults.Numbers));
        Board.Write(batch);

        // Where nothing changes there is nothing to die in the middle of.
        var matters = all.Count > 0 || Board.HasToWrite;
        if (matters && Dies("decided")) return;
        Assert.True(Store.CommitAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully);
        foreach (var fault in changed) _written[fault.Id] = fault;
        Changes.AddRange(all);
        foreach (var change in all.Where(c => c.Line.What == FaultWords.Told))
        {
            if (change.Line.Text!.Split(": ") is [var steps, var lane]) Told.AddRange(steps.Split(", ").Select(s => (Clock.SteadyNow, change.Fault.Id, s, lane)));
        }

        if (matters && Dies("stored")) return;
        Board.Written();
        foreach (var ready in Board.TakeReady())
        {
            if (Dies("before sending")) return;
            Send(ready);
            if (Dies("sent")) return;
        }
    }

    private void Finish()
    {
        foreach (var end in _underWay.Where(u => u.At <= Clock.SteadyNow).OrderBy(u => u.At).ToList())
        {
            _underWay.Remove(end);
            if (end.Arrives) Arrived.Add((Clock.SteadyNow, end.Lane, end.Notice));
            if (Dies("arrived")) return;
            Board.Ended(end.Key, end.Delivery);
        }
    }

    private void Send(ReadyNotice ready)
    {
        var kept = ready.Notice;
        var lane = $"{kept.Contact}/{kept.Channel}";
        var notice = new Notice(kept.Key, kept.Kind, kept.Severity, kept.At, kept.Subject, kept.Body) { Fault = kept.Faults.Length == 1 ? kept.Faults[0] : null, Report = System.Text.Encoding.UTF8.GetBytes(kept.Report) };
        Assert.Equal($"{kept.Contact}@{kept.Channel}", ready.Address);
        Assert.DoesNotContain(_underWay, u => u.Lane == lane);
        Tried.Add((Clock.SteadyNow, lane, kept.Key));
        var (after, delivery, arrives) = _moods.GetValueOrDefault(lane, Mood.Well) switch
        {
            Mood.Well => (TimeSpan.Zero, new Delivery(DeliveryOutcome.Taken, "ok"), true),
            Mood.Slow => (TimeSpan.FromSeconds(25), new Delivery(DeliveryOutcome.Taken, "ok"), true),
            Mood.Down => (TimeSpan.Zero, new Delivery(DeliveryOutcome.Later, "connection refused"), false),

            // It took the message and nobody heard that it did.
            Mood.Hangs => (TimeSpan.FromSeconds(10), new Delivery(DeliveryOutcome.Later, "no answer in time"), true),
            Mood.Fails => (TimeSpan.Zero, new Delivery(DeliveryOutcome.Later, "500"), false),
            Mood.TooMany => (TimeSpan.Zero, new Delivery(DeliveryOutcome.Later, "429", TimeSpan.FromMinutes(10)), false),
            _ => (TimeSpan.Zero, new Delivery(DeliveryOutcome.Refused, "302"), false),
        };
        _underWay.Add((Clock.SteadyNow + after, kept.Key, delivery, arrives, notice, lane));
    }

    private bool Dies(string step)
    {
        Steps++;
        if (!DiesAt(Steps, step)) return false;
        Kill();
        return true;
    }

    private sealed class Uses(Dictionary<string, Occupancy> rooms) : IRoomUse
    {
        public Occupancy Of(string? room) => room is null ? rooms.Values.DefaultIfEmpty(Occupancy.Empty).Max() : rooms.GetValueOrDefault(room, Occupancy.Empty);
    }
}

/// <summary>A clock whose wall can be set without the time between two moments changing.</summary>
internal sealed class SteppedClock : TimeProvider
{
    // Monday 2026-01-05 09:00 in Shanghai.
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 1, 0, 0, TimeSpan.Zero);
    private TimeSpan _step;

    public TimeSpan Elapsed { get; private set; }
    public DateTimeOffset SteadyNow => Start + Elapsed;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => Elapsed.Ticks;
    public override DateTimeOffset GetUtcNow() => SteadyNow + _step;
    public void Pass(TimeSpan span) => Elapsed += span;
    public void Step(TimeSpan by) => _step += by;
}

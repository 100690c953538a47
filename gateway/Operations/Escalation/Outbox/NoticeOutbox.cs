using System.Collections.Concurrent;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Escalation.Outbox;

/// <summary>A message whose turn has come, with where it goes.</summary>
public sealed record ReadyNotice(OutboxNotice Notice, string Address);

/// <summary>How messages are tried again.</summary>
public sealed record OutboxRules
{
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After so many tries a message is dead: more than three hours.</summary>
    public int MostTries { get; init; } = 20;

    /// <summary>After so many failed tries the contact's next way is taken as well.</summary>
    public int TriesBeforeAround { get; init; } = 3;

    /// <summary>Messages that may wait for one receiver; what comes then waits in its case, to go out in one.</summary>
    public int MostWaiting { get; init; } = 8;

    /// <summary>Dead letters that are kept; the service record has the older ones.</summary>
    public int MostDead { get; init; } = 200;

    /// <summary>Spreads what failed together; from 0 to 1.</summary>
    public Func<double> Jitter { get; init; } = static () => 0.5;
}

/// <summary>
/// The messages that are on their way, one lane a receiver: a receiver that is slow, down or refuses delays nobody else. Synchronous; what it
/// changes is written into the same commit as the fault that it tells of, and only what was written is handed out.
/// </summary>
internal sealed class NoticeOutbox(OutboxRules rules, TimeProvider time)
{
    public const string Kind = "notice";

    private readonly SortedDictionary<long, OutboxNotice> _all = [];
    private readonly Dictionary<string, OutboxNotice> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly List<JournalEntry> _rows = [];
    private readonly ConcurrentQueue<(string Key, Delivery Delivery)> _ended = new();
    private long _last;

    public IEnumerable<OutboxNotice> All => _all.Values;
    public bool HasChanged => _changed.Count > 0 || _rows.Count > 0;
    public bool HasEnds => !_ended.IsEmpty;
    public int Dead => _all.Values.Count(n => n.IsDead);

    public OutboxNotice? Find(string key) => _byKey.GetValueOrDefault(key);

    public int WaitingIn(string lane) => _all.Values.Count(n => n.Lane == lane && !n.IsDead);

    /// <summary>When the lane may get its next message.</summary>
    public TimeSpan LeftOf(string lane, TimeSpan interval) => LaneOf(lane) is { ComposedAt: { } at } ? interval - time.GetElapsedTime(at) : TimeSpan.Zero;

    public void Restore(IEnumerable<OutboxNotice> kept)
    {
        foreach (var notice in kept.OrderBy(n => n.Number))
        {
            _all[notice.Number] = notice;
            _byKey[notice.Key] = notice;
            _last = Math.Max(_last, notice.Number);
        }
    }

    /// <summary>Takes a new message, unless one with its key is on its way already.</summary>
    public void Add(OutboxNotice notice)
    {
        if (_byKey.ContainsKey(notice.Key)) return;
        var numbered = notice with { Number = ++_last };
        Put(numbered);
        LaneOf(notice.Lane).ComposedAt = time.GetTimestamp();
        Row("notice.queued", numbered);
    }

    public void Remove(OutboxNotice notice, string word)
    {
        _all.Remove(notice.Number);
        _byKey.Remove(notice.Key);
        _changed.Add(notice.Key);
        Row(word, notice);
    }

    /// <summary>A person has a dead letter tried anew.</summary>
    public void Revive(OutboxNotice dead)
    {
        Put(dead with { IsDead = false, Tries = 0 });
        LaneOf(dead.Lane).Clear();
        Row("notice.revived", dead);
    }

    /// <summary>The messages that are to be tried now, at most one a lane.</summary>
    public IReadOnlyList<OutboxNotice> TakeReady()
    {
        var ready = new List<OutboxNotice>();
        foreach (var lane in _all.Values.Where(n => !n.IsDead).GroupBy(n => n.Lane))
        {
            var state = LaneOf(lane.Key);
            if (state.UnderWay is not null) continue;
            var next = lane.OrderBy(n => n.Severity is Faults.Severity.P1 ? 0 : 1).ThenBy(n => n.Number).First();
            if (state.Left(time) > TimeSpan.Zero && !(next.Severity is Faults.Severity.P1 && next.Tries == 0 && !state.WasTold)) continue;
            state.UnderWay = next.Key;
            ready.Add(next);
        }

        return ready;
    }

    /// <summary>Told by whoever delivered, from any thread; counts at the next look.</summary>
    public void Ended(string key, Delivery delivery) => _ended.Enqueue((key, delivery));

    /// <summary>Takes what was told, and gives the messages for which another way is to be tried.</summary>
    public IReadOnlyList<OutboxNotice> TakeEnds()
    {
        var around = new List<OutboxNotice>();
        while (_ended.TryDequeue(out var end))
        {
            foreach (var lane in _lanes.Values.Where(l => l.UnderWay == end.Key)) lane.UnderWay = null;
            if (_byKey.TryGetValue(end.Key, out var notice)) Take(notice, end.Delivery, around);
        }

        while (Dead > rules.MostDead) Remove(_all.Values.First(n => n.IsDead), "notice.dropped");
        return around;
    }

    /// <summary>The shortest time until something is to be tried.</summary>
    public TimeSpan? Next => _all.Values.Where(n => !n.IsDead).Select(n => LaneOf(n.Lane)).Where(l => l.UnderWay is null).Select(l => (TimeSpan?)l.Left(time)).Min();

    /// <summary>When a lane is tried again; zero when nothing holds it.</summary>
    public TimeSpan HeldFor(string lane) => LaneOf(lane).Left(time) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    public void Write(StoreBatch batch)
    {
        foreach (var key in _changed)
        {
            if (_byKey.TryGetValue(key, out var notice)) batch.Put(Kind, key, EscalationJson.Write(notice));
            else batch.Delete(Kind, key);
        }

        foreach (var row in _rows) batch.Record(row);
    }

    public void Written()
    {
        _changed.Clear();
        _rows.Clear();
    }

    private void Take(OutboxNotice notice, Delivery delivery, List<OutboxNotice> around)
    {
        var lane = LaneOf(notice.Lane);
        if (delivery.Outcome is DeliveryOutcome.Taken)
        {
            lane.Clear();
            Remove(notice with { Said = delivery.Detail }, "notice.taken");
            return;
        }

        var failed = notice with { Tries = notice.Tries + 1, Said = delivery.Detail };
        failed = failed with { IsDead = delivery.Outcome is DeliveryOutcome.Refused || failed.Tries >= rules.MostTries };
        if (failed.IsDead) Row("notice.dead", failed);
        else lane.Hold(time, BackOff(failed.Tries, delivery.After), delivery.After is not null);
        if (!failed.WentAround && (failed.IsDead || failed.Tries >= rules.TriesBeforeAround))
        {
            failed = failed with { WentAround = true };
            around.Add(failed);
        }

        Put(failed);
    }

    private TimeSpan BackOff(int tries, TimeSpan? told)
    {
        var doubled = rules.FirstBackOff * Math.Pow(2, Math.Min(tries - 1, 16));
        var own = (doubled > rules.LongestBackOff ? rules.LongestBackOff : doubled) * (0.8 + 0.4 * rules.Jitter());
        return told > own ? told.Value : own;
    }

    private void Put(OutboxNotice notice)
    {
        _all[notice.Number] = notice;
        _byKey[notice.Key] = notice;
        _changed.Add(notice.Key);
    }

    // The text stays out of the service record: it is worked out from the fault, which is in it.
    private void Row(string kind, OutboxNotice notice) => _rows.Add(new(time.GetUtcNow(), kind, notice.Key, "gateway",
        System.Text.Json.JsonSerializer.Serialize(new { contact = notice.Contact, channel = notice.Channel, faults = notice.Faults.Length, tries = notice.Tries, said = notice.Said })));

    private Lane LaneOf(string id)
    {
        if (_lanes.TryGetValue(id, out var lane)) return lane;
        lane = new();
        _lanes.Add(id, lane);
        return lane;
    }

    private sealed class Lane
    {
        private long _heldAt;
        private TimeSpan _heldFor;

        public string? UnderWay { get; set; }
        public long? ComposedAt { get; set; }

        /// <summary>The receiver itself said when to come again; that holds for every message.</summary>
        public bool WasTold { get; private set; }

        public TimeSpan Left(TimeProvider time) => _heldFor - (_heldFor > TimeSpan.Zero ? time.GetElapsedTime(_heldAt) : TimeSpan.Zero);

        public void Hold(TimeProvider time, TimeSpan span, bool wasTold) => (_heldAt, _heldFor, WasTold) = (time.GetTimestamp(), span, wasTold);

        public void Clear() => (_heldFor, WasTold) = (TimeSpan.Zero, false);
    }
}

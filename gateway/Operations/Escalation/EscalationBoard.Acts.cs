using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Silences;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation;

// What people do about the telling itself. To be followed by a look.
public sealed partial class EscalationBoard
{
    private static readonly Rung ToParty = new(TimeSpan.Zero, ["party"], []);

    /// <returns>Why not; null when it holds from its beginning on.</returns>
    public string? Add(Silence silence)
    {
        var now = time.GetUtcNow();
        if (silence.Until <= now) return "it would be over already";
        if (silence.Until - silence.From > Silence.Longest) return $"a silence lasts {Silence.Longest.TotalDays:0} days at most";
        if (silence.From - now > Silence.MostAhead) return $"a silence begins within {Silence.MostAhead.TotalDays:0} days";
        if (_silences.Count >= Silence.Most) return $"there are {Silence.Most} silences: lift one";
        _silences[silence.Id] = silence;
        _silencesChanged.Add(silence.Id);
        Record("silence.set", silence.Id, silence.By, JsonSerializer.Serialize(new { silence.Reason, silence.From, silence.Until, silence.Fault, silence.Subject, silence.Code }));
        return null;
    }

    public bool Lift(string id, string by)
    {
        if (!_silences.Remove(id)) return false;
        _silencesChanged.Add(id);
        Record("silence.lifted", id, by, "{}");
        return true;
    }

    /// <summary>Has a dead letter tried anew, or laid aside. False when there is none of this key.</summary>
    public bool Settle(string key, bool retry, string by)
    {
        if (_outbox.Find(key) is not { IsDead: true } dead) return false;
        if (retry) _outbox.Revive(dead);
        else _outbox.Remove(dead, "notice.discarded");
        Record(retry ? "notice.retried" : "notice.laid-aside", key, by, "{}");
        return true;
    }

    /// <summary>Sends a message that says only that it is one, by every way of a contact. False when nothing reaches it today.</summary>
    public bool Try(string contact, string by)
    {
        var now = time.GetUtcNow();
        if (rules.Parties.Contact(contact) is not { } known) return false;
        var ways = known.On(rules.DateOf(now));
        foreach (var way in ways)
        {
            var key = $"T-{Commands.Ulid.Make(time)}.{contact}.{way.Channel}";
            _outbox.Add(new(key, 0, contact, way.Channel, NoticeKind.Trial, Severity.P4, now, new("试发通知", "Trial notice"), new("试发通知：能收到即说明该渠道可用。无需处理。", "Trial notice: that it arrived shows that this way works. Nothing is to be done."))
            {
                Language = known.Language,
            });
        }

        Record("notice.trial", contact, by, "{}");
        return !ways.IsEmpty;
    }

    /// <summary>The court let the report of a fault go: its vendor or carrier is told with the next look, whatever its ladder does.</summary>
    public void Hand(string fault, int revision) => _reports.Add((fault, revision));

    private void HandReports(FaultBoard board)
    {
        foreach (var (id, revision) in _reports)
        {
            if (board.Find(id) is not { IsClosed: false } fault || !_cases.TryGetValue(id, out var run)) continue;
            var (_, missing) = Reach(board, run, fault, ToParty, string.Create(CultureInfo.InvariantCulture, $"report-{revision}"), NoticeKind.Report);
            if (missing.Count > 0) Say(board, board.Find(id)!, FaultWords.Held, new Wording($"报修单第 {revision} 版", $"report {revision}").Colon(Wording.Joined(missing)));
        }

        _reports.Clear();
    }

    private Silence? HeldBy(Fault fault)
    {
        var now = time.GetUtcNow();
        return _silences.Values.Where(s => s.IsActive(now) && s.Holds(fault)).MaxBy(s => s.Until);
    }

    private void EndSilences()
    {
        var now = time.GetUtcNow();
        foreach (var over in _silences.Values.Where(s => s.Until <= now).ToList())
        {
            _silences.Remove(over.Id);
            _silencesChanged.Add(over.Id);
            Record("silence.over", over.Id, "gateway", "{}");
        }
    }
}

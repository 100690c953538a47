using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Escalation.Silences;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Shows silences, what waits for which contact, and who is on duty, whenever one of them looks different from before.</summary>
public sealed class EscalationPublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly EscalationBoard _board;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _shown = new(StringComparer.Ordinal);

    public EscalationPublisher(TopicMap topics, RetainedTopics retained, EscalationBoard board, NoticeLanes lanes, TimeProvider time)
    {
        (_topics, _retained, _board, _time) = (topics, retained, board, time);
        lanes.Looked += ShowAll;
    }

    /// <summary>Only while the board stands still: at the start, or after a look.</summary>
    public void ShowAll()
    {
        lock (_gate)
        {
            var wanted = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var silence in _board.Silences) wanted[_topics.Silence(silence.Id)] = EscalationPayload.Of(silence);
            foreach (var contact in _board.Notices.GroupBy(n => n.Contact)) wanted[_topics.Notice(contact.Key)] = EscalationPayload.Of([.. contact]);
            foreach (var roster in _board.Rules.Parties.Rosters) wanted[_topics.Roster(roster.Id)] = EscalationPayload.OnDuty(roster.At(_time.GetUtcNow()));
            foreach (var gone in _shown.Keys.Where(t => !wanted.ContainsKey(t)).ToList())
            {
                _retained.Clear(gone);
                _shown.Remove(gone);
            }

            foreach (var (topic, payload) in wanted)
            {
                if (_shown.TryGetValue(topic, out var before) && before.AsSpan().SequenceEqual(payload)) continue;
                _shown[topic] = payload;
                _retained.Show(topic, payload);
            }
        }
    }
}

/// <summary>Payloads about the telling of faults. Addresses and texts stand in none.</summary>
public static class EscalationPayload
{
    private const int MostShown = 50;

    public static byte[] Of(Silence silence)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        payload.Json.WriteString("by"u8, silence.By);
        payload.Json.WriteString("reason"u8, silence.Reason);
        payload.Json.WriteTime("from"u8, silence.From);
        payload.Json.WriteTime("until"u8, silence.Until);
        if (silence.Fault is { } fault) payload.Json.WriteString("fault"u8, fault);
        if (silence.Subject is { } subject) payload.Json.WriteString("subject"u8, subject);
        if (silence.Code is { } code) payload.Json.WriteString("code"u8, code);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] Of(IReadOnlyList<OutboxNotice> notices)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        var waiting = notices.Where(n => !n.IsDead).ToList();
        json.WriteStartObject();
        json.WriteNumber("waiting"u8, waiting.Count);
        json.WriteStartArray("lanes"u8);
        foreach (var lane in waiting.GroupBy(n => n.Channel))
        {
            json.WriteStartObject();
            json.WriteString("channel"u8, lane.Key);
            json.WriteNumber("waiting"u8, lane.Count());
            json.WriteNumber("tries"u8, lane.Max(n => n.Tries));
            if (lane.First().Said is { } said) json.WriteString("said"u8, said);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("dead"u8);
        foreach (var dead in notices.Where(n => n.IsDead).TakeLast(MostShown))
        {
            json.WriteStartObject();
            json.WriteString("key"u8, dead.Key);
            json.WriteString("channel"u8, dead.Channel);
            json.WriteTime("at"u8, dead.At);
            json.WriteNumber("tries"u8, dead.Tries);
            if (dead.Said is { } said) json.WriteString("said"u8, said);
            json.WriteNumber("faults"u8, dead.Faults.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] OnDuty(string? contact)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        if (contact is not null) payload.Json.WriteString("contact"u8, contact);
        payload.Json.WriteEndObject();
        return payload.Take();
    }
}

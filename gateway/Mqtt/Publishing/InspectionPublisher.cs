using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Inspections;

namespace AvGateway.Mqtt.Publishing;

/// <summary>
/// Shows inspections on <c>$inspection/I</c> and the rows of each room below it: what runs, and the newest of each profile and scope. Older
/// ones are filed and not on the bus.
/// </summary>
public sealed class InspectionPublisher
{
    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly Inspector _inspector;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Profile, string Scope), Inspection> _shown = [];
    private readonly Dictionary<(string Id, string Room), DeviceRow[]> _rows = [];

    public InspectionPublisher(TopicMap topics, RetainedTopics retained, Inspector inspector)
    {
        (_topics, _retained, _inspector) = (topics, retained, inspector);
        inspector.Changed += inspection =>
        {
            lock (_gate) Show(inspection);
        };
    }

    /// <summary>To be called once the inspections are restored and the bus is open.</summary>
    public void ShowAll()
    {
        lock (_gate)
        {
            foreach (var newest in _inspector.All.GroupBy(i => (i.Profile, i.Scope)).Select(g => g.Last())) Show(newest);
        }
    }

    private void Show(Inspection inspection)
    {
        var key = (inspection.Profile, inspection.Scope);
        if (_shown.TryGetValue(key, out var other) && other.Id != inspection.Id)
        {
            // A signature under an older one is filed; the newest stays on the bus.
            if (string.CompareOrdinal(other.Id, inspection.Id) > 0) return;
            _retained.Clear(_topics.Inspection(other.Id));
            foreach (var room in other.Rooms)
            {
                _retained.Clear(_topics.Inspection(other.Id, room.Id));
                _rows.Remove((other.Id, room.Id));
            }
        }

        _shown[key] = inspection;

        // Rows first: who sees the end on the head has them all.
        foreach (var room in inspection.Rooms)
        {
            DeviceRow[] rows = [.. inspection.Rows.Where(r => r.Room == room.Id)];
            if (_rows.TryGetValue((inspection.Id, room.Id), out var before) && before.SequenceEqual(rows)) continue;
            _rows[(inspection.Id, room.Id)] = rows;
            _retained.Show(_topics.Inspection(inspection.Id, room.Id), InspectionPayload.Rows(inspection, room.Id));
        }

        _retained.Show(_topics.Inspection(inspection.Id), InspectionPayload.Head(inspection));
    }
}

/// <summary>Payloads about inspections.</summary>
public static class InspectionPayload
{
    public static byte[] Head(Inspection inspection)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        InspectionJson.WriteHead(payload.Json, inspection);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] Rows(Inspection inspection, string room)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        InspectionJson.WriteRows(payload.Json, inspection, room);
        payload.Json.WriteEndObject();
        return payload.Take();
    }
}

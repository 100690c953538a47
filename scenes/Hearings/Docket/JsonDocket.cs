using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Docket;

/// <summary>Docket as JSON:
/// <c>{"hearings":[{"room":"court-1","id":"h-17","start":"2026-11-23T09:00","end":"2026-11-23T12:00","public":false}]}</c>.</summary>
public static class JsonDocket
{
    public static DocketReading Read(ReadOnlyMemory<byte> file, TimeZoneInfo zone)
    {
        var docket = new DocketText(zone);
        if (!docket.FitsIn(file.Length) || StrictJson.Open(file, docket.Findings) is not { } root) return docket.Reading;
        foreach (var item in root.Items("hearings", isNeeded: true))
        {
            if (docket.IsFull) break;
            var room = item.Text("room", maximum: 40);
            var id = item.Text("id", maximum: 100);
            var start = item.Text("start", maximum: 40);
            var end = item.Text("end", maximum: 40);
            var isPublic = item.Flag("public");
            item.End();
            if (room.Length == 0 || id.Length == 0 || start.Length == 0 || end.Length == 0) continue;
            docket.Add(item.Path, room, id, docket.Time($"{item.Path}.start", start), docket.Time($"{item.Path}.end", end), isPublic);
        }

        root.End();
        return docket.Reading;
    }
}

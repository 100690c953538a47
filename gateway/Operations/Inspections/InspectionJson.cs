using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections;

/// <summary>Inspections as topics, answers and filed reports show them. No case data is in one, and none can come in but by a signer's text.</summary>
public static class InspectionJson
{
    /// <summary>Grows when a member changes its meaning or goes; new members do not change it.</summary>
    public const int Schema = 1;

    /// <summary>A topic holds the beginning of a long list of manual rows; the filed report has all of it.</summary>
    public const int MostShown = 30;

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<InspectionState>().Select(RunJson.Word)];
    public static IReadOnlyList<string> RowStates { get; } = [.. Enum.GetValues<RowState>().Select(RunJson.Word)];

    /// <summary>Members of <c>$inspection/I</c>: everything but the rows of devices.</summary>
    public static void WriteHead(Utf8JsonWriter json, Inspection inspection, int most = MostShown)
    {
        json.WriteNumber("schema"u8, Schema);
        json.WriteString("id"u8, inspection.Id);
        json.WriteString("profile"u8, inspection.Profile);
        Write(json, "name"u8, inspection.Name);
        json.WriteString("state"u8, RunJson.Word(inspection.State));
        json.WriteString("scope"u8, inspection.Scope);
        json.WriteString("by"u8, inspection.By);
        json.WriteTime("startedAt"u8, inspection.StartedAt);
        if (inspection.EndedAt is { } ended) json.WriteTime("endedAt"u8, ended);
        json.WriteStartArray("rooms"u8);
        foreach (var room in inspection.Rooms)
        {
            json.WriteStartObject();
            json.WriteString("room"u8, room.Id);
            Write(json, "name"u8, room.Name);
            json.WriteNumber("rows"u8, inspection.Rows.Count(r => r.Room == room.Id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("counts"u8);
        foreach (var state in Enum.GetValues<RowState>()) json.WriteNumber(RunJson.Word(state), inspection.Count(state));
        json.WriteEndObject();
        json.WriteNumber("findings"u8, inspection.FindingCount);
        json.WriteBoolean("complete"u8, IsComplete(inspection));
        WriteManual(json, inspection, most);
        WriteHours(json, inspection, most);
        if (inspection.SignedBy is not { } signed) return;
        json.WriteString("signedBy"u8, signed);
        json.WriteTime("signedAt"u8, inspection.SignedAt ?? default);
    }

    /// <summary>The rows of one room, or of all.</summary>
    public static void WriteRows(Utf8JsonWriter json, Inspection inspection, string? room = null)
    {
        json.WriteStartArray("rows"u8);
        foreach (var row in inspection.Rows.Where(r => room is null || r.Room == room)) Write(json, row);
        json.WriteEndArray();
    }

    /// <summary>The whole as one object, for files and the command line.</summary>
    public static byte[] Whole(Inspection inspection)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        WriteHead(payload.Json, inspection, int.MaxValue);
        WriteRows(payload.Json, inspection);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    /// <summary>Everything was looked at, by the gateway and by people.</summary>
    public static bool IsComplete(Inspection inspection) =>
        inspection.State is InspectionState.Done && inspection.OpenManual == 0 && inspection.Count(RowState.Skipped) == 0;

    private static void Write(Utf8JsonWriter json, DeviceRow row)
    {
        json.WriteStartObject();
        json.WriteString("device"u8, row.Device);
        json.WriteString("room"u8, row.Room);
        Write(json, "name"u8, row.Name);
        json.WriteString("state"u8, RunJson.Word(row.State));
        json.WriteString("reason"u8, row.Reason);
        Write(json, "says"u8, row.Says);
        if (row.Detail is { } detail) json.WriteSaid("detail", detail, 200);
        if (row.Fault is { } fault) json.WriteString("fault"u8, fault);
        json.WriteTime("at"u8, row.At);
        if (!row.Checks.IsDefaultOrEmpty)
        {
            json.WriteStartArray("checks"u8);
            foreach (var check in row.Checks)
            {
                json.WriteStartObject();
                json.WriteString("check"u8, check.Check);
                json.WriteString("state"u8, RunJson.Word(check.State));
                json.WriteString("reason"u8, check.Reason);
                Write(json, "says"u8, check.Says);
                if (check.Detail is { } more) json.WriteSaid("detail", more, 200);
                json.WriteTime("at"u8, check.At);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteManual(Utf8JsonWriter json, Inspection inspection, int most)
    {
        json.WriteStartArray("manual"u8);
        foreach (var row in inspection.Manual.Take(most))
        {
            json.WriteStartObject();
            json.WriteString("row"u8, row.Id);
            if (row.Room is { } room) json.WriteString("room"u8, room);
            Write(json, "title"u8, row.Title);
            json.WriteString("result"u8, RunJson.Word(row.Verdict));
            if (row.By is { } by) json.WriteString("by"u8, by);
            if (row.At is { } at) json.WriteTime("at"u8, at);
            if (row.Text is { } text) json.WriteString("text"u8, text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHours(Utf8JsonWriter json, Inspection inspection, int most)
    {
        json.WriteStartArray("hours"u8);
        foreach (var row in inspection.Hours.Take(most))
        {
            json.WriteStartObject();
            json.WriteString("row"u8, row.Id);
            json.WriteString("device"u8, row.Device);
            json.WriteString("work"u8, row.Work);
            Write(json, "title"u8, row.Title);
            json.WriteNumber("hours"u8, row.Hours);
            json.WriteNumber("since"u8, row.Since);
            json.WriteNumber("limit"u8, row.Limit);
            json.WriteBoolean("due"u8, row.IsDue);
            if (row.By is { } by) json.WriteString("by"u8, by);
            if (row.At is { } at) json.WriteTime("at"u8, at);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, Wording says)
    {
        json.WriteStartObject(name);
        json.WriteString("zh"u8, says.Zh);
        json.WriteString("en"u8, says.En);
        json.WriteEndObject();
    }
}

using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>Jobs, occurrences and decisions as topics and answers show them.</summary>
public static class ScheduleJson
{
    /// <summary>A preview shows this many; an answer is no archive.</summary>
    public const int MostShown = 100;

    public static IReadOnlyList<string> States { get; } = ["waiting", "running", "deferred", "asked", "disabled"];

    /// <summary>What a job is doing, in one word.</summary>
    public static string StateOf(JobStatus status) => status switch
    {
        { Job.IsEnabled: false } => "disabled",
        { Open.State: DecisionState.Started } => "running",
        { Open.State: DecisionState.Deferred } => "deferred",
        { Open.State: DecisionState.Asked } => "asked",
        _ => "waiting",
    };

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DecisionRow row)
    {
        json.WriteStartObject(name);
        json.WriteString("date"u8, Iso(row.Date));
        if (row.Part.Length > 0) json.WriteString("part"u8, row.Part);
        json.WriteTime("due"u8, row.Due);
        json.WriteString("state"u8, DecisionRow.Word(row.State));
        Write(json, "why"u8, row.Reason);
        Write(json, "says"u8, row.Says);
        json.WriteString("by"u8, row.By);
        json.WriteTime("at"u8, row.At);
        if (row.StartedAt is { } started) json.WriteTime("startedAt"u8, started);
        if (row.EndedAt is { } ended) json.WriteTime("endedAt"u8, ended);
        if (row.Again is { } again) json.WriteTime("again"u8, again);
        WriteRooms(json, row.Rooms);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<Occurrence> occurrences, SiteCalendar calendar)
    {
        json.WriteStartArray(name);
        foreach (var one in occurrences)
        {
            json.WriteStartObject();
            WriteMembers(json, one, calendar.Of(one.Date));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteNext(Utf8JsonWriter json, Occurrence next, Day day)
    {
        json.WriteStartObject("next"u8);
        WriteMembers(json, next, day);
        json.WriteEndObject();
    }

    public static void WriteGuard(Utf8JsonWriter json, string room, GuardReason why)
    {
        json.WriteStartObject();
        json.WriteString("room"u8, room);
        json.WriteString("code"u8, GuardTexts.Code(why));
        Write(json, "why"u8, GuardTexts.Says(why));
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, Wording wording)
    {
        json.WriteStartObject(name);
        json.WriteString("zh"u8, wording.Zh);
        json.WriteString("en"u8, wording.En);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, Occurrence one, Day day)
    {
        json.WriteString("date"u8, Iso(one.Date));
        json.WriteTime("at"u8, one.Due);
        Write(json, "why"u8, one.Reason);
        json.WriteStartObject("day"u8);
        json.WriteString("kind"u8, day.Word);
        json.WriteBoolean("off"u8, day.IsOff);
        Write(json, "why"u8, day.Why);
        json.WriteEndObject();
        WriteRooms(json, one.Rooms);
    }

    private static void WriteRooms(Utf8JsonWriter json, IEnumerable<string> rooms)
    {
        json.WriteStartArray("rooms"u8);
        foreach (var room in rooms) json.WriteStringValue(room);
        json.WriteEndArray();
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

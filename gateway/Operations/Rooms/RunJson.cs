using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Running;

namespace AvGateway.Operations.Rooms;

/// <summary>A run and a plan as answers and topics show them. No id of a hearing and no name of a person but the caller's account.</summary>
public static class RunJson
{
    /// <summary>Words of a run's <c>state</c>.</summary>
    public static IReadOnlyList<string> RunStates { get; } = [.. Enum.GetValues<RunState>().Select(Word)];

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, SceneRun run)
    {
        json.WriteStartObject(name);
        json.WriteString("id"u8, run.Id);
        json.WriteString("by"u8, run.Request.Actor.Name);
        json.WriteString("state"u8, Word(run.State));
        json.WriteTime("startedAt"u8, run.StartedAt);
        if (run.EndedAt is { } ended) json.WriteTime("endedAt"u8, ended);
        if (run.FailedAt is { } failed) json.WriteString("failedAt"u8, failed);
        if (run.IsRollback) json.WriteBoolean("rollback"u8, true);
        if (run.IsInsisted) json.WriteBoolean("insisted"u8, true);
        if (!run.IsStored) json.WriteBoolean("stored"u8, false);
        json.WriteStartArray("steps"u8);
        foreach (var report in run.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, report.Step.Name);
            json.WriteString("state"u8, Word(report.State));
            if (report.Reason is { } reason) json.WriteString("reason"u8, SafeText.Shown(reason, 200));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("truths"u8);
        foreach (var truth in run.Truths)
        {
            json.WriteStartObject();
            WritePoint(json, truth.Point);
            json.WriteValue("wished"u8, truth.Wished);
            json.WriteValue("shown"u8, truth.Shown ?? default);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ScenePlan plan)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("steps"u8);
        foreach (var step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, step.Name);
            WritePoint(json, step.Point);
            json.WriteValue("wished"u8, step.Wished);
            if (step.Verb is null) json.WriteNull("verb"u8);
            else json.WriteString("verb"u8, step.Verb);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes"u8);
        foreach (var note in plan.Notes)
        {
            json.WriteStartObject();
            json.WriteString("place"u8, note.Place);
            json.WriteString("zh"u8, note.Says.Zh);
            json.WriteString("en"u8, note.Says.En);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WritePoint(Utf8JsonWriter json, Point point)
    {
        json.WriteString("device"u8, point.Device.ToString());
        json.WriteString("property"u8, point.Property);
    }

    /// <summary><c>rolled-back</c>, <c>not-undone</c>: the words of the enumerations in the contract's spelling.</summary>
    public static string Word<T>(T word) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
}

using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Operations.Power;

/// <summary>Plans and runs as answers and topics show them.</summary>
public static class PowerJson
{
    /// <summary>Steps that one payload tells; of a larger run those that went plainly well are only counted.</summary>
    public const int MostSteps = 400;

    public static IReadOnlyList<string> RunPhases { get; } = [.. Enum.GetValues<RunPhase>().Select(RunJson.Word)];

    public static void Write(Utf8JsonWriter json, PowerPlan plan, Func<string, string?> whyGuarded)
    {
        json.WriteStartObject("plan"u8);
        json.WriteString("act"u8, RunJson.Word(plan.Act));
        json.WriteString("hash"u8, PowerRuns.HashOf(plan));
        json.WriteStartArray("rooms"u8);
        foreach (var room in plan.Rooms)
        {
            json.WriteStartObject();
            json.WriteString("room"u8, room);
            if (whyGuarded(room) is { } why) json.WriteString("why"u8, why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("steps"u8);
        foreach (var step in plan.Steps.Take(MostSteps))
        {
            json.WriteStartObject();
            WriteStep(json, step);
            json.WriteStartArray("after"u8);
            foreach (var before in step.Needs.Concat(step.After).Concat(step.Follows).Distinct(StringComparer.Ordinal)) json.WriteStringValue(before);
            json.WriteEndArray();
            if (step.Gap > TimeSpan.Zero) json.WriteNumber("gapMs"u8, (long)step.Gap.TotalMilliseconds);
            json.WriteNumber("usualMs"u8, (long)StepTimes.Usual(step).TotalMilliseconds);
            if (step.Branches.Length > 0) json.WriteString("branch"u8, string.Join(',', step.Branches));
            if (step.Inrush > 0) json.WriteNumber("inrush"u8, step.Inrush);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (plan.Steps.Length > MostSteps) json.WriteNumber("stepsLeftOut"u8, plan.Steps.Length - MostSteps);
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

    /// <summary>The whole payload of <c>$power/RUN</c>.</summary>
    public static byte[] Write(PowerPicture run)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        WriteMembers(payload.Json, run);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    public static void Write(Utf8JsonWriter json, PowerPicture run)
    {
        json.WriteStartObject("run"u8);
        json.WriteString("id"u8, run.Record.Id);
        WriteMembers(json, run);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, PowerPicture run)
    {
        var record = run.Record;
        json.WriteString("scope"u8, record.Order.Scope);
        json.WriteString("act"u8, RunJson.Word(record.Order.Act));
        json.WriteString("state"u8, RunJson.Word(record.Phase));
        json.WriteString("by"u8, record.Order.By);
        if (record.Order.Second is { } second) json.WriteString("second"u8, second);
        json.WriteTime("startedAt"u8, record.StartedAt);
        if (record.EndedAt is { } ended) json.WriteTime("endedAt"u8, ended);
        json.WriteStartArray("rooms"u8);
        foreach (var (room, progress) in record.Rooms)
        {
            json.WriteStartObject();
            json.WriteString("room"u8, room);
            json.WriteString("state"u8, RunJson.Word(progress.Phase));
            if (progress.Why is { } why) json.WriteString("why"u8, why);
            json.WriteTime("since"u8, progress.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteCounts(json, run);
        WriteSteps(json, run);
    }

    private static void WriteCounts(Utf8JsonWriter json, PowerPicture run)
    {
        json.WriteStartObject("counts"u8);
        foreach (var state in run.Progress.GroupBy(p => p.State).OrderBy(g => g.Key)) json.WriteNumber(RunJson.Word(state.Key), state.Count());
        json.WriteEndObject();
    }

    private static void WriteSteps(Utf8JsonWriter json, PowerPicture run)
    {
        var isFolded = run.Steps.Length > MostSteps;
        var leftOut = 0;
        var told = 0;
        json.WriteStartArray("steps"u8);
        foreach (var (step, progress) in run.Steps.Zip(run.Progress))
        {
            if (isFolded && (progress.State is StepState.Verified or StepState.Waiting || told >= MostSteps))
            {
                leftOut++;
                continue;
            }

            told++;
            json.WriteStartObject();
            WriteStep(json, step);
            json.WriteString("state"u8, RunJson.Word(progress.State));
            if (progress.Reason is { } reason) json.WriteSaid("reason", reason, 200);
            if (progress.Tries > 0) json.WriteNumber("tries"u8, progress.Tries);
            if (progress.WishedAt is { } wished) json.WriteTime("wishedAt"u8, wished);
            if (progress.SentAt is { } sent) json.WriteTime("sentAt"u8, sent);
            if (progress.EndedAt is { } ended) json.WriteTime("endedAt"u8, ended);
            json.WriteStartArray("signs"u8);
            foreach (var sign in progress.Signs)
            {
                json.WriteStartObject();
                json.WriteString("sign"u8, sign.Name);
                json.WriteString("says"u8, RunJson.Word(sign.Says));
                json.WriteString("shown"u8, SafeText.Shown(sign.Shown, 40));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (leftOut > 0) json.WriteNumber("stepsLeftOut"u8, leftOut);
    }

    private static void WriteStep(Utf8JsonWriter json, PowerStep step)
    {
        json.WriteString("step"u8, step.Id);
        json.WriteString("kind"u8, RunJson.Word(step.Kind));
        json.WriteString("device"u8, step.Device.ToString());
        if (step.Outlet is { } outlet) json.WriteNumber("outlet"u8, outlet);
        json.WriteStartArray("rooms"u8);
        foreach (var room in step.Rooms) json.WriteStringValue(room);
        json.WriteEndArray();
    }
}

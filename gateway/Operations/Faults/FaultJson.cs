using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Release;

namespace AvGateway.Operations.Faults;

/// <summary>Faults as they are stored, and as they are shown.</summary>
public static class FaultJson
{
    /// <summary>A topic holds the end of a long time line; the service record has all of it.</summary>
    public const int MostLinesShown = 50;

    private static readonly JsonSerializerOptions Kept = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static string Write(Fault fault) => JsonSerializer.Serialize(fault, Kept);

    /// <exception cref="JsonException">The stored text is damaged.</exception>
    public static Fault Read(string json) => JsonSerializer.Deserialize<Fault>(json, Kept) ?? throw new JsonException("a stored fault is null");

    // A record is read for years: members that a later version added or took away must not make it unreadable.
    private static readonly JsonSerializerOptions Recorded = new(Kept) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>A row of the service record has at most 16 KiB.</summary>
    private const int MostRecorded = 12_000;

    /// <summary>
    /// How a fault stands, for its row of the service record: what contract clocks and monthly figures are reckoned from. Without its time line, which
    /// the record has as rows, without what the device said in its own words, and without who reported it.
    /// </summary>
    public static JsonElement Record(Fault fault)
    {
        fault = fault with { TimeLine = [], Detail = null, Affected = [], Reporters = [] };
        var told = JsonSerializer.SerializeToUtf8Bytes(fault, Recorded);

        // One that came and went for days: the oldest breaks of its recovery give way, and its clocks count rather more than less.
        for (var kept = 64; told.Length > MostRecorded && kept >= 1; kept /= 2)
        {
            var measured = fault.Pauses.Where(p => p.Reason is PauseReason.Recovered).TakeLast(kept).ToHashSet();
            told = JsonSerializer.SerializeToUtf8Bytes(fault with { Pauses = [.. fault.Pauses.Where(p => p.Reason is not PauseReason.Recovered || measured.Contains(p))] }, Recorded);
        }

        return JsonElement.Parse(told);
    }

    /// <summary>Null when the row cannot be read.</summary>
    public static Fault? ReadRecord(JsonElement told)
    {
        try
        {
            return told.Deserialize<Fault>(Recorded) is { } fault
                ? fault with { Terms = fault.Terms.IsDefault ? [] : fault.Terms, Pauses = fault.Pauses.IsDefault ? [] : fault.Pauses, Affected = [], TimeLine = [], Reporters = [] }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Write(IReadOnlyDictionary<int, int> numbers) => JsonSerializer.Serialize(numbers, Kept);

    /// <exception cref="JsonException">The stored text is damaged.</exception>
    public static Dictionary<int, int> ReadNumbers(string json) => JsonSerializer.Deserialize<Dictionary<int, int>>(json, Kept) ?? throw new JsonException("stored numbers are null");

    /// <summary>Members of <c>$fault/F</c>.</summary>
    public static void Show(Utf8JsonWriter json, Fault fault, FaultKind kind, IReadOnlyList<ContractClock> clocks)
    {
        json.WriteString("id"u8, fault.Id);
        WriteWhat(json, fault, kind);
        json.WriteBoolean("present"u8, fault.IsPresent);
        json.WriteNumber("times"u8, fault.Times);
        if (fault.IsFlapping) json.WriteBoolean("flapping"u8, true);
        if (fault.CausedBy is { } cause) json.WriteString("causedBy"u8, cause);
        if (!fault.Affected.IsDefaultOrEmpty)
        {
            json.WriteStartArray("affected"u8);
            foreach (var device in fault.Affected) json.WriteStringValue(device);
            json.WriteEndArray();
        }

        if (fault.Detail is { } detail) json.WriteSaid("detail", detail);
        if (fault.Owner is { } owner) json.WriteString("owner"u8, owner);
        if (fault.Party is { } party) json.WriteString("party"u8, party);
        WriteReporters(json, fault);
        WriteTimes(json, fault);
        WriteClocks(json, clocks);
        if (fault.Pause is { } pause)
        {
            json.WriteStartObject("pause"u8);
            json.WriteString("reason"u8, PauseWords.Of(pause.Reason));
            json.WriteString("proof"u8, pause.Proof);
            json.WriteString("by"u8, pause.By);
            json.WriteTime("since"u8, pause.From);
            json.WriteEndObject();
        }

        if (fault.Reopens is { } reopens) json.WriteString("reopens"u8, reopens);
        json.WriteStartArray("timeLine"u8);
        foreach (var line in fault.TimeLine[Math.Max(0, fault.TimeLine.Length - MostLinesShown)..])
        {
            json.WriteStartObject();
            WriteLine(json, line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// Members of <c>$escalation/V/F</c>: what a vendor or carrier needs and no more. Built from an allow-list: what people of the court wrote,
    /// and what a device said in its own words, does not leave.
    /// </summary>
    /// <param name="released">The report that the court let go to whoever has it now; null: nothing but the call leaves.</param>
    public static void Report(Utf8JsonWriter json, Fault fault, FaultKind kind, IReadOnlyList<ContractClock> clocks, ReleasedReport? released = null)
    {
        json.WriteString("id"u8, fault.Id);
        WriteWhat(json, fault, kind);
        json.WriteBoolean("present"u8, fault.IsPresent);
        json.WriteNumber("times"u8, fault.Times);
        json.WriteNumber("affected"u8, fault.Affected.Length);
        WriteTimes(json, fault);
        WriteClocks(json, clocks);
        if (released is not null) ReportJson.WriteReleased(json, released);
    }

    /// <summary>Members of <c>$follow-up/F</c>.</summary>
    public static void FollowUp(Utf8JsonWriter json, Fault fault, FaultKind kind)
    {
        json.WriteString("id"u8, fault.Id);
        WriteWhat(json, fault, kind);
        if (fault.ClosedAt is { } closed) json.WriteTime("closedAt"u8, closed);
        if (fault.FollowUpBy is { } by) json.WriteTime("by"u8, by);
        WriteReporters(json, fault);
    }

    /// <summary>Members of one message on <c>$fault-log</c>.</summary>
    public static void Log(Utf8JsonWriter json, FaultChange change)
    {
        json.WriteString("fault"u8, change.Fault.Id);
        json.WriteString("code"u8, change.Fault.Code);
        json.WriteString("severity"u8, change.Fault.Severity.ToString());
        json.WriteString("subject"u8, change.Fault.Subject);
        json.WriteString("step"u8, Word(change.Fault.Step));
        WriteLine(json, change.Line);
    }

    /// <summary><c>with-vendor</c> for <see cref="FaultStep.WithVendor"/>.</summary>
    public static string Word(FaultStep step) => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());

    private static void WriteWhat(Utf8JsonWriter json, Fault fault, FaultKind kind)
    {
        json.WriteString("code"u8, fault.Code);
        json.WriteString("severity"u8, fault.Severity.ToString());
        json.WriteString("step"u8, Word(fault.Step));
        json.WriteStartObject("title"u8);
        json.WriteString("zh"u8, kind.Zh);
        json.WriteString("en"u8, kind.En);
        json.WriteEndObject();
        json.WriteString("subject"u8, fault.Subject);
        if (fault.Room is { } room) json.WriteString("room"u8, room);
        if (fault.Verdict is not { } verdict) return;
        json.WriteStartObject("verdict"u8);
        LineJson.Show(json, verdict);
        json.WriteEndObject();
    }

    private static void WriteReporters(Utf8JsonWriter json, Fault fault)
    {
        if (fault.Reporters.IsEmpty) return;
        json.WriteStartArray("reporters"u8);
        foreach (var reporter in fault.Reporters)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, reporter.Name);
            json.WriteString("by"u8, reporter.By);
            if (reporter.Contact is { } contact) json.WriteString("contact"u8, contact);
            json.WriteTime("at"u8, reporter.At);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTimes(Utf8JsonWriter json, Fault fault)
    {
        json.WriteTime("since"u8, fault.Since);
        json.WriteTime("openedAt"u8, fault.OpenedAt);
        if (fault.AcknowledgedAt is { } acknowledged) json.WriteTime("acknowledgedAt"u8, acknowledged);
        if (fault.AnsweredAt is { } answered) json.WriteTime("answeredAt"u8, answered);
        if (fault.ArrivedAt is { } arrived) json.WriteTime("arrivedAt"u8, arrived);
        if (fault.ReleasedAt is { } released) json.WriteTime("releasedAt"u8, released);
        if (fault.RecoveredAt is { } recovered) json.WriteTime("recoveredAt"u8, recovered);
        if (fault.Circuit is { } circuit) json.WriteString("circuit"u8, circuit);
        if (fault.LastGood is { } good) json.WriteTime("lastGood"u8, good);
    }

    // Without what changes by the second: whoever shows a clock works out what is left of it.
    private static void WriteClocks(Utf8JsonWriter json, IReadOnlyList<ContractClock> clocks)
    {
        json.WriteStartArray("clocks"u8);
        foreach (var clock in clocks)
        {
            json.WriteStartObject();
            json.WriteString("clock"u8, clock.Word);
            json.WriteString("hours"u8, ServiceHours.WordOf(clock.Limit.Hours));
            json.WriteNumber("limitMinutes"u8, clock.Limit.Amount.TotalMinutes);
            json.WriteTime("from"u8, clock.From);
            if (clock.Due is { } due) json.WriteTime("due"u8, due);
            if (clock.EndedAt is { } ended) json.WriteTime("endedAt"u8, ended);
            json.WriteString("state"u8, clock.StateWord);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLine(Utf8JsonWriter json, FaultLine line)
    {
        json.WriteNumber("n"u8, line.Number);
        json.WriteTime("at"u8, line.At);
        json.WriteString("by"u8, line.By);
        json.WriteString("what"u8, line.What);
        if (line.Text is { } text) json.WriteSaid("text", new(line.TextZh ?? text, text));
    }
}

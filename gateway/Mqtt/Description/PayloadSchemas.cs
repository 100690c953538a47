using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Power;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Recording;

namespace AvGateway.Mqtt.Description;

/// <summary>One member of a payload.</summary>
/// <param name="Type">A JSON Schema type; null: any.</param>
/// <param name="Words">The only values, for a member that has a fixed set.</param>
public sealed record PayloadMember(string Name, string? Type, string En, IReadOnlyList<string>? Words = null, bool Optional = false);

/// <summary>A payload as documents describe it.</summary>
/// <param name="IsOpen">Members beyond these may stand there.</param>
public sealed record PayloadSchema(string Name, IReadOnlyList<PayloadMember> Members, bool IsOpen = false);

/// <summary>The payloads of <see cref="Topics.TopicTable"/>, by the names used there. Words come from where they are written, so that no list stands twice.</summary>
public static class PayloadSchemas
{
    private const string Text = "string";
    private const string Whole = "integer";
    private const string Flag = "boolean";
    private const string Group = "object";
    private const string List = "array";
    private const string Time = "date-time";

    private static readonly PayloadMember[] AboutFault =
    [
        new("code", Text, "Kind of fault"),
        new("severity", Text, "P1 hits a hearing, P4 is a reminder; rated anew as hearings come near", FaultPayload.Severities),
        new("step", Text, "Where the work on it stands", FaultPayload.Steps),
        new("title", Group, "What it is: zh, en"),
        new("subject", Text, "room/device, room, or a branch of the site's network"),
        new("room", Text, "The room that suffers", Optional: true),
        new("verdict", Group, "Of a watched line: side (unknown, local, carrier, far-side) and reasons (code, zh, en)", Optional: true),
        new("present", Flag, "Seen now"),
        new("times", Whole, "How often it came since it was opened"),
    ];

    private static readonly PayloadMember[] FaultTimes =
    [
        new("since", Time, "First symptom"),
        new("openedAt", Time, "When it became a fault"),
        new("acknowledgedAt", Time, "When somebody took notice", Optional: true),
        new("answeredAt", Time, "First answer", Optional: true),
        new("arrivedAt", Time, "When somebody stood before it", Optional: true),
        new("releasedAt", Time, "When the superior court released a visit", Optional: true),
        new("recoveredAt", Time, "When the symptom went, once it stayed away", Optional: true),
        new("circuit", Text, "The carrier's number of the line", Optional: true),
        new("lastGood", Time, "Of a branch: until when everything on it answered", Optional: true),
        new("clocks", List, "clock, hours, limitMinutes, from, due, endedAt, state of each clock of the contract"),
    ];

    public static IReadOnlyList<PayloadSchema> All { get; } =
    [
        new("gatewayState",
        [
            new("state", Text, "What the gateway is doing", GatewayPresence.States),
            new("session", Text, "ULID of this run; a will of another session says nothing about this one"),
            new("since", Time, "When it came to be so"),
        ]),
        new("gatewayInfo",
        [
            new("version", Text, "Version of the gateway"),
            new("configuration", Text, "Hash of the site file"),
            new("session", Text, "ULID of this run"),
            new("capabilities", List, "Words for what is served"),
        ]),
        new("gatewayHealth",
        [
            new("ts", Time, "When this was looked at"),
            new("uptime", Whole, "Seconds since the start"),
            new("memory", Group, "Bytes: workingSet, heap"),
            new("queues", Group, "What waits, by name"),
            new("clockOffsetMs", null, "Our clock against its reference; null while nothing measures it"),
            new("devices", Group, "By room/device: state, waiting commands, counters that are not zero"),
            new("devicesLeftOut", Whole, "How many devices did not fit", Optional: true),
        ]),
        new("deviceDescription",
        [
            new("class", Text, "Device class"),
            new("driver", Text, "Name of the driver"),
            new("models", Text, "Models that the driver is for"),
            new("name", Group, "What people call it: zh, en"),
            new("modes", List, "Words that mode can be"),
            new("properties", List, "name, type, range, unit, words, settable, title"),
            new("verbs", List, "name, title, what it can disturb, and the JSON Schema of its arguments"),
            new("probes", List, "Probes that speak of this device: id, kind, name, everyMs, measures"),
        ]),
        new("deviceState",
        [
            new("state", Text, "Whether it can be used", StatePayload.States),
            new("reason", Text, "Code of why"),
            new("mode", Text, "The driver's word for what it is doing"),
            new("since", Time, "When state, reason or mode last changed"),
        ]),
        new("reading",
        [
            new("v", null, "The value: text, number, flag or null"),
            new("ts", Time, "When this value or quality was first so"),
            new("q", Text, "How far it may be believed", ReadingWords.Qualities),
            new("src", Text, "Told unasked, asked in a round, or read back after a command", ReadingWords.Sources),
            new("seq", Whole, "Never goes back, restarts included"),
        ]),
        new("target",
        [
            new("v", null, "The wished value"),
            new("cmd", Text, "Id of the command"),
            new("by", Text, "Who wishes it"),
            new("until", Time, "When it is given up"),
        ]),
        new("probe",
        [
            new("id", Text, "Id of the probe, unique in the site"),
            new("kind", Text, "Kind of the probe"),
            new("name", Group, "What people call it: zh, en"),
            new("subject", Text, "What it speaks of, as its faults name it"),
            new("target", Text, "Where it looks", Optional: true),
            new("q", Text, "How far it is well; stale: it was not looked at for three periods", ProbeJson.Qualities),
            new("since", Time, "When q came to be so"),
            new("until", Time, "When this is worth nothing any more: a reader shows it as stale then"),
            new("everyMs", Whole, "Its period"),
            new("withinMs", Whole, "Its deadline"),
            new("failures", Whole, "Runs in a row that were not as they should be"),
            new("failuresUntilTold", Whole, "So many make a symptom"),
            new("faults", List, "Codes of its symptoms that are present"),
            new("at", Time, "When the last run ended", Optional: true),
            new("outcome", Text, "How it ended", ProbeJson.Outcomes, Optional: true),
            new("text", Text, "What was seen, in words", Optional: true),
            new("remedy", Text, "With outcome blind: what makes it see again", Optional: true),
            new("tookMs", "number", "How long the run took", Optional: true),
            new("log", List, "With an outcome other than seen: what the run did, step by step", Optional: true),
            new("values", Group, "By measure: v, unit, q, warnBelow, warnAbove, alarmBelow, alarmAbove", Optional: true),
        ]),
        new("line",
        [
            new("line", Text, "Id of the line in the site's network"),
            new("state", Text, "How it is", LineJson.States),
            new("since", Time, "When it came to be so; of a silence, the last answer"),
            new("at", Time, "When the figures were worked out"),
            new("until", Time, "When this is worth nothing any more: a reader shows it as unknown then"),
            new("far", Text, "Id of the court at the other end"),
            new("carrier", Text, "Who keeps the line", Optional: true),
            new("circuit", Text, "The carrier's number of the line", Optional: true),
            new("verdict", Group, "While it is degraded or down: side (unknown, local, carrier, far-side) and reasons (code, zh, en), the one that decided first", Optional: true),
            new("figures", Group, "Over the last ten seconds: sent, answered; lossOut, lossBack, lossIn in percent; variationOut, variationBack, roundTrip, delayOut, delayBack in ms"),
            new("seen", Group, "Stretch by stretch: link, router, port, carrier, farRouter, stream, third, hearsFar"),
        ]),
        new("hearing",
        [
            new("phase", Text, "Where the hearing stands", HearingPayload.Phases),
            new("stage", Text, "The same, told more exactly"),
            new("recording", Text, "Whether the recording is proven", [.. Enum.GetValues<RecordingWord>().Select(w => w.Word())]),
            new("since", Time, "When the stage began"),
            new("name", Group, "What people call the room: zh, en"),
            new("scenes", List, "Ids of the scenes that the hearing's stage allows now: the panel's live buttons"),
            new("public", Flag, "Marked public by the court: only then may it be streamed"),
            new("wished", Text, "The stage that a scene leads to", Optional: true),
            new("notConfirmed", Flag, "The silence that the wished stage asks for was not seen", Optional: true),
            new("stored", Flag, "False: a restart now would forget it", Optional: true),
            new("forgotten", Flag, "Open for longer than planned: ask the clerk", Optional: true),
            new("recorders", List, "device, role, state, faults of each recorder"),
            new("offer", Text, "room/device of an idle backup recorder while the main one is red", Optional: true),
        ]),
        new("scene",
        [
            new("state", Text, "Whether the room shows it", ScenePayload.States),
            new("name", Group, "What people call it: zh, en"),
            new("since", Time, "When it came to be so"),
            new("confirm", Flag, "A person has to confirm it"),
            new("changed", List, "What somebody else has changed since: device, property", Optional: true),
            new("last", Group, "The last run: id, by, state, startedAt, endedAt, failedAt, steps, truths", Optional: true),
        ]),
        new("schedule",
        [
            new("name", Group, "What people call it: zh, en"),
            new("act", Text, "What it does", Acts.All),
            new("rule", Group, "When it is due: zh, en"),
            new("state", Text, "What it is doing", ScheduleJson.States),
            new("next", Group, "The next time: date, at, why, day (kind, off, why), rooms", Optional: true),
            new("guard", List, "Rooms that are guarded now: room, code, why"),
            new("open", Group, "A decision that runs, waits for its rooms or for a person; as last", Optional: true),
            new("last", Group, "The last decision: date, part, due, state, why, says, by, at, startedAt, endedAt, again, rooms", Optional: true),
            new("listMissing", Group, "The list of days off that is missing: year, severity", Optional: true),
        ]),
        new("readiness",
        [
            new("state", Text, "Whether the room is on and proven", ReadinessPayload.States),
            new("hearingAt", Time, "When the hearing begins; nothing else of it is told"),
            new("severity", Text, "How urgent it is, by the time that is left: P1, P2 or P3", Optional: true),
            new("failed", List, "device and why of everything that is not ready"),
            new("free", List, "Rooms of the same use that are ready and free for that time"),
            new("since", Time, "When it came to be so"),
        ]),
        new("powerRun",
        [
            new("scope", Text, "site, or the rooms"),
            new("act", Text, "off or on", ["off", "on"]),
            new("state", Text, "How far it is", PowerJson.RunPhases),
            new("by", Text, "Who gave the order"),
            new("second", Text, "The other person, where two gave it", Optional: true),
            new("startedAt", Time, "When it began"),
            new("endedAt", Time, "When it ended", Optional: true),
            new("rooms", List, "room, state, why it is deferred, since"),
            new("counts", Group, "How many steps are in each state"),
            new("steps", List, "step, kind, device, outlet, rooms, state, reason, tries, wishedAt, sentAt, endedAt, signs"),
            new("stepsLeftOut", Whole, "In a large run: how many steps are only counted", Optional: true),
        ]),
        new("inspection",
        [
            new("schema", Whole, "Version of this form"),
            new("id", Text, "I-YEAR-NUMBER"),
            new("profile", Text, "Id of its profile"),
            new("name", Group, "The profile's name: zh, en"),
            new("state", Text, "How far it is", InspectionJson.States),
            new("scope", Text, "site, or the rooms"),
            new("by", Text, "Who ordered it"),
            new("startedAt", Time, "When it began"),
            new("endedAt", Time, "When it ended", Optional: true),
            new("rooms", List, "room, name, and how many rows of devices it has"),
            new("counts", Group, "How many devices are in each state"),
            new("findings", Whole, "How many devices and manual rows are not as they should be"),
            new("complete", Flag, "Nothing was skipped, and every manual row has a name"),
            new("manual", List, "row, room, title, result, by, at, text of what people look at; the first 30"),
            new("hours", List, "row, device, work, title, hours, since, limit, due, by, at: running hours against their limits; the first 30"),
            new("signedBy", Text, "Who signed the whole form", Optional: true),
            new("signedAt", Time, "When", Optional: true),
        ]),
        new("inspectionRoom", [new("rows", List, "device, room, name, state, reason, says, detail, fault, at, checks (check, state, reason, says, detail, at)")]),
        new("fault", [new("id", Text, "F-YEAR-NUMBER"), .. AboutFault, .. FaultTimes,
            new("flapping", Flag, "Comes and goes too often to be told each time", Optional: true),
            new("causedBy", Text, "The fault that explains this one", Optional: true),
            new("affected", List, "room/device of all that is gone with a branch of the network", Optional: true),
            new("detail", Text, "What the device or the gateway saw", Optional: true),
            new("owner", Text, "Who works on it", Optional: true),
            new("party", Text, "The vendor or carrier that has it", Optional: true),
            new("reporters", List, "name, by, contact, at of each who reported it", Optional: true),
            new("reopens", Text, "An earlier fault that this one takes up again", Optional: true),
            new("pause", Group, "Why clocks stand still: reason, proof, by, since", Optional: true),
            new("timeLine", List, "n, at, by, what, text: the last 50 lines"),
        ]),
        new("escalation", [new("id", Text, "F-YEAR-NUMBER"), .. AboutFault, .. FaultTimes, new("affected", Whole, "How many devices are gone with a branch of the network")]),
        new("followUp", [new("id", Text, "F-YEAR-NUMBER"), .. AboutFault.Where(m => m.Name is not ("present" or "times")),
            new("closedAt", Time, "When it was closed"),
            new("by", Time, "By when somebody has to have asked"),
            new("reporters", List, "name, by, contact, at of each who reported it", Optional: true),
        ]),
        new("silence",
        [
            new("by", Text, "On whose word"),
            new("reason", Text, "Why"),
            new("from", Time, "From when on"),
            new("until", Time, "Until when; nothing is silent for ever"),
            new("fault", Text, "One fault alone", Optional: true),
            new("subject", Text, "A room with all in it, room/device, or a branch of the site's network", Optional: true),
            new("code", Text, "One kind of fault alone", Optional: true),
        ]),
        new("notice",
        [
            new("waiting", Whole, "Messages that wait for this contact"),
            new("lanes", List, "channel, waiting, tries, said of each way on which something waits"),
            new("dead", List, "key, channel, at, tries, said, faults of each message that will not be tried again"),
        ]),
        new("roster", [new("contact", Text, "Who is on duty; missing when nobody is", Optional: true)]),
        new("faultLog",
        [
            new("fault", Text, "F-YEAR-NUMBER"),
            new("code", Text, "Kind of fault"),
            new("severity", Text, "P1 hits a hearing, P4 is a reminder", FaultPayload.Severities),
            new("subject", Text, "room/device, room, or a branch of the site's network"),
            new("step", Text, "Where the work on it stands", FaultPayload.Steps),
            new("n", Whole, "Number of the line in the fault's time line, without gaps"),
            new("at", Time, "When"),
            new("by", Text, "A user, or gateway"),
            new("what", Text, "What happened", FaultWords.All),
            new("text", Text, "In words", Optional: true),
        ]),
        new("event", [new("ts", Time, "When it happened")], IsOpen: true),
        new("request",
        [
            new("args", Group, "The arguments by name; may be left out when there are none", Optional: true),
            new("id", Text, "1 to 128 letters, digits, dots, underscores and hyphens", Optional: true),
            new("ttl", "number", "Seconds after which it must not be carried out any more", Optional: true),
        ]),
        new("answer",
        [
            new("id", Text, "Id of the request"),
            new("phase", Text, "How far it is", Phases.All),
            new("final", Flag, "True exactly once, in the last answer"),
            new("stat", Whole, "Number of the outcome"),
            new("code", Text, "Code of the outcome", [.. AnswerCodes.All.Select(c => c.Code).Distinct()]),
            new("title", Text, "The outcome in words"),
            new("device", Text, "site/room/device", Optional: true),
            new("scene", Text, "site/room/$scene/id, for a request about a room", Optional: true),
            new("schedule", Text, "site/$schedule/job, for a request about a job", Optional: true),
            new("decision", Group, "At the end of a request about a job: the decision as the job's topic shows it", Optional: true),
            new("preview", List, "What is due: date, at, why, day, rooms", Optional: true),
            new("leftOut", Whole, "How many more are due than a preview shows", Optional: true),
            new("ics", Text, "The preview as an iCalendar file", Optional: true),
            new("run", Group, "A scene's run at its end, a power run's id at once and the whole at its end, as their topics show them", Optional: true),
            new("plan", Group, "What a previewed scene or power run would do: steps, notes", Optional: true),
            new("entries", Whole, "At the end of a docket: how many hearings it has", Optional: true),
            new("digest", Text, "At the end of a docket: SHA-256 of what was brought", Optional: true),
            new("findings", List, "What is wrong with a docket: place, code, zh, en", Optional: true),
            new("inspection", Group, "At the end of a request about inspections: id, state, findings, complete, counts", Optional: true),
            new("position", Whole, "When accepted: how many are ahead", Optional: true),
            new("deadline", Time, "When accepted: when its time ends", Optional: true),
            new("retryable", Flag, "At the end: asking again later can help", Optional: true),
            new("attempts", Whole, "At the end: how often a frame went out", Optional: true),
            new("elapsedMs", Whole, "Milliseconds since it arrived", Optional: true),
            new("retryAfterMs", Whole, "When too much is asked: how long to wait", Optional: true),
            new("reported", Group, "What the device showed last: v, q", Optional: true),
            new("fault", Text, "The fault that explains it", Optional: true),
            new("probe", Group, "At the end of a probe that was run: as its topic shows it, always with its log", Optional: true),
            new("history", Group, "The history of a probe: points (time in ms, q, value, ms taken) and bad (the last runs that failed, with their logs)", Optional: true),
        ]),
        new("any", [], IsOpen: true),
    ];
}

using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Operations.Commands;

/// <summary>One row of the table of answers: what a caller's program acts on, and the words used when nothing more exact is known.</summary>
/// <param name="Stat">Three digits in the manner of HTTP.</param>
/// <param name="Retryable">Asking again later, with a new id, can help.</param>
public sealed record AnswerCode(int Stat, string Code, string Title, bool Retryable = false);

/// <summary>Every answer that this version gives. gateway/docs/mqtt.md holds the same table, and a test compares them.</summary>
public static class AnswerCodes
{
    public static readonly AnswerCode Verified = new(200, "AVG-VERIFIED", "the effect was seen");
    public static readonly AnswerCode Accepted = new(202, "AVG-ACCEPTED", "accepted");
    public static readonly AnswerCode Partial = new(207, "AVG-PARTIAL", "done in part: the steps tell what is true now");
    public static readonly AnswerCode AcknowledgedOnly = new(203, "AVG-ACKED-ONLY", "acknowledged; this device cannot show the effect");

    public static readonly AnswerCode Malformed = new(400, "AVG-REQ-MALFORMED", "the payload cannot be read");
    public static readonly AnswerCode TooLarge = new(400, "AVG-REQ-SIZE", "the payload is larger than 65536 bytes");
    public static readonly AnswerCode BadTopic = new(400, "AVG-REQ-TOPIC", "this is no request topic");
    public static readonly AnswerCode BadId = new(400, "AVG-REQ-ID", "the id cannot be used");
    public static readonly AnswerCode Retained = new(400, "AVG-REQ-RETAINED", "requests must not be retained");
    public static readonly AnswerCode Unknown = new(400, "AVG-REQ-UNKNOWN", "there is no such thing here");
    public static readonly AnswerCode IdReused = new(400, "AVG-REQ-ID-REUSED", "this id was already used for another request");

    public static readonly AnswerCode NoScene = new(400, "AVG-REQ-SCENE", "there is no such scene");
    public static readonly AnswerCode NoRollback = new(400, "AVG-REQ-ROLLBACK", "there is no run to take back");

    public static readonly AnswerCode BadArgument = new(422, "AVG-REQ-ARGUMENT", "an argument is missing, unknown or of the wrong kind");
    public static readonly AnswerCode OutOfRange = new(422, "AVG-REQ-RANGE", "an argument is outside its range");
    public static readonly AnswerCode BadText = new(422, "AVG-REQ-TEXT", "a text holds characters that no device may get");
    public static readonly AnswerCode ReadOnly = new(422, "AVG-REQ-READ-ONLY", "this property cannot be set");
    public static readonly AnswerCode NotNow = new(422, "AVG-REQ-STATE", "not possible as the device is now");

    public static readonly AnswerCode DocketFindings = new(422, "AVG-REQ-DOCKET", "the docket has findings: nothing of it is used, the earlier one counts");

    public static readonly AnswerCode ReportIncomplete = new(422, "AVG-REPORT-INCOMPLETE", "the report has gaps: it names them");

    public static readonly AnswerCode NoUser = new(403, "AVG-AUTH-USER", "there is no such user");
    public static readonly AnswerCode UserEnded = new(403, "AVG-AUTH-ENDED", "this account has ended");
    public static readonly AnswerCode NoRight = new(403, "AVG-AUTH-RIGHTS", "this caller may not do this here");
    public static readonly AnswerCode NotTheCourt = new(403, "AVG-AUTH-HEARING", "this caller may not lead this room's hearing");
    public static readonly AnswerCode NoOverride = new(403, "AVG-AUTH-OVERRIDE", "this role may not override the hearing guard here");
    public static readonly AnswerCode ForeignAnswerTopic = new(403, "AVG-AUTH-RESPONSE", "the response topic is not in the caller's own branch");

    public static readonly AnswerCode Maintenance = new(409, "AVG-GUARD-MAINTENANCE", "the device is locked for maintenance");
    public static readonly AnswerCode Disabled = new(409, "AVG-GUARD-DISABLED", "the device is disabled");
    public static readonly AnswerCode HearingUnknown = new(409, "AVG-GUARD-HEARING-UNKNOWN", "the hearing's state has not been read yet", Retryable: true);
    public static readonly AnswerCode HearingOpen = new(409, "AVG-GUARD-HEARING-OPEN", "an earlier hearing of this room is still open");
    public static readonly AnswerCode HearingStage = new(409, "AVG-GUARD-HEARING-STAGE", "not possible at this stage of the hearing");
    public static readonly AnswerCode Unconfirmed = new(409, "AVG-GUARD-CONFIRM", "a person must confirm this");
    public static readonly AnswerCode SceneRunning = new(409, "AVG-GUARD-SCENE-RUNNING", "another scene of this room is running", Retryable: true);

    public static readonly AnswerCode Deferred = new(409, "AVG-GUARD-DEFERRED", "put off because a room is guarded; it comes again by itself", Retryable: true);
    public static readonly AnswerCode PowerRunning = new(409, "AVG-GUARD-POWER-RUNNING", "a power run of these rooms is under way", Retryable: true);
    public static readonly AnswerCode NotPreviewed = new(409, "AVG-GUARD-PREVIEW", "the whole site goes off only as it was previewed within the last 24 hours", Retryable: true);
    public static readonly AnswerCode SecondPerson = new(409, "AVG-GUARD-SECOND-PERSON", "a second person who may must agree", Retryable: true);
    public static readonly AnswerCode FaultStep = new(409, "AVG-FAULT-STEP", "not possible as the fault stands");
    public static readonly AnswerCode ReportStep = new(409, "AVG-REPORT-STEP", "not possible as the report stands");
    public static readonly AnswerCode Inspecting = new(409, "AVG-INSPECT-RUNNING", "an inspection of these rooms is under way", Retryable: true);
    public static readonly AnswerCode InspectionStep = new(409, "AVG-INSPECT-STEP", "not possible as the inspection stands");

    public static readonly AnswerCode ServiceStep = new(409, "AVG-SERVICE-STEP", "not possible as the ledger of the service period stands");

    /// <summary>Why the hearing guard stops a frame.</summary>
    public static IReadOnlyList<AnswerCode> Guards { get; } =
    [
        .. Enum.GetValues<GuardReason>().Where(r => r is not GuardReason.None).Select(r => new AnswerCode(409, GuardTexts.Code(r), GuardTexts.Says(r).En)),
    ];

    public static readonly AnswerCode Superseded = new(409, "AVG-SUPERSEDED", "replaced by a newer wish");
    public static readonly AnswerCode Expired = new(410, "AVG-EXPIRED", "too late: nothing was sent");
    public static readonly AnswerCode ParentDown = new(424, "AVG-DEPEND", "what the device depends on is down", Retryable: true);
    public static readonly AnswerCode Busy = new(429, "AVG-BUSY", "too many requests wait", Retryable: true);

    public static readonly AnswerCode Internal = new(500, "AVG-INTERNAL", "an error of the gateway");
    public static readonly AnswerCode Refused = new(502, "AVG-DEV-NAK", "the device refused");
    public static readonly AnswerCode Offline = new(503, "AVG-DEV-OFFLINE", "the device cannot be reached", Retryable: true);
    public static readonly AnswerCode NoStore = new(503, "AVG-STORE", "the gateway cannot record commands now; nothing was sent", Retryable: true);
    public static readonly AnswerCode NoReply = new(504, "AVG-CMD-NOREPLY", "the device did not answer", Retryable: true);

    public static IReadOnlyList<AnswerCode> All { get; } =
    [
        Verified, Accepted, AcknowledgedOnly, Partial,
        Malformed, TooLarge, BadTopic, BadId, Retained, Unknown, IdReused, NoScene, NoRollback,
        BadArgument, OutOfRange, BadText, ReadOnly, NotNow, DocketFindings, ReportIncomplete,
        NoUser, UserEnded, NoRight, NotTheCourt, NoOverride, ForeignAnswerTopic,
        .. Guards, HearingUnknown, HearingOpen, HearingStage, Unconfirmed, SceneRunning, Deferred, PowerRunning, NotPreviewed, SecondPerson, FaultStep, ReportStep, Inspecting, InspectionStep, ServiceStep,
        Maintenance, Disabled, Superseded, Expired, ParentDown, Busy,
        Internal, Refused, Offline, NoStore, NoReply,
    ];

    /// <summary>The row of a code that scenes or their guard gave.</summary>
    public static AnswerCode OfRoom(string? code) => All.FirstOrDefault(c => c.Code == code) ?? Internal;
}

using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Commands;

/// <summary>One row of the table of answers: what a caller's program acts on, and the words used when nothing more exact is known.</summary>
/// <param name="Stat">Three digits in the manner of HTTP.</param>
/// <param name="Zh">The same in Chinese: what a person is told where the title says it more exactly, but in English alone.</param>
/// <param name="Retryable">Asking again later, with a new id, can help.</param>
public sealed record AnswerCode(int Stat, string Code, string Title, string Zh, bool Retryable = false)
{
    public Wording Says => new(Zh, Title);
}

/// <summary>Every answer that this version gives. gateway/docs/mqtt.md holds the same table, and a test compares them.</summary>
public static class AnswerCodes
{
    public static readonly AnswerCode Verified = new(200, "AVG-VERIFIED", "the effect was seen", "已见执行");
    public static readonly AnswerCode Accepted = new(202, "AVG-ACCEPTED", "accepted", "已受理");
    public static readonly AnswerCode Partial = new(207, "AVG-PARTIAL", "done in part: the steps tell what is true now", "部分完成，各步骤说明当前实际状态");
    public static readonly AnswerCode AcknowledgedOnly = new(203, "AVG-ACKED-ONLY", "acknowledged; this device cannot show the effect", "设备已应答，但无法回读结果");

    public static readonly AnswerCode Malformed = new(400, "AVG-REQ-MALFORMED", "the payload cannot be read", "请求内容无法读取");
    public static readonly AnswerCode TooLarge = new(400, "AVG-REQ-SIZE", "the payload is larger than 65536 bytes", "请求内容超过 65536 字节");
    public static readonly AnswerCode BadTopic = new(400, "AVG-REQ-TOPIC", "this is no request topic", "不是请求主题");
    public static readonly AnswerCode BadId = new(400, "AVG-REQ-ID", "the id cannot be used", "该请求编号不可用");
    public static readonly AnswerCode Retained = new(400, "AVG-REQ-RETAINED", "requests must not be retained", "请求不得设为保留消息");
    public static readonly AnswerCode Unknown = new(400, "AVG-REQ-UNKNOWN", "there is no such thing here", "没有此设备或操作");
    public static readonly AnswerCode IdReused = new(400, "AVG-REQ-ID-REUSED", "this id was already used for another request", "该请求编号已用于另一请求");

    public static readonly AnswerCode NoScene = new(400, "AVG-REQ-SCENE", "there is no such scene", "本庭没有此场景");
    public static readonly AnswerCode NoRollback = new(400, "AVG-REQ-ROLLBACK", "there is no run to take back", "没有可撤回的操作");

    public static readonly AnswerCode BadArgument = new(422, "AVG-REQ-ARGUMENT", "an argument is missing, unknown or of the wrong kind", "参数缺失、未知或类型有误");
    public static readonly AnswerCode OutOfRange = new(422, "AVG-REQ-RANGE", "an argument is outside its range", "参数超出允许范围");
    public static readonly AnswerCode BadText = new(422, "AVG-REQ-TEXT", "a text holds characters that no device may get", "含有不允许的字符");
    public static readonly AnswerCode ReadOnly = new(422, "AVG-REQ-READ-ONLY", "this property cannot be set", "该属性只读");
    public static readonly AnswerCode NotNow = new(422, "AVG-REQ-STATE", "not possible as the device is now", "设备当前状态下不能执行");

    public static readonly AnswerCode DocketFindings = new(422, "AVG-REQ-DOCKET", "the docket has findings: nothing of it is used, the earlier one counts", "排期有问题：本次全部不采用，沿用原排期");

    public static readonly AnswerCode ReportIncomplete = new(422, "AVG-REPORT-INCOMPLETE", "the report has gaps: it names them", "报修单有缺项，已列出");

    public static readonly AnswerCode NoUser = new(403, "AVG-AUTH-USER", "there is no such user", "没有此用户");
    public static readonly AnswerCode UserEnded = new(403, "AVG-AUTH-ENDED", "this account has ended", "账号已到期");
    public static readonly AnswerCode NoRight = new(403, "AVG-AUTH-RIGHTS", "this caller may not do this here", "无权在此操作");
    public static readonly AnswerCode NotTheCourt = new(403, "AVG-AUTH-HEARING", "this caller may not lead this room's hearing", "只有本庭人员可以操作庭审");
    public static readonly AnswerCode NoOverride = new(403, "AVG-AUTH-OVERRIDE", "this role may not override the hearing guard here", "该角色无权越过庭审保护");
    public static readonly AnswerCode ForeignAnswerTopic = new(403, "AVG-AUTH-RESPONSE", "the response topic is not in the caller's own branch", "应答主题不在本人分支内");

    public static readonly AnswerCode Maintenance = new(409, "AVG-GUARD-MAINTENANCE", "the device is locked for maintenance", "设备维护中，已锁定");
    public static readonly AnswerCode Disabled = new(409, "AVG-GUARD-DISABLED", "the device is disabled", "设备已停用");
    public static readonly AnswerCode HearingUnknown = new(409, "AVG-GUARD-HEARING-UNKNOWN", "the hearing's state has not been read yet", "庭审状态尚未读取", Retryable: true);
    public static readonly AnswerCode HearingOpen = new(409, "AVG-GUARD-HEARING-OPEN", "an earlier hearing of this room is still open", "本庭上一庭审尚未闭庭");
    public static readonly AnswerCode HearingStage = new(409, "AVG-GUARD-HEARING-STAGE", "not possible at this stage of the hearing", "当前庭审阶段不能执行");
    public static readonly AnswerCode Unconfirmed = new(409, "AVG-GUARD-CONFIRM", "a person must confirm this", "须由人员确认");
    public static readonly AnswerCode SceneRunning = new(409, "AVG-GUARD-SCENE-RUNNING", "another scene of this room is running", "本庭另一操作正在执行", Retryable: true);

    public static readonly AnswerCode Deferred = new(409, "AVG-GUARD-DEFERRED", "put off because a room is guarded; it comes again by itself", "因庭审保护推迟，稍后自动执行", Retryable: true);
    public static readonly AnswerCode PowerRunning = new(409, "AVG-GUARD-POWER-RUNNING", "a power run of these rooms is under way", "相关法庭的电源运行正在进行", Retryable: true);
    public static readonly AnswerCode NotPreviewed = new(409, "AVG-GUARD-PREVIEW", "the whole site goes off only as it was previewed within the last 24 hours", "全站关机须与 24 小时内的预演一致", Retryable: true);
    public static readonly AnswerCode SecondPerson = new(409, "AVG-GUARD-SECOND-PERSON", "a second person who may must agree", "需要另一有权人员同意", Retryable: true);
    public static readonly AnswerCode FaultStep = new(409, "AVG-FAULT-STEP", "not possible as the fault stands", "故障当前状态下不能执行");
    public static readonly AnswerCode ReportStep = new(409, "AVG-REPORT-STEP", "not possible as the report stands", "报修单当前状态下不能执行");
    public static readonly AnswerCode Inspecting = new(409, "AVG-INSPECT-RUNNING", "an inspection of these rooms is under way", "相关法庭的巡检正在进行", Retryable: true);
    public static readonly AnswerCode InspectionStep = new(409, "AVG-INSPECT-STEP", "not possible as the inspection stands", "巡检当前状态下不能执行");

    public static readonly AnswerCode ServiceStep = new(409, "AVG-SERVICE-STEP", "not possible as the ledger of the service period stands", "服务期台账当前状态下不能执行");

    /// <summary>Why the hearing guard stops a frame.</summary>
    public static IReadOnlyList<AnswerCode> Guards { get; } =
    [
        .. Enum.GetValues<GuardReason>().Where(r => r is not GuardReason.None).Select(r => new AnswerCode(409, GuardTexts.Code(r), GuardTexts.Says(r).En, GuardTexts.Says(r).Zh)),
    ];

    public static readonly AnswerCode Superseded = new(409, "AVG-SUPERSEDED", "replaced by a newer wish", "已被新的命令取代");
    public static readonly AnswerCode Expired = new(410, "AVG-EXPIRED", "too late: nothing was sent", "超时，未发送");
    public static readonly AnswerCode ParentDown = new(424, "AVG-DEPEND", "what the device depends on is down", "上级设备故障", Retryable: true);
    public static readonly AnswerCode Busy = new(429, "AVG-BUSY", "too many requests wait", "排队请求过多，请稍后再试", Retryable: true);

    public static readonly AnswerCode Internal = new(500, "AVG-INTERNAL", "an error of the gateway", "网关内部错误");
    public static readonly AnswerCode Refused = new(502, "AVG-DEV-NAK", "the device refused", "设备拒绝执行");
    public static readonly AnswerCode Offline = new(503, "AVG-DEV-OFFLINE", "the device cannot be reached", "设备无法联系", Retryable: true);
    public static readonly AnswerCode NoStore = new(503, "AVG-STORE", "the gateway cannot record commands now; nothing was sent", "网关当前无法记录命令，未发送", Retryable: true);
    public static readonly AnswerCode NoReply = new(504, "AVG-CMD-NOREPLY", "the device did not answer", "设备未应答", Retryable: true);

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

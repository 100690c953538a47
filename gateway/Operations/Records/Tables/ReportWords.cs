using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Service;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

/// <summary>The words of a report in both languages.</summary>
public static class ReportWords
{
    public static Wording Of(LedgerState state) => state switch
    {
        LedgerState.Up => new("可用", "Up"),
        LedgerState.Degraded => new("降级", "Degraded"),
        LedgerState.Down => new("不可用", "Down"),
        LedgerState.Unknown => new("未知", "Unknown"),
        LedgerState.Planned => new("计划关机", "Off as planned"),
        LedgerState.Maintenance => new("批准检修", "Approved maintenance"),
        _ => new("未登记", "Not registered"),
    };

    public static Wording Of(ClockKind kind) => kind switch
    {
        ClockKind.Acknowledge => new("确认", "Acknowledge"),
        ClockKind.Answer => new("答复", "Answer"),
        ClockKind.OnSite => new("到场（自故障起）", "On site (from the fault)"),
        ClockKind.OnSiteReleased => new("到场（自批准派工起）", "On site (from the release)"),
        _ => new("恢复", "Restore"),
    };

    public static Wording Of(ClockState state) => state switch
    {
        ClockState.Met => new("达标", "Met"),
        ClockState.Missed => new("超时", "Missed"),
        ClockState.Paused => new("暂停", "Paused"),
        _ => new("计时中", "Running"),
    };

    public static Wording Of(PauseReason reason) => reason switch
    {
        PauseReason.Hearing => new("庭审进行中", "Hearing in session"),
        PauseReason.Part => new("等待备件", "Waiting for a part"),
        PauseReason.Carrier => new("运营商处理", "With the carrier"),
        PauseReason.Access => new("无法进入现场", "No access"),
        PauseReason.ForceMajeure => new("不可抗力", "Force majeure"),
        _ => new("症状消失期间", "While the symptom was away"),
    };

    public static Wording Of(HoursKind hours) => hours switch
    {
        HoursKind.Office => new("工作时间 5×8", "office hours 5×8"),
        HoursKind.Phone => new("电话 24 小时", "phone 24 h"),
        _ => new("全天 7×24", "all hours 7×24"),
    };

    public static Wording Of(FaultStep step) => step switch
    {
        FaultStep.Open => new("待处理", "Open"),
        FaultStep.Acknowledged => new("已确认", "Acknowledged"),
        FaultStep.Diagnosing => new("诊断中", "Diagnosing"),
        FaultStep.WithVendor => new("厂家处理", "With the vendor"),
        FaultStep.WithCarrier => new("运营商处理", "With the carrier"),
        FaultStep.WaitingPart => new("等待备件", "Waiting for a part"),
        FaultStep.WaitingHearing => new("等待庭审结束", "Waiting for the hearing"),
        FaultStep.AwaitingDispatch => new("等待派工批准", "Awaiting dispatch"),
        FaultStep.Restored => new("已恢复", "Restored"),
        FaultStep.Solved => new("已解决", "Solved"),
        FaultStep.FollowedUp => new("已回访", "Followed up"),
        _ => new("已关闭", "Closed"),
    };

    public static Wording Of(ServiceKind kind) => kind switch
    {
        ServiceKind.Absence => new("缺勤", "Absence"),
        ServiceKind.Problem => new("严重服务问题", "Serious problem"),
        ServiceKind.ForceMajeure => new("不可抗力", "Force majeure"),
        ServiceKind.Maintenance => new("检修", "Maintenance"),
        _ => new("现场服务", "Visit"),
    };

    /// <summary>What a stretch was put down to: a reason of a device, a power run, an entry of the ledger.</summary>
    public static Wording Cause(LedgerValue value) => value.Cause switch
    {
        "" => new("", ""),
        LedgerCauses.GatewayAway => new("网关未运行", "the gateway was not running"),
        LedgerCauses.NotSeen => new("尚未读到状态", "not read yet"),
        _ when value.State is LedgerState.Planned => new($"断电任务 {value.Cause}", $"power run {value.Cause}"),
        _ when value.State is LedgerState.Maintenance => new($"检修 {value.Cause}", $"maintenance {value.Cause}"),
        var reason => SightReasons.Says(reason),
    };

    public static Wording Act(string act) => act switch
    {
        "on" => new("开机", "On"),
        "off" => new("关机", "Off"),
        _ => new(act, act),
    };

    public static Wording State(string? state) => state switch
    {
        "done" => new("完成", "done"),
        "partial" => new("部分完成", "done in part"),
        "cancelled" => new("已取消", "cancelled"),
        "interrupted" => new("中断", "interrupted"),
        "running" => new("进行中", "running"),
        "failed" => new("失败", "failed"),
        "refused" => new("被拒绝", "refused"),
        "skipped" => new("已跳过", "skipped"),
        "deferred" => new("已推迟", "deferred"),
        "asked" => new("待人工决定", "waits for a person"),
        "superseded" => new("已被取代", "superseded"),
        "started" => new("已开始", "started"),
        "reopened" => new("重新安排", "planned anew"),
        null => new("未结束", "not ended"),
        _ => new(state, state),
    };

    /// <summary>What a late row is, by its kind.</summary>
    public static Wording Row(string kind) => kind.Split('.')[0] switch
    {
        "device" => new("设备状态", "state of a device"),
        "fault" => new("故障记录", "fault"),
        "power" => new("电源任务", "power run"),
        "hearing" => new("庭审阶段", "stage of a hearing"),
        "inspection" => new("巡检", "inspection"),
        "schedule" => new("计划任务", "scheduled job"),
        "service" => new("服务台账", "entry of the service ledger"),
        "gateway" => new("网关运行", "run of the gateway"),
        _ => new("站点登记", "register of the site"),
    };
}

using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Guard;

/// <summary>Codes and texts of the guard's reasons.</summary>
public static class GuardTexts
{
    public static string Code(GuardReason reason) => reason switch
    {
        GuardReason.StateUnknown => "AVG-GUARD-UNKNOWN",
        GuardReason.Preparing => "AVG-GUARD-PREPARING",
        GuardReason.InSession => "AVG-GUARD-IN-SESSION",
        GuardReason.Adjourned => "AVG-GUARD-ADJOURNED",
        GuardReason.Deliberation => "AVG-GUARD-DELIBERATION",
        GuardReason.JustClosed => "AVG-GUARD-JUST-CLOSED",
        GuardReason.Reserved => "AVG-GUARD-RESERVED",
        GuardReason.DocketUnknown => "AVG-GUARD-DOCKET",
        GuardReason.RecorderBusy => "AVG-GUARD-RECORDER",
        GuardReason.RecorderUnknown => "AVG-GUARD-RECORDER-UNKNOWN",
        GuardReason.CallActive => "AVG-GUARD-CALL",
        GuardReason.RouteForbidden => "AVG-GUARD-ROUTE",
        GuardReason.NoLegalReason => "AVG-GUARD-RECORDING",
        GuardReason.UnknownEffect => "AVG-GUARD-EFFECT",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    public static Wording Says(GuardReason reason) => reason switch
    {
        GuardReason.None => new("允许", "allowed"),
        GuardReason.StateUnknown => new("庭审状态未知", "the state of the hearing is unknown"),
        GuardReason.Preparing => new("本庭正在庭前准备", "the room is being prepared for a hearing"),
        GuardReason.InSession => new("本庭正在开庭", "a hearing is in session"),
        GuardReason.Adjourned => new("本庭休庭中", "the hearing is in recess"),
        GuardReason.Deliberation => new("合议庭评议中", "the panel is deliberating"),
        GuardReason.JustClosed => new("刚刚闭庭，仍在保护时间内", "the hearing was closed only a short while ago"),
        GuardReason.Reserved => new("本庭即将开庭或已被预定", "the room is reserved for a hearing now or soon"),
        GuardReason.DocketUnknown => new("排期未知，按开庭保护", "the docket is silent or contradicts itself, so the room is guarded"),
        GuardReason.RecorderBusy => new("录制设备尚未停止或文件未关闭", "a recorder is not idle or its file is not closed"),
        GuardReason.RecorderUnknown => new("录制设备状态未知", "the state of a recorder is unknown"),
        GuardReason.CallActive => new("远程连线进行中", "a remote call is connected"),
        GuardReason.RouteForbidden => new("该信号连接被禁止", "this connection is forbidden"),
        GuardReason.NoLegalReason => new("无法定理由不得中断录制", "a recording is not interrupted without a legal reason"),
        GuardReason.UnknownEffect => new("无法判断该操作对信号的影响", "the effect of this act on the routes cannot be judged"),
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}

using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Release;

/// <summary>What may be behind a fault, and what to try next. The first one is what the facts speak for most.</summary>
public sealed record LikelyCause(string Code, Wording Cause, Wording Next);

/// <summary>From what was seen to what may be behind it. A table of signs: nothing is guessed that no sign stands for.</summary>
public static class LikelyCauses
{
    private sealed record Row(string Code, Func<ReportFacts, bool> Sign, Wording Cause, Wording Next);

    private static readonly ImmutableArray<Row> Rows =
    [
        new("power-anomaly", f => f.Surroundings.Any(m => m.IsPower && (m.Name is "on-battery" && m.Value is "true" || m.Name is "battery" && m.Value is "low" or "depleted")),
            new("供电异常：UPS 正由电池供电或电量不足", "Power: the UPS runs on its battery, or that is low"), new("先核对配电与 UPS，再处理设备", "See to the mains and the UPS before the device")),
        new("climate", f => f.Surroundings.Any(m => !m.IsPower && (m.Name is "leak" && m.Value is "true" || m.Name is "temperature" && double.TryParse(m.Value, System.Globalization.CultureInfo.InvariantCulture, out var t) && t > 35)),
            new("环境异常：温度过高或漏水", "Climate: too warm, or water"), new("先处理机房环境", "See to the room's climate first")),
        new("several-alike", f => f is { Alike: > 0, Fault.Code: FaultKinds.Unreachable },
            new("多台设备同时失联：可能为交换机或供电支路", "Several devices are away at once: a switch or a power branch"), new("核对这些设备共同的交换机端口与供电支路", "Look at the switch and the power branch that they share")),
        Reason("connect-failed", new("设备不接受连接：断电、网线、地址或服务未启动", "The device takes no connection: power, cable, address, or its service is down"),
            new("看设备电源指示灯与网口灯；从机房 ping 设备", "Look at its power and network lights; ping it from the machine room")),
        Reason("no-reply", new("连接可建立但设备不应答：设备死机或通信参数不符", "The link stands and the device does not answer: it hangs, or the line's settings differ"),
            new("看设备面板是否有反应；串口核对波特率与接线；必要时断电重启", "See whether its panel reacts; on a serial line check speed and wiring; power-cycle it if need be")),
        Reason("link-closed", new("设备主动断开：正在重启、连接数已满或被其他系统占用", "The device closed the link: it restarts, is full, or another system holds it"),
            new("核对是否有其他中控或调试软件连接；等待重启完成", "See whether another controller or tool is connected; let a restart end")),
        Reason("access-denied", new("设备拒绝登录：口令已改或权限不足", "The device refuses the log-in: another password, or too few rights"), new("核对设备端账户；更新站点文件引用的口令", "Check the account on the device; renew the secret that the site file refers to")),
        Reason("wrong-identity", new("应答的是另一台设备：更换过设备或接错线", "Another device answers: it was replaced, or the cabling is wrong"), new("核对序列号与接线；若为更换，更新站点文件", "Check serial number and cabling; after a replacement renew the site file")),
        Reason("host-key", new("设备身份密钥已变：更换、重置或中间人", "The device's host key changed: replaced, reset, or somebody in between"), new("在设备本机核对指纹后再登记", "Compare the fingerprint on the device itself before it is pinned")),
        Reason("occupied", new("设备正被其他控制方占用", "The device serves another controller"), new("找到并断开另一控制方", "Find the other controller and take it off")),
        Reason("device-absent", new("接口在，设备本体不在：矩阵主机断电或断开", "The interface answers and the device behind it is away"), new("看主机供电与连接线", "Look at the main unit's power and cable")),
        Reason("protocol-error", new("应答内容无法识别：固件升级或线路干扰", "Its answers cannot be read: new firmware, or noise on the line"), new("核对固件版本；串口核对屏蔽与接地", "Compare the firmware; on a serial line check shield and ground")),
        Reason("link-suspect", new("应答迟缓：设备过载或网络拥塞", "It answers late: the device or the network is overloaded"), new("看同一主机的探测时延与接口错误", "Look at the latency and interface errors of its probes")),
        Of(FaultKinds.PowerBranchDown, new("供电支路断电：跳闸、时序电源或 UPS 输出", "The power branch is off: a breaker, the sequencer, or the UPS output"), new("看该支路的断路器与时序电源指示", "Look at the breaker and the sequencer of this branch")),
        Of(FaultKinds.SwitchDown, new("交换机断电、死机或上联中断", "The switch has no power, hangs, or lost its uplink"), new("看交换机电源与上联口灯；从上一级交换机看端口状态", "Look at its power and uplink lights; see the port on the switch above")),
        Of(FaultKinds.LineDown, new("运营商线路中断，或线路两端的终端设备断电", "The carrier's line is down, or the terminal at one of its ends has no power"), new("看本端光猫或路由器指示灯；与对端确认供电后向运营商申告", "Look at the terminal's lights; ask the far end for its power, then report it to the carrier")),
        new("recording", f => f.Fault.Code.StartsWith("recording.", StringComparison.Ordinal) || f.Fault.Code.StartsWith("recorder.", StringComparison.Ordinal),
            new("录制未按预期增长：存储、信号输入或主机", "The recording does not grow: storage, its input signal, or the host"), new("看主机存储余量与输入信号；备份录制保持不动", "Look at the storage left and at the input; leave the backup recording alone")),
        new("flapping", f => f.Fault.IsFlapping, new("时好时坏：接触不良、供电不稳或网络环路", "It comes and goes: a loose contact, unsteady power, a loop in the network"), new("重新插接并更换线缆；看交换机端口错误计数", "Reseat and change the cable; look at the port's error counts")),
        new("probe", f => ProbeFaults.ProbeOf(f.Fault.Code) is not null, new("探测未通过，设备控制链路可能正常", "A probe failed; the device's own link may be well"), new("看证据包中该探测的运行日志", "Read the probe's own log in the bundle")),
    ];

    public static ImmutableArray<LikelyCause> Of(ReportFacts facts)
    {
        ImmutableArray<LikelyCause> found = [.. Rows.Where(r => r.Sign(facts)).Select(r => new LikelyCause(r.Code, r.Cause, r.Next))];
        return found.IsEmpty
            ? [new("none", new("现有记录不足以判断", "What was seen speaks for no cause"), new("看设备本机状态并记录，再补充到报修单", "Look at the device itself and write down what it shows"))]
            : found;
    }

    private static Row Reason(string reason, Wording cause, Wording next) => new(reason, f => f.Reason == reason || (f.Fault.IsPresent && f.Fault.Detail?.En == reason), cause, next);
    private static Row Of(string code, Wording cause, Wording next) => new(code, f => f.Fault.Code == code, cause, next);
}

using AvGateway.Classes;

namespace AvGateway.Operations.Power;

/// <summary>What can go wrong in a power run.</summary>
public static class PowerFaults
{
    public const string OffFailed = "power.off-failed";
    public const string OnFailed = "power.on-failed";
    public const string Contradicted = "power.contradicted";
    public const string CameBack = "power.came-back";
    public const string Unreachable = "power.unreachable";

    public static IReadOnlyList<FaultSpec> All { get; } =
    [
        new(OffFailed, "It was told to switch off and did not", "已发关机指令，设备未关机"),
        new(OnFailed, "It was told to switch on and did not come up", "已发开机指令，设备未就绪"),
        new(Contradicted, "One sign says that it is off and another that it is on", "电源状态互相矛盾"),
        new(CameBack, "It was off and is on again without being told to", "已关机的设备自行开机"),
        new(Unreachable, "It could not be told to switch, and nothing else shows its power", "无法下达开关机指令，也无其他电源状态"),
    ];
}

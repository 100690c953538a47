using AvGateway.Classes;

namespace AvGateway.Drivers.Runtime;

/// <summary>Faults that any device can have, whatever drives it.</summary>
public static class RuntimeFaults
{
    public static readonly FaultSpec DriverCrashed = new("driver.crashed", "The driver failed and was replaced", "驱动程序出错，已重新启动");
    public static readonly FaultSpec DriverRefused = new("driver.refused", "The driver was not let in; the device is out of use", "驱动程序未获准加载，设备停用");
    public static readonly FaultSpec ProtocolError = new("device.protocol-error", "The device sends what its protocol does not allow", "设备发送的数据不符合协议");
    public static readonly FaultSpec WrongIdentity = new("device.wrong-identity", "Another device than expected answers on this link", "该链路上应答的设备与登记不符");

    public static readonly IReadOnlyList<FaultSpec> All = [DriverCrashed, DriverRefused, ProtocolError, WrongIdentity];
}

using AvGateway.Operations.Probes;
using AvGateway.Probes.Kinds;

namespace AvGateway.Probes;

/// <summary>Every kind of probe of this build; a new one is a file beside the others and a line here.</summary>
public static class ProbeKinds
{
    public static ProbeTable Table(ProbeTools tools) => new(
    [
        TcpProbe.Kind(tools),
        HttpProbe.Kind(tools),
        IcmpProbe.Kind(tools),
        DnsProbe.Kind(tools),
        NtpProbe.Kind(tools),
        SipProbe.Kind(tools),
        RtspProbe.Kind(tools),
        SqlProbe.Kind(tools),
        SshProbe.Kind(tools),
        SnmpProbe.Kind(tools),
        SnmpInterfaceProbe.Kind(tools),
        SnmpHostProbe.Kind(tools),
        SnmpUpsProbe.Kind(tools),
        ModbusProbe.Kind(tools),
        DeviceProbe.Kind(tools),
        IdentityProbe.Kind(tools),
        TemperatureProbe.Kind(tools),
        RecordingProbe.Kind(tools),
    ]);
}

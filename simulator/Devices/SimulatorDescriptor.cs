using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices;

/// <summary>What the catalog knows about one simulated protocol.</summary>
/// <param name="Protocol">The driver name of the site file.</param>
/// <param name="DeviceClass">recorder, matrix, codec …</param>
/// <param name="Title">For people.</param>
/// <param name="Links">The kinds of link it can be reached by, its usual one first.</param>
/// <param name="Create">Makes one; it is not yet on any link.</param>
public sealed record SimulatorDescriptor(
    string Protocol, string DeviceClass, string Title, IReadOnlyList<LinkKind> Links,
    Func<DeviceSetting, TimeProvider, SimulatedDevice> Create)
{
    /// <summary>How a link to its TCP port is written.</summary>
    public string TcpScheme { get; init; } = "tcp";

    /// <summary>Line settings as they stand in a serial link.</summary>
    public string LineSettings { get; init; } = "baud=9600&data=8&parity=none&stop=1&flow=none";

    /// <summary>What a gateway calls its link of datagrams.</summary>
    public string UdpScheme { get; init; } = "udp";

    /// <summary>How a link to its SSH port is written.</summary>
    public string SshScheme { get; init; } = "ssh";

    /// <summary>Set where the protocol has links of its own: <c>modbus+</c> in front of the kind.</summary>
    public string LinkPrefix { get; init; } = "";

    /// <summary>The scheme of a link of this kind in a site file.</summary>
    public string Scheme(LinkKind kind) => kind switch
    {
        LinkKind.Udp => UdpScheme,
        LinkKind.Serial => LinkPrefix + "serial",
        LinkKind.Ssh => SshScheme,
        LinkKind.Sip => "sip",
        LinkKind.WebSocket => "ws",
        _ => LinkPrefix + TcpScheme,
    };
}

/// <summary>A device that the catalog finds by itself.</summary>
public interface ICatalogued
{
    static abstract SimulatorDescriptor Descriptor { get; }
}

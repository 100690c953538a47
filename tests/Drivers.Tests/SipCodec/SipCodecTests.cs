using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.SipCodec;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.SipCodec;

/// <summary>Two calls of ours that are joined: over UDP on the bench, over TCP on real sockets.</summary>
public sealed class SipCodecTests : CodecCompliance<SipReply>
{
    private readonly int _port = FreePort();

    protected override DriverManifest<SipReply> Manifest => SipCodecDriver.Manifest;

    protected override DeviceSetting Setting => base.Setting with { Port = _port, Options = new() { ["address"] = SimulatedSipPeer.Address } };

    protected override BenchSetup Setup => new()
    {
        Link = SimulatedSipPeer.Link,
        Options = Arguments.Of(("proxy", SimulatedSipPeer.Proxy)),
    };

    protected override Arguments RealOptions => Arguments.Of(("proxy", $"sip:127.0.0.1:{_port}"));

    protected override bool HasMicrophoneKey => false;

    protected override bool DialsAnyText => false;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    protected override SimulatedPeer Peer(VirtualClock clock) => new SimulatedSipPeer(Setting, clock);

    protected override string CauseOf(string farEnd) => SipBench.CauseOf(farEnd);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>What the tests of this driver share.</summary>
internal static class SipBench
{
    public static string CauseOf(string farEnd) => farEnd switch
    {
        "busy" => "486 Busy Here",
        "rejects" => "603 Decline",
        _ => "404 Not Found",
    };
}

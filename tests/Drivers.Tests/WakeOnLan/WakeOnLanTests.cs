using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.WakeOnLan;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.WakeOnLan;

/// <summary>A PC that is woken and shut down: on the bench behind the product's link, and over real SSH and a real datagram.</summary>
public sealed class WakeOnLanTests : DeviceCompliance<WakeReply>
{
    protected override DriverManifest<WakeReply> Manifest => WakeOnLanDriver.Manifest;

    protected override Wish First => new(PowerWords.OffVerb, [], PowerWords.PowerState, PowerStates.Off, ("power-button", new JsonObject()));

    protected override Wish Second => new(PowerWords.OnVerb, [], PowerWords.PowerState, PowerStates.On);

    // Nobody here sent it away: only after a minute of silence is it called off.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(90);

    protected override DeviceSetting Setting => base.Setting with { Options = new() { ["mac"] = SimulatedPcPeer.Mac } };

    protected override BenchSetup Setup => new() { Link = SimulatedPcPeer.Link, Options = Arguments.Of(("shutdown", "shutdown -h now")), Secret = "court" };

    protected override DeviceSetting RealSetting => Setting with
    {
        User = "gateway",
        Password = "court",
        Switches = new Dictionary<string, JsonNode?> { ["boot"] = "200ms", ["shutdown-time"] = "100ms", ["closing"] = "100ms" },
    };

    protected override Arguments RealOptions => Setup.Options.With("off-after", 1);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    protected override SimulatedPeer Peer(VirtualClock clock) => new SimulatedPcPeer(Setting, clock);
}

using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using Wires = AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Host.Conforming;

/// <summary>A simulated device to try a driver on: how it is set up, and what the driver is told of it.</summary>
/// <param name="Link">The link of a site file from the simulator's own.</param>
/// <param name="Options">Options of the driver that are not at their default.</param>
/// <param name="Choices">What may be touched.</param>
internal sealed record SimulatedTarget(DeviceSetting Setting, string? Secret, Func<string, string> Link, Func<LinkAddress, Arguments> Options, Arguments Choices)
{
    private const string ProfilePrefix = "profile:";
    private const string Password = "court";
    private const string Pin = "1234";

    /// <summary>Silence is noticed by polls that nobody answers, and nobody waits for the usual ones here; null: the driver's own, where a device is away for longer.</summary>
    public TimeSpan? Poll { get; private init; } = TimeSpan.FromSeconds(1);

    public static SimulatedTarget Of(string driver)
    {
        var plain = new SimulatedTarget(new("conform", driver, driver), null, uri => uri, _ => Arguments.None, Arguments.None);
        if (driver.StartsWith(ProfilePrefix, StringComparison.Ordinal))
        {
            var paper = driver[ProfilePrefix.Length..];
            return (plain with { Setting = new("conform", paper, "profile") }).Simulating(("profile", paper)).Switched(("warm-up", WarmUpOf(paper)), ("cool-down", "0s")).Touching(("outlet", 1));
        }

        return driver switch
        {
            "cisco-xapi" => plain.On(Wires.LinkKind.Serial).Touching(("uri", "court2@example.cn"), ("second-uri", "court3@example.cn")),
            "poly" => plain.On(Wires.LinkKind.Tcp).LoggedIn(null).Touching(("uri", "court2@example.cn"), ("second-uri", "court3@example.cn")),
            "sip-codec" => plain.With(link => Arguments.Of(("proxy", $"sip:{link.Host}:{link.Port}"))).Touching(("uri", "court2@example.cn"), ("second-uri", "court3@example.cn")),
            "kramer-p3000" => plain.Simulating(("profile", "old"), ("inputs", 6), ("outputs", 4)),
            "epiphan-pearl" => plain.LoggedIn("admin") with { Link = uri => uri.Replace("http://", "http://admin@", StringComparison.Ordinal) + "?auth=basic" },
            "isapi-recorder" => plain.LoggedIn("admin") with { Link = uri => uri.Replace("http://", "http://admin@", StringComparison.Ordinal) },
            "modbus-sensor" => plain.With(_ => Arguments.Of(("leak-at", "inputs 0"))),
            "modbus-sequencer" => plain.Simulating(("channels", "1-4")).With(_ => Arguments.Of(("channels", "1-4"), ("min-off", 0), ("status", "inputs"))).Touching(("outlet", 1)),
            "snmp-pdu" => plain.Simulating(("writeCommunity", "public")).With(_ => Arguments.Of(("min-off", 0))).Touching(("outlet", 1)),
            "serial-power" => plain.Touching(("outlet", 1)),
            "nec-display" => plain.Switched(("direct-on", true), ("power-time", "1s")).With(_ => Arguments.Of(("inputs", "evidence=000F"))).Touching(("name", "evidence")),
            "pjlink" => plain.Switched(("direct-on", true), ("warm-up", "3s"), ("cool-down", "1s")).LoggedIn(null).With(_ => Arguments.Of(("inputs", "hdmi1=31,pc=11x"))).Touching(("name", "hdmi1")),
            "visca" => plain.Touching(("preset", 2), ("home", 3)),
            "wake-on-lan" => plain.Simulating(("mac", "02-00-5e-10-00-01")).LoggedIn("gateway").Switched(("boot", "200ms"), ("shutdown-time", "100ms"), ("closing", "100ms"))
                .With(_ => Arguments.Of(("shutdown", "shutdown -h now"), ("shutdown-within", 10), ("off-after", 1))) with
            { Poll = null },
            "shure" => plain.With(_ => Arguments.Of(("channels", "1-8,21"))).Touching(("channel", 2)),
            "tesira" => plain.On(Wires.LinkKind.Tcp).LoggedIn(null).With(_ => Arguments.Of(("channels", "1=Level1/1,2=Level1/2"))),
            "qsys" => (plain with { Setting = plain.Setting with { Password = Pin }, Secret = Pin }).With(_ => Arguments.Of(("channels", "1=Mic1Mute/Mic1Gain,2=Mic2Mute/Mic2Gain"))),
            "trial-host" => plain.With(_ => Arguments.Of(
                ("record", "record=1"), ("stop", "record=0"), ("pause", "record=2"), ("resume", "record=1"), ("state", "record.state"), ("recording-is", "1"),
                ("stopped-is", "0"), ("paused-is", "2"), ("recorded", "record.time"), ("left", "disk.time"), ("level", "audio.level"), ("version", "sys.version"))),
            _ => plain,
        };
    }

    // All profiles are one engine: two of them show what it does while a display warms up, and the others need not wait for it.
    private static string WarmUpOf(string paper) => paper is "sony-vpl" or "epson-escvp21" ? "3s" : "0s";

    private SimulatedTarget On(Wires.LinkKind kind) => this with { Setting = Setting with { Link = kind } };

    private SimulatedTarget LoggedIn(string? user) => this with { Setting = Setting with { User = user, Password = Password }, Secret = Password };

    private SimulatedTarget Simulating(params (string Name, JsonNode Value)[] options) =>
        this with { Setting = Setting with { Options = new(options.Select(o => KeyValuePair.Create(o.Name, (JsonNode?)o.Value))) } };

    private SimulatedTarget Switched(params (string Name, JsonNode Value)[] switches) =>
        this with { Setting = Setting with { Switches = switches.ToDictionary(s => s.Name, s => (JsonNode?)s.Value) } };

    private SimulatedTarget With(Func<LinkAddress, Arguments> options) => this with { Options = options };

    private SimulatedTarget Touching(params (string Name, Value Value)[] choices) => this with { Choices = Arguments.Of(choices) };
}

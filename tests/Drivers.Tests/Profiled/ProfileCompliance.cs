using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Profiled;
using AvGateway.Drivers.Tests.Drivers;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;
using Wire = AvGateway.Simulator.Devices.Wires.LinkKind;

namespace AvGateway.Drivers.Tests.Profiled;

/// <summary>What a test of a profile needs: its manifest, and the device that is made out of the same paper.</summary>
internal static class ProfileBench
{
    public static DriverManifest<ProfiledReply> Manifest(string name) => (DriverManifest<ProfiledReply>)Catalog.Manifest($"profile:{name}");

    public static string FileOf(string name) => Catalog.File("drivers", "Protocols", "Profiled", "profiles", $"{name}.json");

    public static DeviceSetting Setting(string name, Wire link = Wire.Serial) =>
        new("bench", "it", "profile") { Link = link, Options = new JsonObject { ["profile"] = FileOf(name) } };

    public static Profile Read(string json) =>
        ProfileReader.Read(System.Text.Encoding.UTF8.GetBytes(json), out var findings) ?? throw new InvalidOperationException(string.Join('\n', findings));

    public static ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);
}

/// <summary>A display of a profile, over the line that most of them have.</summary>
public abstract class ProfiledDisplayCompliance(string name) : DisplayCompliance<ProfiledReply>
{
    protected override DriverManifest<ProfiledReply> Manifest => ProfileBench.Manifest(name);

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0" };

    protected override DeviceSetting Setting => ProfileBench.Setting(name);

    protected override (string Verb, JsonObject Arguments) Panel(string input) => ("set", new() { ["property"] = "input", ["value"] = input });

    protected override ILinkFactory RealLinks(ILoggerFactory log) => ProfileBench.RealLinks(log);
}

public sealed class SonyVplTests() : ProfiledDisplayCompliance("sony-vpl")
{
    protected override (string Start, string First, string Second) Inputs => ("video", "hdmi1", "hdmi2");
}

public sealed class RicohPjWxl4540Tests() : ProfiledDisplayCompliance("ricoh-pjwxl4540")
{
    protected override (string Start, string First, string Second) Inputs => ("computer1", "hdmi1", "hdmi2");
}

public sealed class EpsonEscVp21Tests() : ProfiledDisplayCompliance("epson-escvp21")
{
    protected override (string Start, string First, string Second) Inputs => ("computer1", "hdmi1", "hdmi2");
}

public sealed class LgMonitorTests() : ProfiledDisplayCompliance("lg-monitor")
{
    protected override (string Start, string First, string Second) Inputs => ("av", "hdmi1", "hdmi2");

    protected override bool TellsWarming => false;
}

public sealed class SamsungMdcTests() : ProfiledDisplayCompliance("samsung-mdc")
{
    protected override (string Start, string First, string Second) Inputs => ("pc", "hdmi1", "hdmi2");

    protected override bool TellsWarming => false;

    protected override BenchSetup Setup => new() { Link = "tcp://127.0.0.1:1515" };

    protected override DeviceSetting Setting => ProfileBench.Setting("samsung-mdc", Wire.Tcp);
}

/// <summary>Its power is all that can be read: off and on are the wishes.</summary>
public sealed class NecProjectorTests : DeviceCompliance<ProfiledReply>
{
    protected override DriverManifest<ProfiledReply> Manifest => ProfileBench.Manifest("nec-projector");

    protected override Wish First => new(PowerWords.OffVerb, [], PowerWords.PowerState, PowerStates.Off, ("remote-standby", []));

    protected override Wish Second => new(PowerWords.OnVerb, [], PowerWords.PowerState, PowerStates.On);

    protected override BenchSetup Setup => new() { Link = "tcp://127.0.0.1:7142" };

    protected override DeviceSetting Setting => ProfileBench.Setting("nec-projector", Wire.Tcp) with
    {
        Switches = new Dictionary<string, JsonNode?> { ["warm-up"] = "0s", ["cool-down"] = "0s" },
    };

    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(11);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => ProfileBench.RealLinks(log);
}

public sealed class KramerP2000Tests : MatrixCompliance<ProfiledReply>
{
    protected override DriverManifest<ProfiledReply> Manifest => ProfileBench.Manifest("kramer-p2000");

    protected override int FirstPort => 1;

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0" };

    protected override DeviceSetting Setting => ProfileBench.Setting("kramer-p2000");

    protected override ILinkFactory RealLinks(ILoggerFactory log) => ProfileBench.RealLinks(log);

    /// <summary>Answers name no output: those of other outputs that come late must not be shown as this one's.</summary>
    [Fact]
    public async Task A_late_answer_is_never_shown_at_another_output()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        bench.Seen.Clear();

        device.Set("delay", "4s");
        await bench.PassAsync(60);
        device.Set("delay", "0s");
        await bench.PassAsync(60);

        for (var output = 1; output <= 8; output++) Assert.Equal(output, bench.Snapshot[MatrixWords.Output(output)].Integer);
        Assert.All(bench.Seen.Readings.Where(r => r.Reading.Quality is Quality.Good), r => Assert.Equal(r.Property, MatrixWords.Output((int)r.Reading.Value.Integer)));
    }
}

/// <summary>A relay box whose outlets can be asked, as somebody on site would write it.</summary>
public sealed class ProfiledOutletsTests : OutletCompliance<ProfiledReply>
{
    internal const string Relays = """
        {
          "profile": "acme-relay8", "class": "power", "models": "Acme relay boxes", "source": "the house's own",
          "bytes": "text", "frame": { "end": "\r\n" },
          "links": { "tcp": 4001 },
          "pace": { "gap": "20ms", "reply": "1s" },
          "counts": { "outlets": 8 },
          "codes": { "outlet-{outlet}": { "on": "ON", "off": "OFF" } },
          "read": { "outlet-{outlet}": { "send": "R{outlet:2}?", "answer": "R{outlet:2}={value}" } },
          "verbs": {
            "outlet-on": { "send": "R{outlet:2} ON", "answer": "OK {outlet}" },
            "outlet-off": { "send": "R{outlet:2} OFF", "answer": "OK {outlet}" }
          },
          "refused": "NO{*}"
        }
        """;

    private static readonly DriverManifest<ProfiledReply> Box = (DriverManifest<ProfiledReply>)ProfileManifest.Of(ProfileBench.Read(Relays));

    protected override DriverManifest<ProfiledReply> Manifest => Box;

    protected override DeviceSetting Setting => new("bench", "it", "profile") { Link = Wire.Tcp, Options = new JsonObject { ["profile"] = JsonNode.Parse(Relays) } };

    protected override ILinkFactory RealLinks(ILoggerFactory log) => ProfileBench.RealLinks(log);
}

using System.Runtime.CompilerServices;
using AvGateway.Drivers.Protocols.CiscoXapi;
using AvGateway.Drivers.Protocols.EpiphanPearl;
using AvGateway.Drivers.Protocols.ExtronSis;
using AvGateway.Drivers.Protocols.ExtronSmp;
using AvGateway.Drivers.Protocols.HyperDeck;
using AvGateway.Drivers.Protocols.IsapiRecorder;
using AvGateway.Drivers.Protocols.KramerP3000;
using AvGateway.Drivers.Protocols.LightwareLw3;
using AvGateway.Drivers.Protocols.Modbus;
using AvGateway.Drivers.Protocols.NecDisplay;
using AvGateway.Drivers.Protocols.PjLink;
using AvGateway.Drivers.Protocols.Poly;
using AvGateway.Drivers.Protocols.Profiled;
using AvGateway.Drivers.Protocols.QSys;
using AvGateway.Drivers.Protocols.SerialPower;
using AvGateway.Drivers.Protocols.Shure;
using AvGateway.Drivers.Protocols.SipCodec;
using AvGateway.Drivers.Protocols.Snmp;
using AvGateway.Drivers.Protocols.Tesira;
using AvGateway.Drivers.Protocols.TrialHost;
using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Protocols.Visca;
using AvGateway.Drivers.Protocols.WakeOnLan;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;
using Stateless.Reflection;

namespace AvGateway.Drivers.Tests.Drivers;

/// <summary>The built-in drivers as the gateway finds them, and where their files lie.</summary>
internal static class Catalog
{
    private const string ProfilePrefix = "profile:";

    /// <summary>The state machines; a driver with modes and without a line here fails the manifest tests.</summary>
    public static readonly IReadOnlyDictionary<string, Func<StateMachineInfo>> Machines = new Dictionary<string, Func<StateMachineInfo>>
    {
        ["cisco-xapi"] = CiscoXapiDriver.Describe,
        ["epiphan-pearl"] = EpiphanPearlDriver.Describe,
        ["extron-sis"] = ExtronSisDriver.Describe,
        ["extron-smp"] = ExtronSmpDriver.Describe,
        ["hyperdeck"] = HyperDeckDriver.Describe,
        ["isapi-recorder"] = IsapiRecorderDriver.Describe,
        ["kramer-p3000"] = KramerP3000Driver.Describe,
        ["lightware-lw3"] = LightwareLw3Driver.Describe,
        ["modbus-sensor"] = ModbusSensorDriver.Describe,
        ["modbus-sequencer"] = ModbusSequencerDriver.Describe,
        ["nec-display"] = NecDisplayDriver.Describe,
        ["pjlink"] = PjLinkDriver.Describe,
        ["poly"] = PolyDriver.Describe,
        ["qsys"] = QSysDriver.Describe,
        ["serial-power"] = SerialPowerDriver.Describe,
        ["shure"] = ShureDriver.Describe,
        ["sip-codec"] = SipCodecDriver.Describe,
        ["snmp-pdu"] = SnmpPduDriver.Describe,
        ["snmp-ups"] = SnmpUpsDriver.Describe,
        ["tesira"] = TesiraDriver.Describe,
        ["trial-host"] = TrialHostDriver.Describe,
        ["videohub"] = VideohubDriver.Describe,
        ["visca"] = ViscaDriver.Describe,
        ["wake-on-lan"] = WakeOnLanDriver.Describe,
    };

    public static DriverCatalog BuiltIn { get; } = new(typeof(VideohubDriver).Assembly);

    public static TheoryData<string> Names => [.. BuiltIn.Manifests.Select(m => m.Name)];

    public static DriverManifest Manifest(string name) => BuiltIn.Find(name) ?? throw new InvalidOperationException($"no driver {name}");

    /// <summary>The state machine of a driver; profiles share those of their engine.</summary>
    public static StateMachineInfo Machine(DriverManifest manifest) =>
        IsProfile(manifest) ? IsDisplay(manifest) ? ProfiledDisplay.Describe() : ProfiledDriver.Describe() : Assert.Contains(manifest.Name, Machines)();

    /// <summary>Name of the file with its decisions.</summary>
    public static string States(DriverManifest manifest) => IsProfile(manifest) ? IsDisplay(manifest) ? "profiled-display" : "profiled-line" : manifest.Name;

    /// <summary>A driver's options with their defaults, on a link of its first kind.</summary>
    public static DriverSetup Setup(DriverManifest manifest)
    {
        var options = manifest.DefaultOptions();
        var link = manifest.Links[0].Scheme == "serial" ? "serial:/dev/ttyS0" : "tcp://127.0.0.1:1";
        return LinkAddress.TryParse(link, out var address, out var why) ? new(address, options, new Secret("secret")) : throw new FormatException(why);
    }

    /// <summary>A file of the repository.</summary>
    public static string File(params IEnumerable<string> path) => Path.Combine([Root(), .. path]);

    /// <summary>Folder of a driver's protocol: <c>videohub</c> → <c>Videohub</c>.</summary>
    public static string Folder(DriverManifest manifest) => manifest.Accept(new FolderOf());

    /// <summary>Its document: that of its folder, or one of its own where several drivers speak the same protocol.</summary>
    public static string[] Readme(DriverManifest manifest)
    {
        if (IsProfile(manifest)) return ["drivers", "Protocols", Folder(manifest), "profiles", $"{manifest.Name[ProfilePrefix.Length..]}.md"];
        string[] own = ["drivers", "Protocols", Folder(manifest), $"{manifest.Name}.md"];
        return System.IO.File.Exists(File(own)) ? own : ["drivers", "Protocols", Folder(manifest), "README.md"];
    }

    private static bool IsProfile(DriverManifest manifest) => manifest.Name.StartsWith(ProfilePrefix, StringComparison.Ordinal);

    private static bool IsDisplay(DriverManifest manifest) => manifest.Modes.Count > 1;

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    private sealed class FolderOf : IManifestVisitor<string>
    {
        public string Visit<TReply>(DriverManifest<TReply> manifest) => manifest.Create(Setup(manifest)).GetType().Namespace!.Split('.')[^1];
    }
}

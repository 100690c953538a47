using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.Visca;

public sealed partial class ViscaDriver
{
    private const string AddressOption = "address", FramingOption = "framing", PresetsOption = "presets", FirstOption = "first-preset";
    private const string PanSpeedOption = "pan-speed", TiltSpeedOption = "tilt-speed", MoveOption = "move-for", RestOption = "power-rest";
    private const string AutoFraming = "auto", HeadedFraming = "ip", BareFraming = "bare";
    private const string DatagramScheme = "udp", SerialScheme = "serial";

    public static readonly DriverManifest<ViscaReply> Manifest = new("visca", DeviceClass.Camera, "PTZ cameras that speak VISCA by RS-232, RS-422, TCP or UDP")
    {
        Links = [new("udp", 52381), LinkKind.Tcp(5678), LinkKind.Serial("baud=9600&data=8&parity=none&stop=1&flow=none")],
        Verbs = [CameraWords.Recall, CameraWords.Store, CameraWords.Move, PowerWords.On, PowerWords.Off],
        Properties =
        [
            CameraWords.PresetShown, CameraWords.PanPosition, CameraWords.TiltPosition, CameraWords.ZoomPosition, PowerWords.Power,
            CommonWords.Model, CommonWords.Firmware,
        ],
        Options =
        [
            new(AddressOption, ValueKind.Integer, 1, "Number of the camera in its chain", "摄像机在链路中的地址") { Min = 1, Max = 7 },
            new(FramingOption, ValueKind.Text, AutoFraming, "Header of VISCA over IP: auto has it on UDP only", "VISCA over IP 报头；auto 仅用于 UDP")
            {
                OneOf = [AutoFraming, HeadedFraming, BareFraming],
            },
            new(PresetsOption, ValueKind.Integer, 16, "How many presets the camera has", "预置位数量") { Min = 1, Max = 255 },
            new(FirstOption, ValueKind.Integer, 0, "Number on the wire of the preset that is called 1", "1 号预置位在协议中的编号") { Min = 0, Max = 1 },
            new(PanSpeedOption, ValueKind.Integer, 0x18, "Fastest pan speed of the camera", "最大水平速度") { Min = 1, Max = 0x18 },
            new(TiltSpeedOption, ValueKind.Integer, 0x14, "Fastest tilt speed of the camera", "最大垂直速度") { Min = 1, Max = 0x17 },
            new(MoveOption, ValueKind.Integer, 500, "Milliseconds after which a movement ends that nobody asks for again", "无后续指令时停止云台的毫秒数")
            {
                Min = 100, Max = 5000,
            },
            new(RestOption, ValueKind.Integer, 15, "Seconds between two power commands", "两次电源指令的最小间隔秒数") { Min = 0, Max = 60 },
        ],
        Faults = [CameraWords.NotFollowing, CameraWords.DeviceFailure],
        Modes =
        [
            nameof(Mode.Opening), nameof(Mode.Identifying), nameof(Mode.Standby), nameof(Mode.Booting), nameof(Mode.Ready),
        ],

        // Answers carry no number without a header; three that stay out end the link.
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(50), Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),
        SyncWithin = TimeSpan.FromSeconds(20),
        Grade = Grade.Room,
        Create = setup => new ViscaDriver(setup),
        Diagram = () => MermaidGraph.Format(Describe()),
    };

    /// <summary>Number of the camera: over IP it is always 1.</summary>
    private static int AddressOf(DriverSetup setup) => IsHeaded(setup) ? 1 : (int)setup.Options[AddressOption].Integer;

    private static bool IsHeaded(DriverSetup setup) => setup.Options[FramingOption].Text switch
    {
        HeadedFraming => true,
        BareFraming => false,
        _ => setup.Link.Scheme == DatagramScheme,
    };
}

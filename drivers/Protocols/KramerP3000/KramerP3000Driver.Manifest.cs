using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.KramerP3000;

public sealed partial class KramerP3000Driver
{
    private const string RoutingOption = "routing", PlanesOption = "planes", VideoLayerOption = "video-layer", OffOption = "off-code";
    private const string BlankOption = "vmute", MachineOption = "machine", UserOption = "user", InputsOption = "inputs", OutputsOption = "outputs";

    private const string CrossPointRouting = "vid", LayerRouting = "route";
    private const string VideoOnly = "video", VideoAndAudio = "video+audio";
    private const string BlankUnused = "unused", OneBlanks = "1-blanks", ZeroBlanks = "0-blanks";

    private const string BlankVerb = "blank", BlankedArgument = "blanked";

    private static readonly FaultSpec AccessDenied = new("matrix.access-denied", "The matrix refuses the log-in", "矩阵拒绝登录");
    private static readonly FaultSpec Privilege = new("matrix.privilege", "The user may not switch: an administrator is needed", "该用户无权切换，需要管理员");
    private static readonly FaultSpec Failing = new("matrix.internal-error", "The matrix reports an internal failure", "矩阵报告内部故障");
    private static readonly FaultSpec StrangeInput = new(
        "matrix.strange-input", "The matrix shows an input that it does not have: see the option off-code", "矩阵报告不存在的输入：请检查选项 off-code");

    private static readonly VerbSpec Blank = new(BlankVerb, "Blank an output", "关闭输出画面", $"blank/{{{MatrixWords.OutputArgument}}}")
    {
        Disturbing = true,
        Arguments =
        [
            new(MatrixWords.OutputArgument, ValueKind.Integer, "Output", "输出", MatrixWords.OutputExtent),
            new(BlankedArgument, ValueKind.Flag, "Blanked", "关闭画面"),
        ],
    };

    public static readonly DriverManifest<KramerReply> Manifest = new("kramer-p3000", DeviceClass.Matrix, "Kramer matrices that speak Protocol 3000")
    {
        Links = [LinkKind.Tcp(5000), LinkKind.Serial("baud=115200&data=8&parity=none&stop=1&flow=none")],
        Verbs = [MatrixWords.Route(first: 1, canDisconnect: true, KramerTable.Layers), Blank],
        Properties =
        [
            MatrixWords.Outputs(1),
            new($"output-audio-{{{MatrixWords.OutputExtent}}}", ValueKind.Integer, "Audio input at output", "输出所接音频输入"),
            new($"output-blanked-{{{MatrixWords.OutputExtent}}}", ValueKind.Flag, "Output is blanked", "输出画面已关闭")
            {
                Set = new(BlankVerb, BlankedArgument, MatrixWords.OutputArgument),
            },
            CommonWords.Model, CommonWords.Firmware, CommonWords.Serial,
        ],
        Options =
        [
            new(RoutingOption, ValueKind.Text, CrossPointRouting, "How routes are written: VID, AUD and AV, or ROUTE", "切换命令：VID/AUD/AV 或 ROUTE")
            {
                OneOf = [CrossPointRouting, LayerRouting],
            },
            new(PlanesOption, ValueKind.Text, VideoAndAudio, "Planes that can be switched apart", "可独立切换的层") { OneOf = [VideoOnly, VideoAndAudio] },
            new(VideoLayerOption, ValueKind.Integer, 1, "ROUTE: number of the video layer; audio is the next one", "ROUTE 的视频层编号（音频层加一）")
            {
                Min = 0, Max = 1,
            },
            new(OffOption, ValueKind.Text, KramerDialect.OffIsZero, "What stands for no input", "表示断开的输入代码")
            {
                OneOf = [KramerDialect.OffIsZero, KramerDialect.OffIsBehindInputs, KramerDialect.OffIsLetter],
            },
            new(BlankOption, ValueKind.Text, BlankUnused, "Which value of VMUTE blanks an output", "VMUTE 的哪个值关闭画面")
            {
                OneOf = [BlankUnused, OneBlanks, ZeroBlanks],
            },
            new(MachineOption, ValueKind.Integer, 0, "Machine number; 0: the only one on the line", "机器编号；0 表示线路上仅此一台") { Min = 0, Max = 99 },
            new(UserOption, ValueKind.Text, "Admin", "User to log in as", "登录用户名"),
            new(InputsOption, ValueKind.Integer, 0, "Inputs, where the device does not tell its size; 0: it does", "输入数（设备不报告规模时填写）")
            {
                Min = 0, Max = KramerTable.MostPorts,
            },
            new(OutputsOption, ValueKind.Integer, 0, "Outputs, where the device does not tell its size; 0: it does", "输出数（设备不报告规模时填写）")
            {
                Min = 0, Max = KramerTable.MostPorts,
            },
        ],
        Faults = [AccessDenied, Privilege, Failing, StrangeInput],
        Modes =
        [
            nameof(Mode.Draining), nameof(Mode.Shaking), nameof(Mode.Identifying), nameof(Mode.LoggingIn), nameof(Mode.Reading), nameof(Mode.Ready),
        ],

        // Replies carry no reference to their request; three that stay out end the link.
        Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.FromMilliseconds(20), Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),

        // Three questions of three seconds after the last answer must fit into the time in which a silent device is known to be offline.
        Poll = TimeSpan.FromSeconds(4),

        // A matrix that starts answers "busy" for up to 40 s.
        SyncWithin = TimeSpan.FromSeconds(90),
        Grade = Grade.Room,
        Create = setup => new KramerP3000Driver(setup),
        Frames = FrameRelease.Of(
            "a aud av electronics err in info io kramer ltd model ok out route sn version vid vmute vp vsm x"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

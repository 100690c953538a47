using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.ExtronSis;

public sealed partial class ExtronSisDriver
{
    private const string PlanesOption = "planes";
    private const string TemperatureOption = "temperature-field";
    private const string InputsOption = "inputs";
    private const string OutputsOption = "outputs";
    private const string PartNumber = "part-number";

    private static readonly FaultSpec AccessDenied = new("matrix.access-denied", "The matrix refuses the password", "矩阵拒绝该密码");
    private static readonly FaultSpec Privilege = new("matrix.privilege", "Logged in as a user: an administrator's password is needed", "当前为普通用户登录，需要管理员密码");

    public static readonly DriverManifest<SisReply> Manifest = new("extron-sis", DeviceClass.Matrix, "Extron DXP, DTP CrossPoint, XTP and other SIS matrices")
    {
        Links = [LinkKind.Tcp(23), LinkKind.Serial("baud=9600&data=8&parity=none&stop=1&flow=none")],
        Verbs = [MatrixWords.Route(first: 1, canDisconnect: true, SisTies.Layers)],
        Properties =
        [
            MatrixWords.Outputs(1),
            new($"output-rgb-{{{MatrixWords.OutputExtent}}}", ValueKind.Integer, "RGB input at output", "输出所接 RGB 输入"),
            new($"output-audio-{{{MatrixWords.OutputExtent}}}", ValueKind.Integer, "Audio input at output", "输出所接音频输入"),
            new(PartNumber, ValueKind.Text, "Part number", "部件号"),
            CommonWords.Model, CommonWords.Firmware, CommonWords.Temperature,
        ],
        Options =
        [
            new(PlanesOption, ValueKind.Text, "video+audio", "Planes that can be tied apart", "可独立切换的层") { OneOf = ["video", "video+audio", "video+rgb+audio"] },
            new(TemperatureOption, ValueKind.Integer, 0, "Which value of the status list is the temperature in °F; 0: none", "状态列表中温度（°F）的序号；0 表示无")
            {
                Min = 0, Max = 20,
            },
            new(InputsOption, ValueKind.Integer, 0, "Inputs, where the device does not tell its size; 0: it does", "输入数（设备不报告规模时填写）") { Min = 0, Max = SisTable.MostPorts },
            new(OutputsOption, ValueKind.Integer, 0, "Outputs, where the device does not tell its size; 0: it does", "输出数（设备不报告规模时填写）")
            {
                Min = 0, Max = SisTable.MostPorts,
            },
        ],
        Faults = [AccessDenied, Privilege],
        Modes = [nameof(Mode.Greeting), nameof(Mode.LoggingIn), nameof(Mode.Reading), nameof(Mode.Ready)],

        // Replies carry no reference to their request. Queries closer than 200 ms are lost by some models.
        Round = 6,
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(200), Resync.Quiet, Attempts: 2),
        SyncWithin = TimeSpan.FromMinutes(3),
        Grade = Grade.Room,
        Create = setup => new ExtronSisDriver(setup),
        Frames = FrameRelease.Of(
            "a all amt aud b c copyright cv d dsg dsm dtp dxp e electronics exe extron frq g grpm grpmd hdmi i in ls m out q qik "
            + "rpr s v vid vmt vrb xtp z"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

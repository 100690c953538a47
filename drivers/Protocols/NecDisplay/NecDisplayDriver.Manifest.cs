using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.NecDisplay;

public sealed partial class NecDisplayDriver
{
    private const string InputsOption = "inputs";
    private const string MonitorOption = "monitor";
    private const string PowerModeWord = "power-mode";

    private static readonly TimeSpan PowerAge = TimeSpan.FromSeconds(30);

    private static readonly FaultSpec Supply = new("display.supply", "A supply voltage of the display is out of range", "显示设备内部电源异常");
    private static readonly FaultSpec Fan = new("display.fan", "A fan of the display is faulty", "显示设备风扇故障");
    private static readonly FaultSpec Backlight = new("display.backlight", "The backlight of the display is faulty", "显示设备背光故障");
    private static readonly FaultSpec Temperature = new("display.temperature", "The display is too hot", "显示设备温度过高");
    private static readonly FaultSpec NoSignal = new("display.no-signal", "The display has no picture at its input", "显示设备无输入信号");

    public static readonly DriverManifest<NecReply> Manifest =
        new("nec-display", DeviceClass.Display, "NEC and Sharp/NEC large-screen displays with external control by RS-232C or LAN")
        {
            Links = [LinkKind.Tcp(7142), LinkKind.Serial("baud=9600&data=8&parity=none&stop=1&flow=none")],
            Verbs = [PowerWords.On, PowerWords.Off, DisplayWords.Input()],
            Properties =
            [
                PowerWords.Power with { MaxAge = PowerAge }, DisplayWords.ShownInput,
                new(PowerModeWord, ValueKind.Text, "Power as the display calls it", "设备自报电源状态")
                {
                    OneOf = [.. PowerModes],
                    Words = [new("on", "on", "开机"), new("standby", "standby", "待机"), new("suspend", "suspended", "挂起"), new("off", "off", "关机")],
                },
                CommonWords.Model, CommonWords.Serial,
            ],
            Faults = [DisplayWords.NotFollowing, DisplayWords.DeviceFailure, Supply, Fan, Backlight, Temperature, NoSignal],
            Options =
            [
                new(InputsOption, ValueKind.Text, "", "Names of the inputs, for example pc=0011,evidence=000F", "输入名称，例如 pc=0011,evidence=000F"),
                new(MonitorOption, ValueKind.Integer, 1, "Number that the display was given in its menu", "显示设备编号（菜单中设定）") { Min = 1, Max = 100 },
            ],
            Modes = [nameof(Mode.Off), nameof(Mode.Starting), nameof(Mode.On), nameof(Mode.Stopping)],
            Round = 6,
            Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: PacketGap, Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),
            SyncWithin = TimeSpan.FromSeconds(30),
            Grade = Grade.Room,
            Create = setup => new NecDisplayDriver(setup),
            Frames = FrameRelease.Whole,
            Diagram = Draw,
        };

    private static IReadOnlyList<string> PowerModes => ["on", "standby", "suspend", "off"];

    /// <summary>The codes of the self-diagnosis, by their first digit or whole.</summary>
    private static FaultSpec Condition(string code) => code switch
    {
        "78" or ['9', _] => Backlight,
        ['7', _] => Supply,
        ['8', _] => Fan,
        ['A', _] => Temperature,
        "B0" => NoSignal,
        _ => DisplayWords.DeviceFailure,
    };
}

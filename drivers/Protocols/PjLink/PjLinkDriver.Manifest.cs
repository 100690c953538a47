using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.PjLink;

public sealed partial class PjLinkDriver
{
    private const string InputsOption = "inputs";
    private const string WarmUpOption = "warm-up-within";
    private const string CoolDownOption = "cool-down-within";
    private const string SourceResolution = "source-resolution";
    private const string LampPart = "lamp-part";
    private const string FilterPart = "filter-part";
    private const string InputsThere = "inputs";
    private const string NameThere = "name";

    // Told anew at every poll; a projector that answers "not now" for longer than this is no longer known.
    private static readonly TimeSpan PowerAge = TimeSpan.FromSeconds(30);

    private static readonly FaultSpec[] Conditions =
    [
        new("display.fan", "A fan of the display is faulty", "显示设备风扇故障"),
        new("display.lamp", "The lamp or light source is faulty or at its end", "显示设备灯泡或光源故障或寿命将尽"),
        new("display.temperature", "The display is too hot", "显示设备温度过高"),
        new("display.cover", "A cover of the display is open", "显示设备机盖未关"),
        new("display.filter", "The filter needs cleaning or replacing", "显示设备滤网需清洁或更换"),
        DisplayWords.DeviceFailure,
    ];

    private static readonly FaultSpec CoolsTooLong =
        new("display.cools-too-long", "The display has been cooling for longer than it ever should", "显示设备冷却时间过长");

    public static readonly DriverManifest<PjLinkReply> Manifest =
        new("pjlink", DeviceClass.Display, "Projectors and displays with PJLink, class 1 and class 2")
        {
            Links = [LinkKind.Tcp(4352)],
            Verbs = [PowerWords.On, PowerWords.Off, DisplayWords.Input(), DisplayWords.Blank, DisplayWords.MuteSound],
            Properties =
            [
                PowerWords.Power with { MaxAge = PowerAge }, DisplayWords.ShownInput, DisplayWords.Blanked, DisplayWords.Muted,
                DisplayWords.LampHours, DisplayWords.FilterHours,
                CommonWords.Model, CommonWords.Serial, CommonWords.Firmware,
                new(InputsThere, ValueKind.Text, "Inputs that the display has", "可用输入"),
                new(NameThere, ValueKind.Text, "Name that the display was given", "设备名称"),
                new(SourceResolution, ValueKind.Text, "Resolution of the input's signal", "输入信号分辨率"),
                new(LampPart, ValueKind.Text, "Replacement lamp", "更换灯泡型号"),
                new(FilterPart, ValueKind.Text, "Replacement filter", "更换滤网型号"),
            ],
            Faults = [DisplayWords.AccessDenied, DisplayWords.NotFollowing, DisplayWords.DidNotComeOn, CoolsTooLong, .. Conditions],
            Options =
            [
                new(InputsOption, ValueKind.Text, "", "Names of the inputs, for example hdmi1=31,pc=11", "输入名称，例如 hdmi1=31,pc=11"),
                new(WarmUpOption, ValueKind.Integer, 120, "Seconds after which a warm-up is a fault", "预热超过该秒数视为故障") { Min = 10, Max = 600 },
                new(CoolDownOption, ValueKind.Integer, 300, "Seconds after which cooling is a fault", "冷却超过该秒数视为故障") { Min = 10, Max = 900 },
            ],
            Modes = [.. DisplayPowerMachine.Modes],
            Round = 8,
            Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.FromMilliseconds(20), Resync.Quiet, MissedBeforeLost: 3),
            SyncWithin = TimeSpan.FromSeconds(20),
            Grade = Grade.Room,
            Create = setup => new PjLinkDriver(setup),
            Frames = FrameRelease.Of(
                "avmt clss err erra erst filt inf inpt inst ires lamp none ok pjlink powr rfil rlmp snum sver"),
            Diagram = DisplayPowerMachine.Draw,
        };
}

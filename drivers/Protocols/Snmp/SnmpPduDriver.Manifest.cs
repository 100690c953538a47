using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.Snmp;

public sealed partial class SnmpPduDriver
{
    private const string FamilyOption = "family", MinOffOption = "min-off", LeakOption = "leak-current";
    private const string ByKind = "by-kind";

    private static readonly FaultSpec UnknownModel =
        new("power.unknown-model", "The agent is no power unit that is known: see the option family", "无法识别的电源设备：请检查选项 family");

    public static readonly DriverManifest<SnmpReply> Manifest = new("snmp-pdu", DeviceClass.Power, "APC rack PDUs: rPDU2 (AP8xxx), rPDU (AP7xxx), MasterSwitch")
    {
        Links = [new("snmp", 161)],
        Verbs = [OutletWords.On(), OutletWords.Off()],
        Properties =
        [
            OutletWords.Outlets(), OutletWords.OutletCurrents(), OutletWords.Total, OutletWords.PhaseCurrents, OutletWords.PhaseLoads,
            CommonWords.Model, CommonWords.Firmware, CommonWords.Serial,
        ],
        Options =
        [
            new(FamilyOption, ValueKind.Text, ByKind, "Whose tables are used; by-kind: as sysObjectID says", "使用哪个系列的对象表；by-kind 表示按 sysObjectID 判断")
            {
                OneOf = [ByKind, .. PduFamily.All.Select(family => family.Name)],
            },
            new(MinOffOption, ValueKind.Integer, 10, "Seconds that an outlet stays off before it is switched on again", "断电后再次接通前的最短秒数")
            {
                Min = 0, Max = 40,
            },
            new(LeakOption, ValueKind.Number, 0.2, "Ampere from which an outlet that is shown as off is not believed", "显示断开但电流达到该值（安）时视为不可信")
            {
                Min = 0.1, Max = 16,
            },
        ],
        Faults = [OutletWords.NotFollowing, OutletWords.OffAndDrawing, OutletWords.Overload, UnknownModel],
        Modes = [nameof(Mode.Identifying), nameof(Mode.Reading), nameof(Mode.Ready), nameof(Mode.Foreign)],

        // A card answers one question at a time. Answers bear the number of their question, so a late one does no harm.
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(50), Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),

        // 48 metered outlets are a dozen questions to a card that takes its time.
        SyncWithin = TimeSpan.FromSeconds(30),
        Grade = Grade.Room,
        Create = setup => new SnmpPduDriver(setup),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

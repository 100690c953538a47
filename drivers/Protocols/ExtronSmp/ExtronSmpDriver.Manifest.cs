using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

public sealed partial class ExtronSmpDriver
{
    private const string OffsetOption = "utc-offset";
    private const string MeterOption = "meter-unit";
    private const string GrowthOption = "growth";

    private const string Tenths = "0.1dB";
    private const string TimeAndStorage = "time+storage";

    private const string Destination = "destination";
    private const string FreeSpace = "free-space";

    /// <summary>Event: the recording began and the device did not take its title.</summary>
    private const string TitleRefused = "title-refused";

    private static readonly FaultSpec AccessDenied = new("recorder.access-denied", "The recorder refuses the password", "录制设备拒绝该密码");
    private static readonly FaultSpec Privilege = new("recorder.privilege", "The recorder refuses this for want of rights", "当前登录权限不足");

    private static readonly FaultSpec Standstill =
        new("recorder.standstill", "The recorder says it records and nothing grows", "录制设备显示录制中，但文件不增长");

    private static readonly FaultSpec ClockWrong = new("recorder.clock", "The recorder's clock is wrong", "录制设备时钟偏差过大");

    private static readonly FaultSpec NotFinalised =
        new("recorder.not-finalised", "The recorder does not come to an end of writing its file", "录制文件迟迟未完成封装");

    public static readonly DriverManifest<SmpReply> Manifest =
        new("extron-smp", DeviceClass.Recorder, "Extron SMP 351, SMP 352, SMP 111 and relatives, Simple Instruction Set")
        {
            Links = [LinkKind.Tcp(23), LinkKind.Serial("baud=9600&data=8&parity=none&stop=1&flow=none")],
            Verbs = [RecorderWords.Record, RecorderWords.Pause, RecorderWords.Resume, RecorderWords.Stop, RecorderWords.Mark],
            Properties =
            [
                RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.StorageLeft, RecorderWords.Level, RecorderWords.ClockOffset,
                new(Destination, ValueKind.Text, "Where it records to", "录制目标"),
                new(FreeSpace, ValueKind.Integer, "Free space", "剩余空间") { Unit = "kB" },
                CommonWords.Model, CommonWords.Serial, CommonWords.Firmware,
            ],
            Options =
            [
                new(OffsetOption, ValueKind.Integer, 480, "The recorder's local time minus UTC, in minutes", "设备本地时间与 UTC 之差（分钟）") { Min = -720, Max = 840 },
                new(MeterOption, ValueKind.Text, Tenths, "Unit of the audio meters", "音频电平表的单位") { OneOf = [Tenths, "dB"] },
                new(GrowthOption, ValueKind.Text, TimeAndStorage, "What must move for a recording to count as growing", "判定录制增长的依据")
                {
                    OneOf = [TimeAndStorage, "time"],
                },
            ],
            Faults =
            [
                RecorderWords.NotFollowing, RecorderWords.StoppedByItself, RecorderWords.NoMedium, RecorderWords.StorageLow,
                Standstill, ClockWrong, NotFinalised, AccessDenied, Privilege,
            ],
            Modes =
            [
                nameof(Mode.Greeting), nameof(Mode.LoggingIn), nameof(Mode.Reading), nameof(Mode.Stopped), nameof(Mode.Starting), nameof(Mode.Recording),
                nameof(Mode.Pausing), nameof(Mode.Paused), nameof(Mode.Resuming), nameof(Mode.Stopping), nameof(Mode.Finalising),
            ],

            // Replies carry no reference to their request. Queries closer than 200 ms are lost by some models.
            Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(200), Resync.Quiet, Attempts: 2),
            SyncWithin = TimeSpan.FromMinutes(3),
            Grade = Grade.Room,
            Create = setup => new ExtronSmpDriver(setup),
            Frames = FrameRelease.Of(
                "a b brcdr cha chb copyright ct cv d e electronics extron i inf internal ipt m n nov paused q rcdr rcdrb rcdrm "
                + "rcdry recording smp stopped v vrb y yrcdr"),
            Diagram = () => MermaidGraph.Format(Describe()),
        };
}

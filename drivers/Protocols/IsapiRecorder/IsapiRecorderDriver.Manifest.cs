using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.IsapiRecorder;

public sealed partial class IsapiRecorderDriver
{
    private const string TrackOption = "track";
    private const string ChannelOption = "channel";
    private const string OffsetOption = "utc-offset";

    private const string DiskState = "disk";
    private const string ChannelOnline = "channel-online";

    private static readonly FaultSpec AccessDenied = new("recorder.access-denied", "The recorder refuses the log-in", "录制设备拒绝登录");
    private static readonly FaultSpec ClockWrong = new("recorder.clock", "The recorder's clock is wrong", "录制设备时钟偏差过大");
    private static readonly FaultSpec DiskError = new("recorder.disk-error", "A disk of the recorder is faulty", "录制设备的磁盘故障");

    public static readonly DriverManifest<HttpReply> Manifest = new("isapi-recorder", DeviceClass.Recorder, "Hikvision network recorders and court hosts built on them, ISAPI")
    {
        Links = LinkKind.Http(),
        Verbs = [RecorderWords.Record with { Arguments = [] }, RecorderWords.Stop],
        Properties =
        [
            RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.ClockOffset,
            new(DiskState, ValueKind.Text, "Worst state of the disks", "磁盘状态（最差）"),
            new(ChannelOnline, ValueKind.Flag, "The channel has a picture", "通道在线"),
            CommonWords.Model, CommonWords.Serial, CommonWords.Firmware,
        ],
        Options =
        [
            new(TrackOption, ValueKind.Integer, 101, "Track that is recorded: channel × 100 + 1", "录像轨道号（通道号×100+1）") { Min = 101, Max = 25601 },
            new(ChannelOption, ValueKind.Integer, 1, "Channel whose picture is watched; 0: none", "监看的通道号；0 表示不监看") { Min = 0, Max = 256 },
            new(OffsetOption, ValueKind.Integer, 480, "The recorder's local time minus UTC in minutes, where it tells no zone", "设备本地时间与 UTC 之差（分钟），设备不报告时区时使用")
            {
                Min = -720, Max = 840,
            },
        ],
        Faults = [RecorderWords.NotFollowing, RecorderWords.StoppedByItself, RecorderWords.NoMedium, RecorderWords.NoSignal, DiskError, ClockWrong, AccessDenied],
        Modes = [nameof(Mode.Reading), nameof(Mode.Stopped), nameof(Mode.Starting), nameof(Mode.Recording), nameof(Mode.Stopping)],
        Reply = new(Timeout: TimeSpan.FromSeconds(4), Gap: TimeSpan.Zero, Resync.Reconnect),
        SyncWithin = TimeSpan.FromSeconds(30),
        Grade = Grade.Room,
        Create = setup => new IsapiRecorderDriver(setup),
        Frames = FrameRelease.Of(
            "application badxmlcontent busy capacity channels cgi cmsearchdescription cmsearchresult content contentmgmt "
            + "control device devicebusy deviceinfo encoding endtime error firmwareversion forbidden format found freespace get "
            + "hdd hddlist hddtype http id inputproxy inputproxychannelstatus inputproxychannelstatuslist invalid isapi k "
            + "length localtime lowprivilege manual matches matchlist maxresults meta method methodnotallowed model no not "
            + "notsupport numofmatches ok online operation post property put record recorder recordtype request responsestatus "
            + "responsestatusstrg rw sata search searchmatchitem searchresultpostion serialnumber start starttime status "
            + "statuscode statusstring std stop storage substatuscode system t time timemode timespan timespanlist track "
            + "trackid tracklist tracks true type unavailable utf version xml z"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}
